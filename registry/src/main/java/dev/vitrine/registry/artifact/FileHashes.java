package dev.vitrine.registry.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The SHA-256 of many files, read side by side. SHA-256 goes through a file from its beginning to
 * its end, so that threads share files, not parts of one; the largest are begun first, and the time
 * is that of the largest file or of all over the threads, whichever is longer.
 */
public final class FileHashes {
    /** More threads wait for each other's reading. */
    private static final int MOST_THREADS = 8;

    private FileHashes() {}

    /**
     * Reads each file once. Links are not followed.
     *
     * @return by path, 64 lower-case hexadecimal digits
     * @throws IOException when one cannot be read
     */
    public static Map<Path, String> of(Collection<Path> files) throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        for (Path file : files) {
            sizes.put(file, Files.size(file));
        }
        List<Path> order = new ArrayList<>(sizes.keySet());
        order.sort(Comparator.comparing(sizes::get, Comparator.reverseOrder()));
        int threads =
                Math.min(
                        Math.min(MOST_THREADS, order.size()),
                        Runtime.getRuntime().availableProcessors());
        Map<Path, String> found = new HashMap<>();
        if (threads <= 1) {
            for (Path file : order) {
                found.put(file, of(file));
            }
            return found;
        }
        try (ExecutorService pool =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("hash-", 0).factory())) {
            Map<Path, Future<String>> begun = new HashMap<>();
            for (Path file : order) {
                begun.put(file, pool.submit(() -> of(file)));
            }
            try {
                for (Path file : order) {
                    found.put(file, Objects.requireNonNull(begun.get(file)).get());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while hashing", e);
            }
        }
        return found;
    }

    private static String of(Path file) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[Digests.BUFFER];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("interrupted while hashing " + file);
                }
                digest.update(buffer, 0, n);
            }
        }
        return Digests.hex(digest.digest());
    }
}
