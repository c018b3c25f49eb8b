package dev.vitrine.benchmarks.tamper;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.registry.signing.Trust;
import dev.vitrine.server.Home;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** How long it takes to verify: a release of a given size, and the signature alone. */
final class Verification {
    private static final int FILES = 8;
    private static final int RUNS = 5;
    private static final int SIGNATURES = 200;

    private Verification() {}

    /**
     * Measures.
     *
     * @param folder for a home with a release of {@code gigabytes} in eight files
     * @param trained a home with a release that was trained, by its {@code id}
     */
    static void measure(Path folder, int gigabytes, Path trained, String id, Figures figures)
            throws IOException {
        try (Home home = Home.open(folder);
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
            HomeKeys keys = keys(home, releases, artifacts);
            SignedReleases signed = keys.of(releases, artifacts);
            Release release =
                    signed.register(manifest(artifacts.put(files(home, gigabytes))), keys.signer());
            List<Double> gigabytesASecond = new ArrayList<>();
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i <= RUNS; i++) {
                long start = System.nanoTime();
                SignedReleases.Admitted admitted = signed.admit(release.id());
                long took = System.nanoTime() - start;
                if (i > 0) {
                    millis.add(took / 1e6 / (admitted.bytes() / 1e9));
                    gigabytesASecond.add((double) admitted.bytes() / took);
                }
            }
            put(figures, "verifyMsPerGigabyte", millis);
            put(figures, "verifyGigabytesPerSecond", gigabytesASecond);
        }
        try (Home home = Home.open(trained);
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
            HomeKeys keys = keys(home, releases, artifacts);
            SignedReleases signed = keys.of(releases, artifacts);
            List<Double> whole = new ArrayList<>();
            double bytes = 0;
            for (int i = 0; i <= RUNS; i++) {
                long start = System.nanoTime();
                bytes = signed.admit(id).bytes();
                if (i > 0) {
                    whole.add((System.nanoTime() - start) / 1e6);
                }
            }
            put(figures, "verifyReleaseMs", whole);
            figures.put("releaseMiB", bytes / 1048576);
            figures.put(
                    "verifySignatureMs",
                    signature(keys.trust(), releases.signature(id).orElseThrow()));
        }
    }

    private static double signature(Trust trust, String bundle) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < SIGNATURES; i++) {
            long start = System.nanoTime();
            trust.verify(bundle);
            millis.add((System.nanoTime() - start) / 1e6);
        }
        return TamperBenchmark.median(millis);
    }

    private static HomeKeys keys(Home home, ReleaseStore releases, ArtifactStore artifacts) {
        return HomeKeys.open(
                home,
                SigningSettings.defaults(),
                releases,
                artifacts,
                (who, action, subject, evidence) -> {},
                InstantSource.system());
    }

    private static ReleaseManifest manifest(ArtifactHash index) {
        return new ReleaseDraft(
                        InstantSource.system().instant(), "benchmark", new IndexEpoch(index, 0))
                .featureContract("none")
                .manifest();
    }

    private static Path files(Home home, int gigabytes) throws IOException {
        Path folder = Files.createDirectories(home.work().resolve("files"));
        SplittableRandom random = new SplittableRandom(7);
        byte[] piece = new byte[1 << 20];
        long each = gigabytes * 1_000_000_000L / FILES;
        for (int i = 0; i < FILES; i++) {
            try (OutputStream out = Files.newOutputStream(folder.resolve("file-" + i))) {
                for (long left = each; left > 0; left -= piece.length) {
                    random.nextBytes(piece);
                    out.write(piece, 0, (int) Math.min(left, piece.length));
                }
            }
        }
        return folder;
    }

    private static void put(Figures figures, String name, List<Double> values) {
        figures.put(
                name,
                TamperBenchmark.median(values),
                Collections.min(values),
                Collections.max(values));
    }
}
