package dev.vitrine.server.wiring;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.http.ModelsPort;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shows the registered models, the newest first, each beside popularity. */
public final class ModelViews implements ModelsPort {
    private static final String BASELINE = "test.popularity.";

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;

    public ModelViews(ReleaseStore releases, ArtifactStore artifacts) {
        this.releases = releases;
        this.artifacts = artifacts;
    }

    @Override
    public Page<ModelView> list(PageRequest page) {
        List<ModelVersion> all = new ArrayList<>(releases.models());
        Collections.reverse(all);
        Page<ModelVersion> part = page.of(all);
        return new Page<>(part.items().stream().map(this::model).toList(), part.nextPageToken());
    }

    @Override
    public List<ModelView> versions(String name) {
        List<ModelView> views =
                new ArrayList<>(releases.models(name).stream().map(this::model).toList());
        Collections.reverse(views);
        return views;
    }

    @Override
    public Optional<ModelView> version(String name, String version) {
        return versions(name).stream().filter(v -> v.version().equals(version)).findFirst();
    }

    private ModelView model(ModelVersion model) {
        return new ModelView(
                model.manifest().name(),
                Long.toString(model.version()),
                model.manifest().kind(),
                model.manifest().createdAt().toEpochMilli(),
                bytes(model.artifact()),
                model.manifest().dataset(),
                model.manifest().metrics(),
                baseline(model),
                model.manifest().parameters());
    }

    /** What popularity reached on the same data, as the release that came with the model has it. */
    private Map<String, Double> baseline(ModelVersion model) {
        for (Release release : releases.list()) {
            if (release.manifest().models().containsValue(model)) {
                return release.manifest().thresholds().entrySet().stream()
                        .filter(e -> e.getKey().startsWith(BASELINE))
                        .collect(
                                Collectors.toMap(
                                        e -> e.getKey().substring(BASELINE.length()),
                                        Map.Entry::getValue));
            }
        }
        return Map.of();
    }

    private long bytes(ArtifactHash hash) {
        return artifacts.contains(hash) ? artifacts.open(hash).manifest().size() : 0;
    }
}
