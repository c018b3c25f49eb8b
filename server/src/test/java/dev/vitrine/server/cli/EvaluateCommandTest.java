package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.training.evaluation.Evaluations.Shown;
import dev.vitrine.training.evaluation.Outcome;
import dev.vitrine.training.evaluation.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the slices of a chosen model come into a result file. */
class EvaluateCommandTest {
    private static final List<Shown> SHOWN =
            List.of(
                    new Shown("recallAt20", "precisionAt20", 100, true, ""),
                    new Shown("mrrAt20", "mrrAt20", 1, false, ""));

    private static Outcome outcome(double recall) {
        Report few =
                new Report(
                        7,
                        Map.of("recallAt20", recall, "mrrAt20", .5),
                        Map.of("recallAt20", new Report.Interval(recall / 2, 2 * recall)),
                        List.of(),
                        0);
        return new Outcome(
                "toy",
                "model",
                "",
                1,
                1,
                new Report(
                        20,
                        Map.of("recallAt20", .9),
                        Map.of(),
                        List.of(new Report.OfSlice("shortHistory", "few items", few)),
                        0));
    }

    @Test
    void aSliceHasTheHeadlineFiguresAsThePublishedTableCallsThem() {
        Figures figures = new Figures();
        figures.put("precisionAt20", 90);
        EvaluateCommand.slices(figures, List.of(outcome(.25)), SHOWN);
        List<String> names = new ArrayList<>();
        figures.inOrder().forEach(figure -> names.add(figure.getKey()));
        assertThat(names)
                .containsExactly(
                        "precisionAt20", "precisionAt20ShortHistory", "questionsShortHistory");
        assertThat(figures.values())
                .containsEntry("precisionAt20ShortHistory", 25.0)
                .containsEntry("questionsShortHistory", 7.0);
        assertThat(figures.spread().get("precisionAt20ShortHistory")).containsExactly(12.5, 50);
    }

    @Test
    void ofSeveralFitsItHasTheMeanAndTheSpread() {
        Figures figures = new Figures();
        EvaluateCommand.slices(figures, List.of(outcome(.25), outcome(.75)), SHOWN);
        assertThat(figures.values()).containsEntry("precisionAt20ShortHistory", 50.0);
        assertThat(figures.spread().get("precisionAt20ShortHistory")).containsExactly(25, 75);
    }
}
