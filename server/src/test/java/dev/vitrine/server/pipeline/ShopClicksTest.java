package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.server.pipeline.ShopClicks.Looked;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.ranking.Examination;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A shop that shows what is old first, whose people look at place k with a chance of 1 / (1 + k)
 * and want what is new.
 */
class ShopClicksTest {
    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int ITEMS = 60;
    private static final int PLACES = 8;
    private static final int VISITORS = 5_000;
    private static final long END = START + VISITORS * MINUTE;
    private static final String PLACEMENT = "category";

    private static final CandidateSource ALL =
            (history, allowed, best) -> {
                for (int item = 0; item < allowed.size(); item++) {
                    if (allowed.contains(item)) {
                        best.offer(item, 1f / (1 + item * 7 % ITEMS));
                    }
                }
            };

    private static final Blend BLEND = new Blend(List.of(new Blend.Part("all", ALL, 1)), 100);
    private static final CandidateFeatures FEATURES = new CandidateFeatures(List.of("all"));

    private final SplittableRandom random = new SplittableRandom(17);
    private final double[] newness = random.doubles(ITEMS).toArray();
    private final List<LoggedEvent> log = new ArrayList<>();

    private static double look(int place) {
        return 1.0 / (1 + place);
    }

    private double wanted(int item) {
        return 1 / (1 + Math.exp(1.5 - 2.5 * newness[item]));
    }

