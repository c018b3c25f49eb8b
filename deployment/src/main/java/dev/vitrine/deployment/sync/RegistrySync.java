package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.registry.storage.ObjectStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Two registries: the one of a home, and a {@link Depot}. {@link #push} brings to the depot what it
 * lacks, {@link #pull} brings home what the home lacks and would let in. What is there is never
 * changed, and what one side removed is not removed at the other. Either may be cut off at any
 * moment and done again: it goes on where it stopped.
 */
public final class RegistrySync {
    private final HomeRegistry home;
    private final Path staging;
    private final SyncSettings settings;
    private final InstantSource clock;
    private final Progress progress;

    /**
     * @param staging where what was fetched lies until an artefact is whole; kept between runs
     */
    public RegistrySync(
            ReleaseStore releases,
            ArtifactStore artifacts,
            SignedReleases signedReleases,
            SignedModels signedModels,
            Path staging,
            SyncSettings settings,
            InstantSource clock,
            Progress progress) {
        this.home = new HomeRegistry(releases, artifacts, signedReleases, signedModels);
        this.staging = staging;
        this.settings = settings;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Brings to a depot what it lacks, making an empty one where there is none.
     *
     * @param ring what the depot is encrypted by
     * @throws VitrineException when the other side refuses, or gives no answer after many attempts
     */
    public SyncReport push(ObjectStore objects, KeyRing ring) {
        Depot depot = asked(() -> Depot.openOrCreate(objects, ring));
        return new Push(home, depot, this::asked).run(new SyncRun(settings, clock, progress));
    }

    /**
     * Brings home what the home lacks and whose signature counts here. It is registered, not live.
     *
     * @throws VitrineException as {@link #push}; STORAGE_REFUSED when there is no registry
     */
    public SyncReport pull(ObjectStore objects, KeyRing ring) {
        Depot depot = asked(() -> Depot.open(objects, ring));
        Path lock = staging.resolveSibling(staging.getFileName() + ".lock");
        try (FileChannel file =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock mine = lock(file, lock)) {
            assert mine.isValid();
            return new Pull(home, depot, staging, this::asked)
                    .run(new SyncRun(settings, clock, progress));
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.REGISTRY_FAILED, "cannot use " + lock + ": " + e, e);
        }
    }

    private static FileLock lock(FileChannel file, Path place) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new VitrineException(
                    RegistryError.REGISTRY_BUSY,
                    "another one brings something home already (" + place + ")");
        }
        return lock;
    }

    /** A question that is asked again while there is no answer, as often as a parcel is carried. */
    interface Asking {
        <T> T asked(Supplier<T> question);
    }

    private <T> T asked(Supplier<T> question) {
        Duration pause = settings.firstPause();
        for (int attempt = 1; ; attempt++) {
            try {
                return question.get();
            } catch (VitrineException e) {
                if (e.code() != RegistryError.STORAGE_UNREACHABLE
                        || attempt >= settings.attempts()
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(pause.toNanos());
                pause =
                        pause.multipliedBy(2).compareTo(settings.longestPause()) > 0
                                ? settings.longestPause()
                                : pause.multipliedBy(2);
            }
        }
    }
}
