package dev.vitrine.retrieval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop of four products; somebody looked at the first, which costs 10. */
class CandidateRankerTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final CandidateFeatures FEATURES = new CandidateFeatures(List.of("a", "b"));

    private final CatalogFacts facts = new CatalogFacts();
    private final ShopState state =
            new ShopState(FeatureSettings.defaults(), id -> Integer.parseInt(id.substring(1)));

    @TempDir private Path folder;

    @BeforeEach
    void open() {
        product(0, 10, "Cases", "Acme", NOW - 9 * DAY);
        product(1, 40, "Cases", "Bolt", NOW - DAY);
        product(2, 5, "Fans", "Acme", NOW + DAY);
        product(3, Double.NaN, "Fans", "", Product.NO_TIME);
        look(0, 1, "p0");
    }

    private void look(long offset, long person, String product) {
        state.apply(
                new LoggedEvent(
                        offset,
                        person,
                        0,
                        EventType.DETAIL_PAGE_VIEW,
                        NOW - 1,
                        NOW - 1,
                        "",
                        "",
                        List.of(new ProductDetail(product, 1, Double.NaN)),
                        "",
                        "",
                        List.of(),
                        "",
                        Double.NaN,
                        "",
                        "",
                        Map.of()));
    }

    private void product(int number, double price, String category, String brand, long published) {
        Product product =
                Product.builder("p" + number)
                        .price(price)
                        .categories(List.of(List.of(category)))
                        .brand(brand)
                        .publishedAt(published)
                        .build();
        facts.apply(List.of(new ProductChange(number, number, product.id(), Optional.of(product))));
    }

    private static CandidateSource scores(float... ofItems) {
        return (history, allowed, best) -> {
            for (int item = 0; item < ofItems.length; item++) {
                if (ofItems[item] > 0) {
                    best.offer(item, ofItems[item]);
                }
            }
        };
    }

    /** The order is 1, 2, 3. */
    private static Candidates candidates() {
        Blend blend =
                new Blend(
                        List.of(
                                new Blend.Part("a", scores(0, 4, 2, 1), 1f),
                                new Blend.Part("idle", scores(0, 0, 0, 9), 0f),
                                new Blend.Part("b", scores(0, 0, 3, 0), .25f)),
                        10);
        return blend.candidates(blend.sheet(History.of(0), ItemMask.all(4)), 10);
    }

    private float value(float[] rows, int place, String feature) {
        int column = FEATURES.names().indexOf(feature);
        assertThat(column).isNotNegative();
        return rows[place * FEATURES.names().size() + column];
    }

    private Shopper shopper() {
        return state.shopper(1, 0);
    }

    @Test
    void candidatesKeepWhatEachPartGaveBeforeItsWeight() {
        Candidates found = candidates();
        assertThat(found.items()).containsExactly(1, 2, 3);
        assertThat(found.totals()).containsExactly(1, .75f, .25f);
        assertThat(found.scores()).containsExactly(1, 0, 0, .5f, 0, 1, .25f, 0, 0);
    }

    @Test
    void featuresSayWhatTheyAreNamedFor() {
        float[] rows = FEATURES.rows(candidates(), 9, shopper(), state, facts, NOW);
        assertThat(rows).hasSize(3 * FEATURES.names().size());
        assertThat(value(rows, 1, "score-a")).isEqualTo(.5f);
        assertThat(value(rows, 1, "score-b")).isEqualTo(1);
        assertThat(value(rows, 1, "blend-score")).isEqualTo(.75f);
        assertThat(value(rows, 1, "blend-place")).isEqualTo((float) Math.log(2));
        assertThat(value(rows, 0, "proposals")).isEqualTo(1);
        assertThat(value(rows, 1, "proposals")).isEqualTo(2);
        assertThat(value(rows, 0, "price-beside-usual")).isCloseTo(2, within(1e-5f));
        assertThat(value(rows, 1, "price-beside-usual")).isCloseTo(-1, within(1e-5f));
        assertThat(value(rows, 2, "price")).isNaN();
        assertThat(value(rows, 2, "price-beside-usual")).isNaN();
        assertThat(value(rows, 0, "same-category-as-last")).isEqualTo(1);
        assertThat(value(rows, 1, "same-category-as-last")).isZero();
        assertThat(value(rows, 1, "same-brand-as-last")).isEqualTo(1);
        assertThat(value(rows, 2, "same-brand-as-last")).isZero();
        assertThat(value(rows, 0, "age")).isEqualTo((float) Math.log(2));
        assertThat(value(rows, 1, "age")).isNaN();
        assertThat(value(rows, 2, "age")).isNaN();
        assertThat(value(rows, 0, "category-affinity")).isEqualTo(1);
        assertThat(FEATURES.names()).doesNotContain("last-seen", "in-cart", "times-bought");
    }

    /** What a part that a release lacks gave is nothing. */
    @Test
    void aPartThatIsNotThereProposedNothing() {
        CandidateFeatures other = new CandidateFeatures(List.of("gone"));
        float[] rows = other.rows(candidates(), 1, shopper(), state, facts, NOW);
        assertThat(rows).hasSize(other.names().size());
        assertThat(rows[0]).isZero();
    }

    /** Lifts what costs less than usual. */
    private static TreeEnsemble cheap() {
        RegressionTree.Builder tree = new RegressionTree.Builder(3);
        tree.split(0, FEATURES.names().indexOf("price-beside-usual"), 0, false, 1, 2, 10);
        tree.leaf(1, 1, 5);
        tree.leaf(2, -1, 5);
        return new TreeEnsemble(FEATURES.names().size(), List.of(tree.build()));
    }

    private static Map<String, Tensor> run(TreeEnsemble trees, Map<String, Tensor> inputs) {
        Tensor rows = Objects.requireNonNull(inputs.get("features"));
        float[] values = rows.floats();
        float[] scores = new float[(int) rows.size(0)];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = (float) trees.score(values, row);
        }
        return Map.of("score", Tensor.of(new long[] {scores.length, 1}, scores));
    }

    private static CandidateRanker ranker() {
        return new CandidateRanker(FEATURES, cheap(), inputs -> run(cheap(), inputs));
    }

    /** Somebody else has met these. */
    private void othersLookAt(int... products) {
        for (int product : products) {
            look(1 + product, 2, "p" + product);
        }
    }

    @Test
    void theBestScoreComesFirstAndEqualsStayAsTheyWere() {
        othersLookAt(1, 2, 3);
        TopItems order = ranker().rank(candidates(), shopper(), state, facts, NOW).order();
        assertThat(items(order)).containsExactly(2, 1, 3);
        assertThat(order.score(0)).isEqualTo(1);
        assertThat(order.score(1)).isCloseTo((float) Math.exp(-2), within(1e-6f));
        assertThat(order.score(2)).isLessThan(order.score(1));
    }

    /** The cheap product would come first; in its place nobody has met it. */
    @Test
    void whatNobodyHasMetIsWhereTheBlendPutIt() {
        othersLookAt(1, 3);
        RankedCandidates ranked = ranker().rank(candidates(), shopper(), state, facts, NOW);
        assertThat(items(ranked.order())).containsExactly(1, 2, 3);
        assertThat(ranked.order().score(0)).isPositive();
        assertThat(ranked.reasons(2, 3)).isEmpty();
    }

    /** The first keeps its place, and the others are put in order behind it. */
    @Test
    void whatOthersHaveMetIsPutInOrderAroundIt() {
        othersLookAt(2, 3);
        TopItems order = ranker().rank(candidates(), shopper(), state, facts, NOW).order();
        assertThat(items(order)).containsExactly(1, 2, 3);
        assertThat(order.score(0)).isEqualTo(1);
        assertThat(order.score(1)).isLessThan(1).isGreaterThan(.9f);
    }

    private static int[] items(TopItems order) {
        int[] items = new int[order.size()];
        for (int place = 0; place < items.length; place++) {
            items[place] = order.item(place);
        }
        return items;
    }

    @Test
    void whatIsTooFarBehindToBeRankedStaysBehind() {
        int many = CandidateRanker.MOST + 50;
        int[] items = new int[many];
        float[] totals = new float[many];
        for (int place = 0; place < many; place++) {
            items[place] = many - place;
            totals[place] = 1 - place / (many + 1f);
        }
        Candidates all = new Candidates(List.of(), items, totals, new float[0]);
        TopItems order = ranker().rank(all, shopper(), state, facts, NOW).order();
        assertThat(order.size()).isEqualTo(many);
        // Product 2 is the cheap one, and lies behind.
        assertThat(items(order)).containsExactly(items);
        for (int place = 1; place < many; place++) {
            assertThat(order.score(place)).isLessThan(order.score(place - 1)).isPositive();
        }
    }

    @Test
    void namesTheFeatureThatLiftedAnItem() {
        othersLookAt(1, 2, 3);
        RankedCandidates ranked = ranker().rank(candidates(), shopper(), state, facts, NOW);
        assertThat(ranked.reasons(2, 3)).containsExactly("price-beside-usual");
        assertThat(ranked.reasons(1, 3)).isEmpty();
        assertThat(ranked.reasons(0, 3)).isEmpty();
    }

    @Test
    void whatIsTheSameForAllMovedNothing() {
        Candidates one = candidates();
        Candidates alone =
                new Candidates(one.parts(), new int[] {2}, new float[] {1}, new float[] {1, 0, 0});
        RankedCandidates ranked = ranker().rank(alone, shopper(), state, facts, NOW);
        assertThat(ranked.reasons(2, 3)).isEmpty();
    }

    @Test
    void nothingProposedIsNothingRanked() {
        Candidates none = new Candidates(List.of(), new int[0], new float[0], new float[0]);
        TopItems order =
                new CandidateRanker(
                                FEATURES,
                                cheap(),
                                inputs -> {
                                    throw new AssertionError("asked");
                                })
                        .rank(none, shopper(), state, facts, NOW)
                        .order();
        assertThat(order.size()).isZero();
    }

    @Test
    void aScoreThatIsNoNumberIsRefused() {
        CandidateRanker mad =
                new CandidateRanker(
                        FEATURES,
                        cheap(),
                        inputs ->
                                Map.of(
                                        "score",
                                        Tensor.of(
                                                new long[] {3, 1}, new float[] {1, Float.NaN, 0})));
        assertThatThrownBy(() -> mad.rank(candidates(), shopper(), state, facts, NOW))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_INVALID))
                .hasMessageContaining("candidate 1");
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        Path file = folder.resolve("ranker");
        CandidateRanker.save(FEATURES, cheap(), file);
        CandidateRanker read = CandidateRanker.load(file, inputs -> run(cheap(), inputs));
        assertThat(read.features().names()).isEqualTo(FEATURES.names());
        assertThat(read.trees().trees().getFirst())
                .usingRecursiveComparison()
                .isEqualTo(cheap().trees().getFirst());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> CandidateRanker.load(file, inputs -> inputs))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_DAMAGED));
    }

    /** A file of the right form whose features have other names than this version gives them. */
    @Test
    void aRankerOfOtherFeaturesIsRefused() throws Exception {
        Path file = folder.resolve("ranker");
        CandidateRanker.save(FEATURES, cheap(), file);
        byte[] bytes = Files.readAllBytes(file);
        byte[] name = "proposals".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int at = 0;
        while (!ByteBuffer.wrap(bytes, at, name.length).equals(ByteBuffer.wrap(name))) {
            at++;
        }
        bytes[at] = 'P';
        java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
        sum.update(bytes, 0, bytes.length - 8);
        ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length - 8, sum.getValue());
        Files.write(file, bytes);
        assertThatThrownBy(() -> CandidateRanker.load(file, inputs -> inputs))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_FORMAT));
    }

    @Test
    void treesOfAnotherWidthAreRefused() {
        TreeEnsemble narrow = new TreeEnsemble(2, List.of());
        assertThatThrownBy(() -> new CandidateRanker(FEATURES, narrow, inputs -> inputs))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("look at 2 features");
    }
}
