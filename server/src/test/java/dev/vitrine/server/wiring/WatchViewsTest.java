package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.server.http.WatchPort.EvaluationView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the console is told of a training. */
class WatchViewsTest {
    private static final ArtifactHash ARTIFACT = new ArtifactHash("0".repeat(64));
    private static final String CURVE = "4.5:0.03 3.5:0.04";

    private static EvaluationView view(
            Map<String, ModelVersion> models,
            Map<String, String> leftOut,
            @Nullable Judgement judgement) {
        return view(models, Map.of(), leftOut, judgement);
    }

    private static EvaluationView view(
            Map<String, ModelVersion> models,
            Map<String, Double> thresholds,
            Map<String, String> leftOut,
            @Nullable Judgement judgement) {
        return WatchViews.evaluation(
                Release.of(
                        new ReleaseDraft(Instant.EPOCH, "test", new IndexEpoch(ARTIFACT, 0))
                                .models(models)
                                .thresholds(thresholds)
                                .leftOut(leftOut)
                                .judgement(judgement)
                                .manifest()));
    }

    private static ModelVersion network(String role) {
        return new ModelVersion(
                1,
                new ModelManifest(
                        role,
                        role,
                        ARTIFACT,
                        "",
                        "",
                        Map.of("curve", CURVE),
                        Map.of(),
                        List.of(),
                        Instant.EPOCH,
                        "test"));
    }

    @Test
    void aNetworkThatWasLeftOutIsShownWithItsCurveAndTheReason() {
        EvaluationView view =
                view(
                        Map.of("pairs", network("pairs")),
                        Map.of("sequence", "the blend is no better with it"),
                        Judgement.none().withCurves(Map.of("sequence", CURVE)));
        assertThat(view.curves()).containsOnlyKeys("pairs", "sequence").containsValue(CURVE);
        assertThat(view.leftOut()).containsEntry("sequence", "the blend is no better with it");
        assertThat(view.judgement()).isEmpty();
    }

    @Test
    void slicesAndTheComparisonAreShownAsTheyWereKept() {
        Judgement.Measured measured =
                new Judgement.Measured(
                        Map.of("ndcgAt20", .25),
                        Map.of("ndcgAt20", new Judgement.Interval(.2, .3)));
        Judgement judgement =
                new Judgement(
                        "blend",
                        40,
                        Map.of("blend", measured),
                        List.of(
                                new Judgement.Slice(
                                        "tailItems", "others", 7, Map.of("blend", measured))),
                        Judgement.Comparison.none("r1", "too few"),
                        Map.of());
        EvaluationView view = view(Map.of(), Map.of(), judgement);
        assertThat(view.judgement())
                .hasValueSatisfying(told -> {
                    assertThat(told.slices().getFirst().results())
                            .isEqualTo(Map.of("blend", Map.of("ndcgAt20", .25)));
                    assertThat(told.slices().getFirst().questions()).isEqualTo(7);
                    assertThat(told.live().reason()).isEqualTo("too few");
                    assertThat(told.live().paired()).isEmpty();
                });
    }

    private static Judgement by(String whole) {
        return new Judgement(
                whole, 40, Map.of(), List.of(), Judgement.Comparison.none("", ""), Map.of());
    }

    private static final Map<String, Double> RANKED =
            Map.of(
                    "test.ndcgAt20", .3,
                    "test.blend.ndcgAt20", .2,
                    "test.popularity.ndcgAt20", .1,
                    "blend.linear", 1.0,
                    "predict.auc", .7);

    @Test
    void whatMakesTheFinalOrderHasItsOwnNameAndTheBlendItsOwnFigure() {
        assertThat(view(Map.of(), RANKED, Map.of(), by("ranker")).results())
                .isEqualTo(
                        Map.of(
                                "ranker", Map.of("ndcgAt20", .3),
                                "blend", Map.of("ndcgAt20", .2),
                                "popularity", Map.of("ndcgAt20", .1)));
        Map<String, Double> blended = Map.of("test.ndcgAt20", .2, "test.popularity.ndcgAt20", .1);
        assertThat(view(Map.of(), blended, Map.of(), by("blend")).results())
                .isEqualTo(
                        Map.of(
                                "blend", Map.of("ndcgAt20", .2),
                                "popularity", Map.of("ndcgAt20", .1)));
        // From before it was kept who makes the order.
        assertThat(view(Map.of(), RANKED, Map.of(), null).results())
                .containsEntry("ranker", Map.of("ndcgAt20", .3))
                .containsEntry("blend", Map.of("ndcgAt20", .2));
        assertThat(view(Map.of(), blended, Map.of(), null).results())
                .containsOnlyKeys("blend", "popularity");
    }

    /** One that was made before anything of it was kept. */
    @Test
    void anOldReleaseHasNothingToTell() {
        EvaluationView view = view(Map.of("sequence", network("sequence")), Map.of(), null);
        assertThat(view.judgement()).isEmpty();
        assertThat(view.curves()).isEqualTo(Map.of("sequence", CURVE));
    }
}
