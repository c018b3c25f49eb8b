package dev.vitrine.server.wiring;

import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Stage;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import dev.vitrine.server.http.ReleasesPort;
import dev.vitrine.server.rollout.Rollouts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows releases, and moves what is live. */
public final class ReleaseViews implements ReleasesPort {
    private static final String TEST = "test.";
    private static final String BASELINE = "test.popularity.";

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final Rollouts rollouts;

    public ReleaseViews(ReleaseStore releases, ArtifactStore artifacts, Rollouts rollouts) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.rollouts = rollouts;
    }

    @Override
    public Page<ReleaseView> list(PageRequest page) {
        List<Release> all = new ArrayList<>(releases.list());
        Collections.reverse(all);
        Page<Release> part = page.of(all);
        return new Page<>(part.items().stream().map(this::view).toList(), part.nextPageToken());
    }

    @Override
    public Optional<ReleaseView> get(String id) {
        return releases.find(id).map(this::view);
    }

    @Override
    public ReleaseView promote(String id, String who) {
        rollouts.promote(id, who, "promoted by hand");
        return view(releases.get(id));
    }

    @Override
    public ReleaseView rollback(String id, String who, String why) {
        return view(releases.get(rollouts.rollback(id, who, why.isBlank() ? "by hand" : why)));
    }

    private ReleaseView view(Release release) {
        ReleaseManifest manifest = release.manifest();
        List<PartView> parts = new ArrayList<>();
        manifest.models().forEach((role, model) -> parts.add(part(role, model)));
        parts.add(
                new PartView(
                        "index",
                        "index",
                        Long.toString(manifest.index().catalogSequence()),
                        manifest.index().artifact().hex(),
                        bytes(manifest.index().artifact())));
        Map<String, Double> metrics = new HashMap<>();
        manifest.thresholds()
                .forEach((name, value) -> {
                    if (name.startsWith(TEST) && !name.startsWith(BASELINE)) {
                        metrics.put(name.substring(TEST.length()), value);
                    }
                });
        return new ReleaseView(
                release.id(),
                state(release.id()),
                manifest.createdAt().toEpochMilli(),
                manifest.dataset(),
                parts,
                metrics);
    }

    private PartView part(String role, ModelVersion model) {
        return new PartView(
                role,
                model.manifest().name(),
                Long.toString(model.version()),
                model.artifact().hex(),
                bytes(model.artifact()));
    }

    /** 0 where the artefact is gone or damaged: a list of releases shows that, too. */
    private long bytes(ArtifactHash hash) {
        try {
            return artifacts.manifest(hash).size();
        } catch (VitrineException e) {
            return 0;
        }
    }

    private String state(String id) {
        if (releases.liveId().filter(id::equals).isPresent()) {
            return "live";
        }
        Optional<Routing.Staged> staged = rollouts.table().flatMap(Routing::staged);
        if (staged.filter(s -> s.release().equals(id)).isPresent()) {
            return staged.get().kind() == Stage.Kind.SHADOW ? "shadow" : "canary";
        }
        for (LiveChange change : releases.history(100)) {
            if (change.previous().filter(id::equals).isPresent()) {
                return "retired";
            }
        }
        return "ready";
    }
}
