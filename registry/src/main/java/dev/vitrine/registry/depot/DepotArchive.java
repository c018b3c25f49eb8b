package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactArchive;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import dev.vitrine.registry.artifact.Collected;
import dev.vitrine.registry.artifact.FilePiece;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A depot as the place where a home keeps its artefacts. Chunks go and come a few at once, each
 * tried again where the store gives no answer; what was kept half goes on where it stopped.
 */
public final class DepotArchive implements ArtifactArchive {
    private static final int AT_ONCE = 8;
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final Supplier<Depot> opening;
    private final InstantSource clock;
    private @Nullable Depot depot;
    private final ExecutorService pool =
            Executors.newFixedThreadPool(
                    AT_ONCE, Thread.ofPlatform().daemon().name("archive-", 0).factory());

    /**
     * @param opening is called when the depot is needed first, so that a home whose artefacts are
     *     all at hand starts without it
     * @param clock decides what is young
     */
    public DepotArchive(Supplier<Depot> opening, InstantSource clock) {
        this.opening = opening;
        this.clock = clock;
    }

    private synchronized Depot depot() {
        if (depot == null) {
            depot = again(opening);
        }
        return depot;
    }

    @Override
    public void keep(Artifact artifact, ChunkList chunks) {
        String writer = UUID.randomUUID().toString();
        again(() -> {
            depot().announce(writer);
            return writer;
        });
        if (contains(artifact.hash())) {
            again(() -> {
                depot().refresh(chunks);
                return writer;
            });
        } else {
            keepAll(artifact, chunks);
        }
        again(() -> {
            depot().conclude(writer);
            return writer;
        });
    }

    private void keepAll(Artifact artifact, ChunkList chunks) {
        depot().renewKey();
        Semaphore room = new Semaphore(2 * AT_ONCE);
        List<Future<?>> begun = new ArrayList<>();
        FilePiece.each(
                artifact,
                chunks,
                piece -> {
                    room.acquireUninterruptibly();
                    begun.add(
                            pool.submit(() -> {
                                try {
                                    keep(piece);
                                } finally {
                                    room.release();
                                }
                            }));
                });
        begun.forEach(DepotArchive::await);
        again(() -> {
            depot().putArtifact(chunks);
            return true;
        });
    }

    private void keep(FilePiece piece) {
        again(() -> {
            if (!depot().hasChunk(piece.chunk())) {
                depot().putChunk(piece.chunk(), piece.read());
            }
            return true;
        });
    }

    @Override
    public boolean contains(ArtifactHash hash) {
        return again(() -> depot().contains(hash));
    }

    @Override
    public Optional<ChunkList> chunks(ArtifactHash hash) {
        return again(() -> depot().chunks(hash));
    }

    @Override
    public Set<ArtifactHash> list() {
        return again(() -> depot().artifacts());
    }

    @Override
    public Collected collect(Set<ArtifactHash> keep, Duration minimumAge) {
        return depot().collect(keep, clock.instant().minus(minimumAge), System::nanoTime);
    }

    @Override
    public void fetch(ArtifactHash hash, Path folder) {
        ChunkList chunks =
                again(() -> depot().chunks(hash))
                        .orElseThrow(() ->
                                new VitrineException(
                                        RegistryError.ARTIFACT_NOT_FOUND,
                                        "no artefact " + hash + " in " + depot().place()));
        try {
            for (int i = 0; i < chunks.files().size(); i++) {
                Path file = folder.resolve(chunks.manifest().files().get(i).path());
                Files.createDirectories(file.resolveSibling(""));
                write(chunks.files().get(i), file);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.REGISTRY_FAILED, "cannot write artefact " + hash + ": " + e, e);
        }
    }

    /** Some chunks ahead of the one that is written. */
    private void write(List<Chunk> chunks, Path file) throws IOException {
        Deque<Future<byte[]>> ahead = new ArrayDeque<>();
        int next = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            while (next < chunks.size() || !ahead.isEmpty()) {
                while (next < chunks.size() && ahead.size() < 2 * AT_ONCE) {
                    Chunk chunk = chunks.get(next++);
                    ahead.add(pool.submit(() -> again(() -> depot().chunk(chunk))));
                }
                out.write(await(ahead.remove()));
            }
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VitrineException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(
                    RegistryError.STORAGE_UNREACHABLE, "interrupted while chunks were carried", e);
        }
    }

    private static <T> T again(Supplier<T> call) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (VitrineException e) {
                if (e.code() != RegistryError.STORAGE_UNREACHABLE
                        || attempt == ATTEMPTS
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(pause.toNanos());
                pause = pause.multipliedBy(2);
            }
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        synchronized (this) {
            if (depot != null) {
                depot.close();
            }
        }
    }
}