    private static String id(int item) {
        return "p" + item;
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(1));
    }

    private CatalogFacts facts() {
        CatalogFacts facts = new CatalogFacts();
        List<ProductChange> changes = new ArrayList<>();
        for (int item = 0; item < ITEMS; item++) {
            long age = (long) ((1 - newness[item]) * Duration.ofDays(200).toMillis());
            Product product =
                    Product.builder(id(item)).title("thing").publishedAt(START - age).build();
            changes.add(new ProductChange(item, item, product.id(), Optional.of(product)));
        }
        facts.apply(changes);
        return facts;
    }

    private void emit(
            EventType type, long visitor, long time, String token, int item, List<Impression> all) {
        log.add(
                new LoggedEvent(
                        log.size(),
                        visitor,
                        0,
                        type,
                        time,
                        time,
                        "",
                        "",
                        item < 0 ? List.of() : List.of(new ProductDetail(id(item), 1, Double.NaN)),
                        "",
                        token,
                        all,
                        all.isEmpty() ? "" : PLACEMENT,
                        Double.NaN,
                        "",
                        "",
                        Map.of()));
    }

    /** Each looks at something, is shown a list, told of one product at a time, and clicks. */
    private void simulate() {
        for (int visitor = 1; visitor <= VISITORS; visitor++) {
            long time = START + visitor * MINUTE;
            int first = random.nextInt(ITEMS);
            emit(EventType.DETAIL_PAGE_VIEW, visitor, time, "", first, List.of());
            int[] shown = random.ints(0, ITEMS).distinct().limit(PLACES + 4).toArray();
            double[] old = new double[ITEMS];
            for (int item : shown) {
                old[item] = 1 - newness[item] + .4 * random.nextDouble();
            }
            int[] list =
                    Arrays.stream(shown)
                            .filter(item -> item != first)
                            .boxed()
                            .sorted(Comparator.comparingDouble(item -> -old[item]))
                            .mapToInt(Integer::intValue)
                            .limit(PLACES)
                            .toArray();
            String token = "answer-" + visitor;
            for (int place = 0; place < list.length; place++) {
                Impression one = new Impression(id(list[place]), place + 1, Double.NaN);
                emit(EventType.IMPRESSION, visitor, time + 10, token, -1, List.of(one));
            }
            for (int place = 0; place < list.length; place++) {
                boolean looked = random.nextDouble() < look(place);
                if (looked && random.nextDouble() < wanted(list[place])) {
                    emit(EventType.CLICK, visitor, time + 20, token, list[place], List.of());
                }
            }
        }
    }

    private ShopClicks read(long from, long to) {
        return ShopClicks.read(
                log.iterator(), ShopClicksTest::number, person -> person > 0, from, to);
    }

    private Replay replay(CatalogFacts facts) {
        return new Replay(
                log.iterator(), FeatureSettings.defaults(), ShopClicksTest::number, facts);
    }

    @Test
    void withoutCorrectionTheLearnedOrderIsWorse() {
        simulate();
        Replay replay = replay(facts());
        ShopClicks clicks = read(START, END + MINUTE);
        clicks.watch(replay, BLEND, FEATURES, HistoryRecipe.DEFAULT, ITEMS);
        ShopState state = replay.until(END + MINUTE);
        List<Looked> lists = clicks.looked();
        assertThat(lists).hasSizeBetween(1_000, 2_000);
        double[] looks = lists.getFirst().examination().looks();
        for (int place = 0; place < 5; place++) {
            assertThat(looks[place]).isCloseTo(look(place), within(.1));
        }
        Examination equal =
                new Examination(IntStream.range(0, PLACES).mapToDouble(i -> 1).toArray());
        List<Looked> raw =
                lists.stream()
                        .map(each -> new Looked(each.time(), each.log(), each.rows(), equal))
                        .toList();
        double corrected = reached(lists, replay, state);
        double naive = reached(raw, replay, state);
        assertThat(corrected).isGreaterThan(naive + .05);
    }

    /** The gain of what is wanted in the order that is learned, beside the best there is. */
    private double reached(List<Looked> lists, Replay replay, ShopState state) {
        TreeRows rows = ShopClicks.rows(FEATURES.names(), lists, Long.MAX_VALUE);
        double weight =
                IntStream.range(0, rows.rows())
                        .mapToDouble(row -> rows.weights()[row])
                        .average()
                        .orElse(0);
        assertThat(weight).isCloseTo(1, within(1e-3));
        TreeEnsemble trees =
                BoostedTrees.fit(CandidateTrees.settings(), rows, Progress.NONE).ensemble();
        double sum = 0;
        int asked = 40;
        for (int visitor = 1; visitor <= asked; visitor++) {
            Shopper shopper = replay.shopper(visitor);
            History history = HistoryRecipe.DEFAULT.of(shopper, state.settings().weights());
            Candidates candidates =
                    BLEND.candidates(
                            BLEND.sheet(history, ItemMask.all(ITEMS)), CandidateRanker.MOST);
            float[] all =
                    FEATURES.rows(
                            candidates, CandidateRanker.MOST, shopper, state, replay.facts(), END);
            int[] items = candidates.items();
            double[] scores =
                    IntStream.range(0, items.length)
                            .mapToDouble(i -> trees.score(all, i))
                            .toArray();
            sum += dcg(items, i -> scores[i], this) / dcg(items, i -> wanted(items[i]), this);
        }
        return sum / asked;
    }

    private static double dcg(
            int[] items, java.util.function.IntToDoubleFunction score, ShopClicksTest shop) {
        int[] order =
                IntStream.range(0, items.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -score.applyAsDouble(i)))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double sum = 0;
        for (int place = 0; place < 10; place++) {
            sum += shop.wanted(items[order[place]]) / (Math.log(place + 2) / Math.log(2));
        }
        return sum;
    }

    @Test
    void onlyListsOfTheTimeAskedForTeachAndClicksOfLaterDoNot() {
        simulate();
        long middle = START + VISITORS / 2 * MINUTE;
        Replay replay = replay(facts());
        ShopClicks clicks = read(middle, END - 100 * MINUTE);
        clicks.watch(replay, BLEND, FEATURES, HistoryRecipe.DEFAULT, ITEMS);
        replay.until(END + MINUTE);
        assertThat(clicks.looked())
                .isNotEmpty()
                .allMatch(each -> each.time() >= middle && each.time() <= END - 100 * MINUTE);
        TreeRows early = ShopClicks.rows(FEATURES.names(), clicks.looked(), middle + 500 * MINUTE);
        TreeRows all = ShopClicks.rows(FEATURES.names(), clicks.looked(), Long.MAX_VALUE);
        assertThat(early.groups().length).isPositive().isLessThan(all.groups().length / 2);
    }

    @Test
    void aLogWithoutClicksTeachesNothingAndSaysWhy() {
        simulate();
        log.removeIf(event -> event.type() == EventType.CLICK);
        ShopClicks clicks = read(START, END);
        assertThat(clicks.looked()).isEmpty();
        assertThat(clicks.text()).contains("0 lists", PLACEMENT, "it takes 2");
        assertThat(ShopClicks.rows(FEATURES.names(), List.of(), Long.MAX_VALUE).rows()).isZero();
    }
}
