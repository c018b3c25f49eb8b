package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.server.audit.Audit;
import dev.vitrine.server.rollout.Gate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lets in what is signed and whole, and tells everybody of what is not. */
public final class ReleaseGate implements Gate, ModelGate {
    private static final System.Logger LOG = System.getLogger(ReleaseGate.class.getName());

    private final SignedReleases releases;
    private final SignedModels models;
    private final Audit audit;
    private final Counter refused;
    private final Counter refusedModels;
    private final Timer verified;

    public ReleaseGate(
            SignedReleases releases, SignedModels models, Audit audit, MeterRegistry meters) {
        this.releases = releases;
        this.models = models;
        this.audit = audit;
        this.refused =
                Counter.builder("vitrine.releases.refused")
                        .description(
                                "Releases that were to be loaded and whose signature, hash or"
                                        + " policy did not hold")
                        .register(meters);
        this.refusedModels =
                Counter.builder("vitrine.models.refused")
                        .description(
                                "Imported models that were to be loaded and whose signature or"
                                        + " hash did not hold")
                        .register(meters);
        this.verified =
                Timer.builder("vitrine.release.verification")
                        .description("Reading and verifying all of a release before it is loaded")
                        .register(meters);
    }

    @Override
    public Release admit(String id) {
        long start = System.nanoTime();
        SignedReleases.Admitted admitted = releases.admit(id);
        long took = System.nanoTime() - start;
        verified.record(took, TimeUnit.NANOSECONDS);
        LOG.log(
                System.Logger.Level.INFO,
                "release {0} holds, signed by {1}: {2}",
                id,
                admitted.signer(),
                String.format(
                        Locale.ROOT,
                        "%.1f MiB in %.1f ms, %.2f GB/s",
                        admitted.bytes() / 1048576.0,
                        took / 1e6,
                        (double) admitted.bytes() / took));
        return admitted.release();
    }

    @Override
    public void refused(String id, String who, String why) {
        refused.increment();
        LOG.log(System.Logger.Level.ERROR, "release {0} is not loaded: {1}", id, why);
        audit.record(who, "release.refused", id, Map.of("why", why));
    }

    @Override
    public Artifact admit(ModelVersion version) {
        try {
            return models.admit(version.ref());
        } catch (VitrineException e) {
            refusedModels.increment();
            LOG.log(System.Logger.Level.ERROR, "model is not loaded: {0}", e.getMessage());
            audit.record(
                    "vitrine",
                    "model.refused",
                    version.ref().toString(),
                    Map.of("why", e.getMessage()));
            throw e;
        }
    }
}
