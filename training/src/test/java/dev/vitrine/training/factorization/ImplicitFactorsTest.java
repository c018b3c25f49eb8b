package dev.vitrine.training.factorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.training.TasteWorld;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.JudgeSettings;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.evaluation.Report;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ImplicitFactorsTest {
    private static final ParallelBlocks TWO = new ParallelBlocks(2);

    private static final FactorSettings SETTINGS = new FactorSettings(12, 5, 0.05, 0.02, 1, 0.1, 3);

    private final InteractionMatrix matrix = new TasteWorld(400, 150, 6, 1).matrix();

    @AfterAll
    static void end() {
        TWO.close();
    }

    @Test
    void everySweepLowersTheObjective() {
        for (double exponent : new double[] {0, 0.5, 1}) {
            ImplicitFactors fit = new ImplicitFactors(matrix, SETTINGS.withExponent(exponent), TWO);
            fit.sweep(Progress.NONE, 0);
            double before = fit.objective();
            for (int sweep = 1; sweep < 6; sweep++) {
                fit.sweep(Progress.NONE, 0);
                double after = fit.objective();
                assertThat(after).isLessThan(before);
                before = after;
            }
        }
    }

    @Test
    void rotationChangesNoScore() {
        ImplicitFactors fit = new ImplicitFactors(matrix, SETTINGS, TWO);
        fit.sweep(Progress.NONE, 0);
        double before = fit.objective();
        fit.model();
        assertThat(fit.objective()).isCloseTo(before, within(1e-3 * before));
    }

    @Test
    void theNumberOfThreadsDoesNotMatter() {
        FactorModel two = ImplicitFactors.fit(matrix, SETTINGS, TWO, Progress.NONE);
        try (ParallelBlocks five = new ParallelBlocks(5)) {
            FactorModel other = ImplicitFactors.fit(matrix, SETTINGS, five, Progress.NONE);
            assertThat(other.factors()).containsExactly(two.factors());
        }
        FactorModel seeded = ImplicitFactors.fit(matrix, SETTINGS.withSeed(4), TWO, Progress.NONE);
        assertThat(seeded.factors()).isNotEqualTo(two.factors());
    }

    @Test
    void foldingInIsTheSolveOfTraining() {
        ImplicitFactors fit = new ImplicitFactors(matrix, SETTINGS, TWO);
        fit.sweep(Progress.NONE, 0);
        FactorModel model = fit.model();
        fit.sweepPeople();
        float[] people = fit.peopleFactors();
        float[] items = fit.itemFactors();
        for (int u = 0; u < 400; u += 7) {
            float[] folded = model.foldIn(History.of(matrix.row(u)));
            // The bases may differ by a rotation; scores do not.
            for (int i = 0; i < 150; i++) {
                double trained = 0;
                for (int k = 0; k < 12; k++) {
                    trained += people[u * 12 + k] * items[i * 12 + k];
                }
                assertThat((double) model.score(folded, i)).isCloseTo(trained, within(1e-4));
            }
        }
    }

    @Test
    void findsTastesThatPopularityDoesNot() {
        TasteWorld world = new TasteWorld(600, 200, 8, 2);
        var split = world.split();
        FactorModel model = ImplicitFactors.fit(split.train(), SETTINGS, TWO, Progress.NONE);
        ItemCounts counts = ItemCounts.of(split.train());
        Judge judge = new Judge(JudgeSettings.of(2), Progress.NONE);
        Report ours = judge.judge(Recommender.of(model), split.questions(), counts);
        Report popular = judge.judge(Recommender.of(counts), split.questions(), counts);
        assertThat(ours.figure("recallAt10")).isGreaterThan(2 * popular.figure("recallAt10"));
    }

    @Test
    void peopleAndItemsWithoutEntriesAreZero() {
        InteractionMatrix gaps =
                new InteractionMatrix(
                        3, 4, new int[] {0, 2, 2, 3}, new int[] {0, 2, 2}, new float[] {1, 1, 1});
        FactorModel model = ImplicitFactors.fit(gaps, SETTINGS, TWO, Progress.NONE);
        assertThat(model.factor(1)).containsOnly(0f);
        assertThat(model.factor(3)).containsOnly(0f);
        float[] scores = new float[4];
        model.score(History.of(0), scores);
        assertThat(scores[2]).isGreaterThan(0.1f);
        assertThat(Arrays.copyOfRange(scores, 3, 4)).containsOnly(0f);
    }

    @Test
    void anImpossibleSettingIsNamed() {
        assertThatThrownBy(() -> SETTINGS.withDimensions(0))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("dimensions")
                .hasMessageContaining("found 0");
    }
}
