package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One synchronisation between a home and a depot, in one direction; for one run. */
abstract class Direction implements Carrier {
    final ReleaseStore releases;
    final ArtifactStore artifacts;
    final SignedReleases signedReleases;
    final SignedModels signedModels;
    final Depot depot;
    final RegistrySync.Asking asking;
    final Plan plan = new Plan();
    private final Map<String, Runnable> documents = new HashMap<>();
    private final TreeMap<String, String> refused = new TreeMap<>();

    Direction(HomeRegistry home, Depot depot, RegistrySync.Asking asking) {
        this.releases = home.releases();
        this.artifacts = home.artifacts();
        this.signedReleases = home.signedReleases();
        this.signedModels = home.signedModels();
        this.depot = depot;
        this.asking = asking;
    }

    /** Where it goes, for progress. */
    abstract String title();

    /** Plans all that is to be carried. */
    abstract void prepare();

    /** Carries the content of a chunk. */
    abstract void carryChunk(String name, int attempt);

    /** What is left to do when everything has arrived. */
    abstract void conclude();

    final SyncReport run(SyncRun run) {
        prepare();
        SyncAction.End end = run.carry(title(), plan.parcels(), this);
        refused.putAll(end.failed());
        if (end.failed().isEmpty()) {
            conclude();
        }
        return plan.report(end, refused);
    }

    /** Says how something that is no chunk is carried. */
    final void document(String name, Runnable carried) {
        documents.put(name, carried);
    }

    final boolean hasDocument(String name) {
        return documents.containsKey(name);
    }

    /** Leaves something out, and tells why. */
    final void refuse(String name, VitrineException why) {
        refused.put(name, String.valueOf(why.getMessage()));
    }

    @Override
    public final void carry(Parcel parcel, int attempt) {
        Runnable document = documents.get(parcel.name());
        if (document != null) {
            document.run();
        } else {
            carryChunk(parcel.name(), attempt);
        }
    }
}
