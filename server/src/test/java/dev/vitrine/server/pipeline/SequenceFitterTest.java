package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.table.FactorModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFitterTest {
    private static final Set<Part> TRAIN = Set.of(Part.TRAIN);
    private static final TypeWeights WEIGHTS = TypeWeights.graded();

    @TempDir private Path folder;

    private final List<String> steps = new ArrayList<>();
    private int epochsUntilKilled = Integer.MAX_VALUE;

    /** Stands still, but for what an epoch is said to take. */
    private long now;

    private long epochTakes;

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Progress progress =
            new Progress() {
                @Override
                public void start(String step, String unit, long total) {
                    if (step.contains("epoch") && epochsUntilKilled-- == 0) {
                        throw new Killed();
                    }
                    steps.add(step);
                    now += step.contains("epoch") ? epochTakes : 0;
                }

                @Override
                public void advance(long done) {}

                @Override
                public void finish(String summary) {
                    steps.add(summary);
                }
            };

    private static MakerSettings settings(long memory) {
        return MakerSettings.forMachine(1, memory);
    }

    private static FactorModel factors(float filler) {
        SplittableRandom random = new SplittableRandom(2);
        float[] factors = new float[ChainShop.ITEMS * 64];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = Float.isNaN(filler) ? filler : (float) random.nextGaussian();
        }
        FactorModel.Fit fit = new FactorModel.Fit(.1, .1, 1, ChainShop.ITEMS);
        return new FactorModel(ChainShop.ITEMS, 64, factors, new float[64], fit);
    }

    private SequenceFitter.Result fit(List<Event> events, FactorModel factors, long memory)
            throws Exception {
        Dataset dataset = ChainShop.dataset(folder.resolve("datasets"), events);
        ShopQuestions validation =
                ShopQuestions.of(
                        dataset,
                        TRAIN,
                        Part.VALIDATION,
                        WEIGHTS,
                        HistoryRecipe.DEFAULT,
                        settings(memory).tuningQuestions());
        Path work = Files.createTempDirectory(folder, "work");
        try (SequenceFitter fitter =
                new SequenceFitter(
                        settings(memory), folder.resolve("fits"), work, () -> now, progress)) {
            return fitter.trial(dataset, TRAIN, WEIGHTS, factors, validation);
        }
    }

    private String reason(List<Event> events, FactorModel factors, long memory) throws Exception {
        SequenceFitter.Result result = fit(events, factors, memory);
        assertThat(result.found()).isEmpty();
        String reason = ((SequenceFitter.Result.LeftOut) result).reason();
        assertThat(steps).contains("left out: " + reason);
        return reason;
    }

    private static final long ENOUGH = 8L << 30;

    @Test
    void tooFewPeopleAreSaidToBe() throws Exception {
        assertThat(reason(ChainShop.events(60), factors(0), ENOUGH))
                .contains("60 people met two products or more; it takes 100");
    }

    @Test
    void aShopOfOneProductHasNothingThatComesNext() throws Exception {
        List<Event> same =
                ChainShop.events(200).stream()
                        .map(e -> ChainShop.view(e.visitorId(), 7, e.time()))
                        .toList();
        assertThat(reason(same, factors(0), ENOUGH)).contains("0 people met two products");
    }

    @Test
    void whatIsNoNumberIsNotLearnedFrom() throws Exception {
        assertThat(reason(ChainShop.events(200), factors(Float.NaN), ENOUGH))
                .contains("the gradient of step 1 is not finite");
    }

    @Test
    void whereMemoryIsMissingItIsSaidHowMuch() throws Exception {
        assertThat(reason(ChainShop.events(200), factors(0), 64L << 20))
                .contains("fitting a sequence model needs")
                .contains("the budget is 16 MiB");
    }

    @Test
    void aTrainingThatWasKilledGoesOnAfterItsLastEpoch() throws Exception {
        epochsUntilKilled = 3;
        assertThatThrownBy(() -> fit(ChainShop.events(300), factors(0), ENOUGH))
                .isInstanceOf(Killed.class);
        epochsUntilKilled = Integer.MAX_VALUE;
        WorkFolders.sweep(folder);
        assertThat(folder.resolve("fits")).exists();
        steps.clear();
        SequenceFitter.Result result = fit(ChainShop.events(300), factors(0), ENOUGH);
        assertThat(steps).filteredOn(s -> s.contains("epoch")).first().asString().contains("4");
        assertThat(((SequenceFitter.Result.Fitted) result).curve().points()).hasSizeGreaterThan(3);
    }

    /** A fit takes its share of a training: rows are bounded, and small shops see them often. */
    @Test
    void epochsFollowFromRows() {
        assertThat(SequenceFitter.epochs(1_000)).isEqualTo(30);
        assertThat(SequenceFitter.epochs(50_000)).isEqualTo(5);
        assertThat(SequenceFitter.epochs(1_000_000)).isEqualTo(3);
        assertThat(SequenceFitter.epochs(4_000_000)).isEqualTo(1);
        assertThat(SequenceFitter.epochs(6_000_000)).isEqualTo(1);
    }

    @Test
    void timeFollowsFromRows() {
        assertThat(SequenceFitter.longest(1_000)).hasSeconds(20);
        assertThat(SequenceFitter.longest(1_000_000)).hasSeconds(240);
        assertThat(SequenceFitter.longest(9_000_000)).hasSeconds(480);
    }

    @Test
    void onASlowMachineAFitHasFewerEpochsAndSaysSo() throws Exception {
        epochTakes = 6_000_000_000L;
        SequenceFitter.Result result = fit(ChainShop.events(300), factors(0), ENOUGH);
        assertThat(steps).contains("ended after epoch 3: another would not end within 20 s");
        assertThat(((SequenceFitter.Result.Fitted) result).parameters())
                .containsEntry("endedByTime", "20 s");
    }

    @Test
    void sequencesHaveEachProductOnceAndTheNewestPeople() {
        Dataset dataset = ChainShop.dataset(folder.resolve("datasets"), ChainShop.events(150));
        ShopSequences all = ShopSequences.of(dataset, TRAIN, WEIGHTS, 5, Long.MAX_VALUE);
        assertThat(List.of(all.sequences()))
                .hasSize(150)
                .allSatisfy(s -> assertThat(s).hasSizeBetween(2, 5).doesNotHaveDuplicates());
        assertThat(all.items()).isEqualTo(ChainShop.ITEMS);
        ShopSequences newest = ShopSequences.of(dataset, TRAIN, WEIGHTS, 5, 100);
        assertThat(newest.rows()).isBetween(100L, 104L);
        assertThat(List.of(newest.sequences())).hasSizeLessThan(60);
    }
}
