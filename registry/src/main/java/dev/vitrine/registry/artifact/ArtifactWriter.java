package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies, hashes and forces files in one pass; the file work of the store. */
final class ArtifactWriter {
    private ArtifactWriter() {}

    /** Copies a file or directory to {@code target}, forced, and says what it wrote. */
    static ArtifactManifest write(Path source, Path target) throws IOException {
        List<ArtifactFile> files = new ArrayList<>();
        Files.createDirectories(target);
        for (Path file : filesOf(source)) {
            String path =
                    file.equals(source)
                            ? String.valueOf(source.getFileName())
                            : slashed(source.relativize(file));
            if (files.size() == ArtifactManifest.MAX_FILES) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_INVALID,
                        source + " has more than " + ArtifactManifest.MAX_FILES + " files");
            }
            Path copy = target.resolve(path);
            Files.createDirectories(copy.resolveSibling(""));
            files.add(copy(file, copy, path));
        }
        try (Stream<Path> walk = Files.walk(target)) {
            for (Path path : walk.filter(Files::isDirectory).toList()) {
                forceDirectory(path);
            }
        }
        return new ArtifactManifest(files);
    }

    private static List<Path> filesOf(Path source) throws IOException {
        try (Stream<Path> walk = Files.walk(source)) {
            List<Path> files = new ArrayList<>();
            for (Path path : (Iterable<Path>) walk.sorted()::iterator) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(path);
                } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new VitrineException(
                            RegistryError.ARTIFACT_INVALID,
                            path + " is neither a file nor a directory (links are not stored)");
                }
            }
            return files;
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ArtifactFile copy(Path from, Path to, String path) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[Digests.BUFFER];
        long size = 0;
        try (InputStream in = Files.newInputStream(from);
                FileChannel out =
                        FileChannel.open(
                                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                writeAll(out, ByteBuffer.wrap(buffer, 0, n));
                size += n;
            }
            out.force(true);
        }
        return new ArtifactFile(path, size, Digests.hex(digest.digest()));
    }

    static void writeForced(Path file, String text) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeAll(out, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
    }

    /** Makes the entries of a directory durable (Linux allows a directory to be opened to read). */
    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static long sizeOf(Path directory) throws IOException {
        long size = 0;
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                size += Files.size(path);
            }
        }
        return size;
    }

    /** Removes a tree; what cannot be removed stays for the next sweep. */
    static void deleteQuietly(Path tree) {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(ArtifactWriter.class.getName())
                    .log(System.Logger.Level.WARNING, "event=sweep-failed path=" + tree, e);
        }
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String slashed(Path relative) {
        List<String> parts = new ArrayList<>();
        for (Path part : relative) {
            parts.add(part.toString());
        }
        return String.join("/", parts);
    }
}
