package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies a home directory, whole or not at all: beside the target into a folder that ends in {@code
 * .part}, forced to disk, then renamed. What links point to is copied, not the links.
 */
final class HomeCopy {
    private HomeCopy() {}

    /**
     * Copies.
     *
     * @param to a folder that does not exist yet, outside {@code from}
     * @throws VitrineException BACKUP_FAILED naming the place; then there is no target
     */
    static void copy(Path from, Path to) {
        Path target = to.toAbsolutePath().normalize();
        Path parent = target.getParent();
        if (parent == null || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw failed(to + " exists already; name a folder that does not", null);
        }
        Path part = parent.resolve(target.getFileName() + ".part");
        try {
            if (real(target).startsWith(from.toRealPath())) {
                throw failed(to + " lies in " + from + ", which it is to be a copy of", null);
            }
            Files.createDirectories(parent);
            if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                throw failed(
                        part + " is what a copy that was cut off has left; delete it and copy anew",
                        null);
            }
        } catch (IOException e) {
            throw failed("cannot copy " + from + " to " + to + ": " + e, e);
        }
        try {
            Files.walkFileTree(
                    from,
                    Set.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    into(part, from));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            force(parent);
        } catch (IOException e) {
            delete(part, e);
            throw failed("cannot copy " + from + " to " + to + ": " + e, e);
        }
    }

    /** Where a path that need not exist lies, links of its parents followed. */
    private static Path real(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null || Files.exists(path)
                ? path.toRealPath()
                : real(parent).resolve(path.getFileName());
    }

    private static FileVisitor<Path> into(Path target, Path from) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a)
                    throws IOException {
                Files.createDirectory(place(folder));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
                Path copy = place(file);
                Files.copy(file, copy);
                force(copy);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                    throws IOException {
                if (e != null) {
                    throw e;
                }
                force(place(folder));
                return FileVisitResult.CONTINUE;
            }

            private Path place(Path source) {
                return target.resolve(from.relativize(source).toString());
            }
        };
    }

    /** Forces a file or a folder; opened to read, which is enough and suits both. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path part, IOException cause) {
        if (!Files.exists(part)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(part)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static VitrineException failed(String message, @Nullable IOException cause) {
        return new VitrineException(ServerError.BACKUP_FAILED, message, cause);
    }
}
