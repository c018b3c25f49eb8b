package dev.vitrine.server.pipeline;

import dev.vitrine.applications.recommend.BlendCauses;
import dev.vitrine.applications.recommend.Calibration;
import dev.vitrine.applications.recommend.Causes;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.table.ContentSource;
import dev.vitrine.server.Home;
import dev.vitrine.server.rollout.ReleaseSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Loads a release beside what serves: verifies every artefact and opens its own working copy. */
public final class ReleaseLoader implements ReleaseSource {
    private static final String BLEND = "blend.";

    private final Home home;
    private final ArtifactStore artifacts;
    private final IndexSettings index;
    private final GraphHost graphs;

    /**
     * @param graphs runs what models are graphs
     */
    public ReleaseLoader(
            Home home, ArtifactStore artifacts, IndexSettings index, GraphHost graphs) {
        this.home = home;
        this.artifacts = artifacts;
        this.index = index;
        this.graphs = graphs;
    }

    /**
     * Loads a release; the caller closes it.
     *
     * @throws dev.vitrine.kernel.error.VitrineException ARTIFACT_CORRUPT naming the file when
     *     something was changed since it was stored
     */
    @Override
    public Loaded load(Release release) {
        GraphHost.Opened opened = graphs.open(release.id());
        try {
            return load(release, opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private Loaded load(Release release, GraphHost.Opened running) {
        ReleaseManifest manifest = release.manifest();
        ModelSet set = ModelFiles.load(manifest, artifacts, running);
        Map<String, Double> calibration = new HashMap<>();
        manifest.calibration().forEach((name, values) -> calibration.put(name, values.getFirst()));
        Blend personal = set.personal(weights(manifest));
        Optional<CandidateRanker> ranker = ModelFiles.ranker(manifest, artifacts, running);
        Optional<PairModel> pairs = ModelFiles.pairs(manifest, artifacts, running);
        Optional<SearchEncoderFiles.Loaded> encoder =
                SearchEncoderFiles.load(manifest, artifacts, running);
        Artifact base = artifacts.open(manifest.index().artifact());
        ProductIndex opened =
                ProductIndex.open(
                        base.directory(),
                        home.serving().resolve(release.id()),
                        index,
                        Thread.ofPlatform().daemon().name("index-refresh-", 0).factory());
        ServingRelease serving =
                new ServingRelease(
                        release.id(),
                        opened,
                        encoder.map(SearchEncoderFiles.Loaded::meaning),
                        personal,
                        ranker,
                        set.similar(),
                        set.content()
                                .<dev.vitrine.retrieval.candidate.CandidateSource>map(
                                        c -> new ContentSource(c.vectors()))
                                .orElse((history, allowed, best) -> {}),
                        HistoryRecipe.DEFAULT,
                        Calibration.of(calibration, personal.parts()),
                        pairs,
                        set.sequence()
                                .<Causes>map(s ->
                                        (history, allowed, items) ->
                                                s.model().contributions(history, items))
                                .orElseGet(() -> new BlendCauses(personal)),
                        set::apply,
                        () -> {
                            encoder.ifPresent(loaded -> loaded.close().run());
                            running.close();
                        });
        return new Loaded(serving, Math.min(opened.sequence(), manifest.index().catalogSequence()));
    }

    /** What each part of a release's blend weighs. */
    static Map<String, Float> weights(ReleaseManifest manifest) {
        Map<String, Float> weights = new HashMap<>();
        manifest.thresholds()
                .forEach((name, value) -> {
                    if (name.startsWith(BLEND)) {
                        weights.put(name.substring(BLEND.length()), value.floatValue());
                    }
                });
        return weights;
    }
}
