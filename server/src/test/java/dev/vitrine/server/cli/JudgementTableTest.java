package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ReleaseDraft;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgementTableTest {
    private static final Judgement.Measured BLEND =
            new Judgement.Measured(
                    Map.of("ndcgAt20", .25, "coverageAt20", .5, "noveltyAt20", 7.25),
                    Map.of("ndcgAt20", new Judgement.Interval(.2, .3)));
    private static final Judgement.Measured POPULARITY =
            new Judgement.Measured(Map.of("ndcgAt20", .125), Map.of());

    private static List<String> lines(Judgement judgement) {
        return JudgementTable.of(
                new ReleaseDraft(
                                Instant.EPOCH,
                                "test",
                                new IndexEpoch(new ArtifactHash("0".repeat(64)), 0))
                        .judgement(judgement)
                        .manifest());
    }

    private static Judgement judged(Judgement.Comparison live) {
        return new Judgement(
                "blend",
                1_040,
                Map.of("blend", BLEND, "popularity", POPULARITY),
                List.of(
                        new Judgement.Slice(
                                "category:x",
                                "answers of the category " + "x".repeat(60),
                                7,
                                Map.of("blend", BLEND))),
                live,
                Map.of());
    }

    @Test
    void aLineForAllForEachSliceAndForEachModel() {
        List<String> lines =
                lines(
                        judged(
                                new Judgement.Comparison(
                                        "r1",
                                        "",
                                        new Judgement.Paired(
                                                "ndcgAt20",
                                                31,
                                                .25,
                                                .2,
                                                .05,
                                                new Judgement.Interval(-.01, .11),
                                                5,
                                                4))));
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1))
                .matches("all +1,040 +0\\.2500 +0\\.2000 to 0\\.3000 +0\\.500 +- +7\\.3");
        assertThat(lines.get(2)).matches("answers of the category x+… +7 +0\\.2500 .*");
        assertThat(lines.get(2).length()).isEqualTo(lines.get(1).length());
        assertThat(lines.get(3)).startsWith("popularity, all").contains("0.1250");
        assertThat(lines.get(4))
                .isEqualTo(
                        "beside r1, which was live, on 31 questions that neither had seen: NDCG@20"
                                + " 0.2500 and 0.2000, +0.0500 (-0.0100 to +0.1100)");
    }

    @Test
    void whyThereIsNoComparisonIsSaid() {
        assertThat(lines(judged(Judgement.Comparison.none("r1", "too few are left"))))
                .last()
                .isEqualTo("not compared with r1: too few are left");
    }

    @Test
    void whatWasNotJudgedHasNoTable() {
        assertThat(lines(Judgement.none())).isEmpty();
    }
}
