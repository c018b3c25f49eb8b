package dev.vitrine.retrieval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.Dispensable;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.TableWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairModelTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final Isotonic CALIBRATION =
            new Isotonic(new double[] {-1, 1}, new double[] {.2, .8});

    /** An item's number is its score. */
    private static final CandidateSource NUMBER =
            (history, allowed, best) -> {
                for (int item = 0; item < allowed.size(); item++) {
                    if (allowed.contains(item)) {
                        best.offer(item, item);
                    }
                }
            };

    @TempDir private Path folder;

    private static GraphRunner saying(float score) {
        return inputs -> {
            int rows = (int) Objects.requireNonNull(inputs.get(ClickModel.VALUES)).size(0);
            float[] scores = new float[rows];
            java.util.Arrays.fill(scores, score);
            return Map.of(ClickModel.SCORE, Tensor.of(new long[] {rows, 1}, scores));
        };
    }

    private static Blend blend(CandidateSource source) {
        return new Blend(List.of(new Blend.Part("number", source, 1)), 10);
    }

    private static ShopState state() {
        ShopState state = new ShopState(FeatureSettings.defaults(), Integer::parseInt);
        EventType[] types = {
            EventType.DETAIL_PAGE_VIEW, EventType.ADD_TO_CART, EventType.DETAIL_PAGE_VIEW
        };
        int[] items = {3, 3, 5};
        for (int i = 0; i < types.length; i++) {
            long time = NOW - (types.length - i) * HOUR;
            state.apply(
                    new LoggedEvent(
                            i,
                            1,
                            0,
                            types[i],
                            time,
                            time,
                            "",
                            "",
                            List.of(new ProductDetail(Integer.toString(items[i]), 1, Double.NaN)),
                            "",
                            "",
                            List.of(),
                            "",
                            Double.NaN,
                            "",
                            "",
                            Map.of()));
        }
        return state;
    }

    private static float[] row(Blend blend, int item, Shopper shopper, ShopState state) {
        PairFeatures features = new PairFeatures(List.of("number"));
        int[] one = {item};
        float[] told = PairFeatures.told(one, shopper, state, new CatalogFacts(), NOW);
        return features.rows(blend, History.of(shopper.items()), one, told);
    }

    private static float value(float[] row, String name) {
        return row[new PairFeatures(List.of("number")).names().indexOf(name)];
    }

    @Test
    void tellsWhatAShopperDidWithAnItem() {
        ShopState state = state();
        Shopper shopper = state.shopper(1, 0);
        float[] met = row(blend(NUMBER), 3, shopper, state);
        assertThat(value(met, "score-number")).isEqualTo(3);
        assertThat(value(met, "met")).isEqualTo(1);
        assertThat(value(met, "in-cart")).isEqualTo(1);
        assertThat(value(met, "own-carts")).isCloseTo((float) Math.log(2), within(1e-6f));
        assertThat(value(met, "places-ago")).isCloseTo((float) Math.log(2), within(1e-6f));
        assertThat(value(met, "hours-since-last")).isCloseTo((float) Math.log(2), within(1e-6f));
        assertThat(value(met, "days-since-bought")).isNaN();
        float[] other = row(blend(NUMBER), 4, shopper, state);
        assertThat(value(other, "met")).isZero();
        assertThat(value(other, "places-ago")).isNaN();
    }

    /** Nobody and nothing known: no number is infinite, and none is made up. */
    @Test
    void whatIsNotKnownIsMissing() {
        float[] row = row(blend(NUMBER), 4, Shopper.UNKNOWN, state());
        for (float value : row) {
            assertThat(Float.isInfinite(value)).isFalse();
        }
        assertThat(value(row, "score-number")).isZero();
        assertThat(value(row, "price")).isNaN();
        assertThat(value(row, "age")).isNaN();
        assertThat(value(row, "hours-since-last")).isNaN();
    }

    @Test
    void aHistoryIsToldWithoutAnItem() {
        History history = new History(new int[] {1, 2, 1}, new float[] {.5f, 2, 3});
        assertThat(history.without(1).items()).containsExactly(2);
        assertThat(history.without(1).weights()).containsExactly(2);
        assertThat(history.without(4)).isSameAs(history);
    }

    /** Whichever others are asked about, and with nothing where it fails. */
    @Test
    void aRetrieverScoresEachItemByItself() {
        History history = History.of(1);
        assertThat(NUMBER.scores(history, 7, 2)).containsExactly(7, 2);
        assertThat(NUMBER.scores(history)).isEmpty();
        CandidateSource broken =
                new Dispensable((asked, allowed, best) -> {
                    throw new VitrineException(RetrievalError.MODEL_INVALID, "broken");
                });
        assertThat(broken.scores(history, 7)).containsExactly(Float.NaN);
        ShopState state = state();
        float[] row = row(blend(broken), 3, state.shopper(1, 0), state);
        assertThat(value(row, "score-number")).isNaN();
        assertThat(value(row, "met")).isEqualTo(1);
    }

    @Test
    void givesCalibratedProbabilitiesAndIsReadAgain() {
        PairFeatures features = new PairFeatures(List.of("number"));
        Path file = folder.resolve("model.table");
        PairModel.save("trees", features, CALIBRATION, file);
        PairModel model = PairModel.load(file, saying(.5f));
        assertThat(model.name()).isEqualTo("trees");
        assertThat(model.features().names()).isEqualTo(features.names());
        ShopState state = state();
        Shopper shopper = state.shopper(1, 0);
        assertThat(
                        model.probability(
                                blend(NUMBER),
                                History.of(3),
                                3,
                                shopper,
                                state,
                                new CatalogFacts(),
                                NOW))
                .isCloseTo(.65, within(1e-9));
        assertThat(
                        PairModel.load(file, saying(-9))
                                .probabilities(new float[model.features().names().size()]))
                .containsExactly(.2);
    }

    @Test
    void aScoreThatIsNoNumberIsRefused() {
        PairModel model =
                new PairModel("trees", new PairFeatures(List.of()), CALIBRATION, saying(Float.NaN));
        assertThatThrownBy(() -> model.probabilities(new float[model.features().names().size()]))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_INVALID));
    }

    @Test
    void otherFeaturesThanThisVersionComputesAreRefused() {
        Path file = folder.resolve("other.table");
        try (TableWriter out = new TableWriter(file, "pairs", 1)) {
            out.putText("trees");
            out.putTexts(List.of("number"));
            out.putTexts(List.of("score-number", "of-another-version"));
            out.putInt(1);
            out.putDouble(0);
            out.putDouble(.5);
            out.finish();
        }
        assertThatThrownBy(() -> PairModel.load(file, saying(0)))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_FORMAT));
    }
}
