package dev.vitrine.registry.storage;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Objects as files of a directory. Each is written and forced in {@code .parts} and appears under
 * its name by one hard link (which fails where the name is taken) or one rename.
 */
public final class DirectoryObjects implements ObjectStore {
    private static final String PARTS = ".parts";

    private final Path root;
    private final InstantSource clock;

    private DirectoryObjects(Path root, InstantSource clock) {
        this.root = root;
        this.clock = clock;
    }

    /**
     * Opens a directory, creating it where there is none.
     *
     * @throws VitrineException STORAGE_REFUSED when it cannot be made
     */
    public static DirectoryObjects open(Path directory) {
        return open(directory, InstantSource.system());
    }

    /**
     * As {@link #open(Path)}.
     *
     * @param clock says when an object was written
     */
    public static DirectoryObjects open(Path directory, InstantSource clock) {
        Path root = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root.resolve(PARTS));
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.STORAGE_REFUSED, "cannot use " + directory + ": " + e, e);
        }
        return new DirectoryObjects(root, clock);
    }

    /** Removes what killed processes left half written before a moment. */
    public void sweep(Instant limit) {
        try (Stream<Path> left = Files.list(root.resolve(PARTS))) {
            for (Path part : left.toList()) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(part);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw failed("cannot sweep " + root, e);
        }
    }

    @Override
    public boolean create(String name, byte[] content) {
        Path file = file(name, content.length);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            Path part = write(content);
            try {
                boolean newFolder = prepare(file);
                link(file, part);
                force(file, newFolder);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw failed("cannot write " + file, e);
        }
    }

    @Override
    public void replace(String name, byte[] content) {
        Path file = file(name, content.length);
        try {
            Path part = write(content);
            boolean newFolder = prepare(file);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            force(file, newFolder);
        } catch (IOException e) {
            throw failed("cannot write " + file, e);
        }
    }

    @Override
    public Optional<byte[]> get(String name) {
        Path file = file(name, 0);
        try (FileChannel in =
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long size = in.size();
            if (size > MAX_BYTES) {
                throw new VitrineException(
                        RegistryError.STORAGE_REFUSED,
                        file + " has " + size + " bytes, more than an object may have");
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining() && in.read(content) >= 0) {
                continue;
            }
            if (content.hasRemaining()) {
                throw new IOException(file + " was cut while it was read");
            }
            return Optional.of(content.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot read " + file, e);
        }
    }

    @Override
    public Optional<Stored> find(String name) {
        try {
            return Optional.of(stored(file(name, 0)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("cannot look for " + name + " in " + root, e);
        }
    }

    @Override
    public void list(String prefix, Consumer<Stored> to) {
        int slash = prefix.lastIndexOf('/');
        Path folder = slash < 0 ? root : root.resolve(prefix.substring(0, slash));
        if (!folder.normalize().startsWith(root) || !Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk.sorted()::iterator) {
                if (name(path).startsWith(prefix)
                        && !path.startsWith(root.resolve(PARTS))
                        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    listed(path, to);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw failed("cannot list " + folder, e);
        }
    }

    private void listed(Path file, Consumer<Stored> to) throws IOException {
        Stored stored;
        try {
            stored = stored(file);
        } catch (NoSuchFileException e) {
            return;
        }
        to.accept(stored);
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(file(name, 0));
        } catch (IOException e) {
            throw failed("cannot delete " + name + " in " + root, e);
        }
    }

    @Override
    public String place() {
        return root.toString();
    }

    @Override
    public void close() {}

    private Stored stored(Path file) throws IOException {
        BasicFileAttributes found =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Stored(name(file), found.size(), found.lastModifiedTime().toInstant());
    }

    private String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private Path file(String name, int size) {
        ObjectStore.require(name, size);
        return root.resolve(name);
    }

    private Path write(byte[] content) throws IOException {
        Path part = root.resolve(PARTS).resolve(UUID.randomUUID().toString());
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            Files.setLastModifiedTime(part, FileTime.from(clock.instant()));
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        return part;
    }

    /** Where there are no hard links, a name that two take at once goes to the later. */
    private static void link(Path file, Path part) throws IOException {
        try {
            Files.createLink(file, part);
        } catch (UnsupportedOperationException e) {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static boolean prepare(Path file) throws IOException {
        Path folder = file.resolveSibling("");
        if (Files.isDirectory(folder)) {
            return false;
        }
        Files.createDirectories(folder);
        return true;
    }

    private void force(Path file, boolean newFolder) throws IOException {
        Path folder = file.resolveSibling("").normalize();
        forceFolder(folder);
        for (Path above = folder; newFolder && !above.equals(root); ) {
            above = above.resolveSibling("").normalize();
            forceFolder(above);
        }
    }

    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static VitrineException failed(String what, Exception e) {
        return new VitrineException(RegistryError.STORAGE_UNREACHABLE, what + ": " + e, e);
    }
}
