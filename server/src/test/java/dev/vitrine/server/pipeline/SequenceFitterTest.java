package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FrequentFeatures;
import dev.vitrine.training.content.FeatureCounter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
        return fit(events, factors, memory, CatalogFeatures.none(), result -> {});
    }

    /**
     * @param use what is done with the model while it can be asked
     */
    private SequenceFitter.Result fit(
            List<Event> events,
            FactorModel factors,
            long memory,
            CatalogFeatures features,
            Consumer<SequenceFitter.Result> use)
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
            SequenceFitter.Result result =
                    fitter.trial(dataset, TRAIN, WEIGHTS, factors, features, validation);
            use.accept(result);
            return result;
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
        assertThat(steps).contains("goes on after epoch 3");
        assertThat(steps)
                .filteredOn(s -> s.contains("epoch ") && s.contains(" of "))
                .first()
                .asString()
                .contains("epoch 4 of");
        assertThat(((SequenceFitter.Result.Fitted) result).curve().points()).hasSizeGreaterThan(3);
    }

    /** The features of the chain's products: each has a word of its own. */
    private static CatalogFeatures words() {
        FeatureCounter counter = new FeatureCounter();
        List<Product> products = ChainShop.products();
        for (int times = 0; times < FeatureCounter.FEWEST; times++) {
            products.forEach(counter::add);
        }
        FrequentFeatures chosen = counter.choose();
        FrequentFeatures.Of[] of =
                products.stream().map(chosen::of).toArray(FrequentFeatures.Of[]::new);
        return new CatalogFeatures(chosen, of, of);
    }

    /** A product comes that is described as another: it takes that one's place in the chain. */
    @Test
    void aProductThatComesLaterHasItsVectorAtOnce() throws Exception {
        int like = 5;
        int before = 0;
        while (ChainShop.after(before) != like) {
            before++;
        }
        History leadsThere = History.of(before);
        fit(
                ChainShop.events(400),
                factors(0),
                ENOUGH,
                words(),
                result -> {
                    ModelSet.Sequence sequence = result.found().orElseThrow();
                    ModelSet set = new ModelSet(Optional.empty(), Optional.empty(), result.found());
                    int number = ChainShop.ITEMS + 2_000;
                    Product late =
                            Product.builder("late").title("thing " + ChainShop.id(like)).build();
                    SequenceSource source =
                            new SequenceSource(sequence.model(), sequence.vectors());
                    assertThat(first(source, leadsThere, number + 1, 3)).doesNotContain(number);
                    set.apply(List.of(new ProductChange(1, number, "late", Optional.of(late))));
                    assertThat(first(source, leadsThere, number + 1, 3)).contains(number);
                    assertThat(first(source, History.of(number), number + 1, 3))
                            .contains(ChainShop.after(like));
                    set.apply(
                            List.of(
                                    new ProductChange(2, like, "like", Optional.of(late)),
                                    new ProductChange(3, number, "late", Optional.empty())));
                    assertThat(first(source, leadsThere, number + 1, 3)).contains(like);
                });
    }

    private static List<Integer> first(
            SequenceSource source, History history, int items, int count) {
        TopItems best = new TopItems(count);
        source.collect(history, ItemMask.all(items), best);
        best.sort();
        return IntStream.range(0, best.size()).mapToObj(best::item).toList();
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
        assertThat(Trial.Sequence.of(result, false).reason())
                .startsWith("the blend is no better with it")
                .endsWith(
                        "its fit was ended by its time, 20 s, after 3 epochs with others to come");
        assertThat(Trial.Sequence.of(result, true)).isInstanceOf(Trial.Sequence.Kept.class);
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
