package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.artifact.Collected;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.Audit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Forgets old releases, and removes the artefacts and data sets that nothing refers to any more.
 * What is live, what a rollout or an experiment of the home names, what was live or made last,
 * imported models and whatever is young stay.
 */
public final class Retention {
    private static final Pattern RELEASE = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{12}");

    private final Home home;
    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final Audit audit;
    private final InstantSource clock;

    public Retention(
            Home home,
            ReleaseStore releases,
            ArtifactStore artifacts,
            Audit audit,
            InstantSource clock) {
        this.home = home;
        this.releases = releases;
        this.artifacts = artifacts;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What went.
     *
     * @param bytes of artefacts and data sets together
     */
    public record Gone(int releases, int artifacts, int datasets, long bytes) {
        public boolean isNothing() {
            return releases + artifacts + datasets == 0;
        }
    }

    /**
     * Runs once; the audit log tells what went, where something did.
     *
     * @param keep so many that were live last and so many that were made last stay
     * @param age and what is younger
     * @throws VitrineException REGISTRY_BUSY when somebody adds something to the archive
     */
    public Gone run(int keep, Duration age, String who) {
        int before = releases.ids().size();
        Instant limit = clock.instant().minus(age);
        Set<ArtifactHash> kept = releases.retain(keep, limit, namedByExperiments());
        int forgotten = before - releases.ids().size();
        Collected collected = artifacts.collect(kept, age);
        long[] datasets = datasets(limit);
        Gone gone =
                new Gone(
                        forgotten,
                        collected.artifacts(),
                        (int) datasets[0],
                        collected.bytes() + datasets[1]);
        if (!gone.isNothing()) {
            audit.record(
                    who,
                    "registry.collected",
                    "",
                    Map.of(
                            "releases", String.valueOf(gone.releases()),
                            "artefacts", String.valueOf(gone.artifacts()),
                            "datasets", String.valueOf(gone.datasets()),
                            "bytes", String.valueOf(gone.bytes())));
        }
        return gone;
    }

    /** How many data sets went, and their bytes. */
    private long[] datasets(Instant limit) {
        Path folder = home.datasets();
        long[] gone = new long[2];
        if (!Files.isDirectory(folder)) {
            return gone;
        }
        Set<String> referred = new TreeSet<>();
        releases.list().forEach(release -> referred.add(release.manifest().dataset()));
        try (Stream<Path> all = Files.list(folder)) {
            for (Path dataset : (Iterable<Path>) all::iterator) {
                if (!referred.contains(dataset.getFileName().toString())
                        && Files.getLastModifiedTime(dataset).toInstant().isBefore(limit)) {
                    gone[0]++;
                    gone[1] += bytes(dataset);
                    WorkFolders.delete(dataset);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw failed(folder, e);
        }
        return gone;
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return bytes;
        }
    }

    /** Everything in what is kept of experiments that may be the id of a release. */
    private Set<String> namedByExperiments() {
        Path folder = home.experiments();
        Set<String> named = new TreeSet<>();
        if (!Files.isDirectory(folder)) {
            return named;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".json") && Files.isRegularFile(file)) {
                    Matcher ids = RELEASE.matcher(Files.readString(file));
                    while (ids.find()) {
                        named.add(ids.group());
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw failed(folder, e);
        }
        return named;
    }

    private static VitrineException failed(Path folder, Exception e) {
        return new VitrineException(
                ServerError.HOME_FAILED, "cannot collect in " + folder + ": " + e, e);
    }
}
