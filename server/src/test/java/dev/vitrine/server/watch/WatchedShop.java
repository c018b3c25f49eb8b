package dev.vitrine.server.watch;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A simulated shop whose behaviour can be changed from some event on, and a release for it: what
 * was turned to together before its data end.
 */
final class WatchedShop implements AutoCloseable {
    static final Instant END = Instant.parse("2026-06-01T12:00:00Z");

    private static final int PRODUCTS = 400;
    private static final int BATCH = 2_000;

    private final Home home;
    private final Shop shop;
    private final List<Event> events;
    private int written;

    WatchedShop(Path folder, long seed, int size) {
        SimulatedShop simulated =
                new SimulatedShop(
                        seed,
                        SimulationSettings.of(PRODUCTS, size / 25, size, END)
                                .with(Duration.ofDays(60)));
        home = Home.open(folder);
        shop = Shop.open(home, ShopSettings.defaults(), InstantSource.fixed(END), Progress.NONE);
        shop.upsert(simulated.products());
        events = new ArrayList<>();
        Iterator<Event> each = simulated.events();
        each.forEachRemaining(events::add);
    }

    Shop shop() {
        return shop;
    }

    /** Writes events up to a share of all, as they are or changed. */
    void until(double share, UnaryOperator<Event> change) {
        int end = (int) (share * events.size());
        while (written < end) {
            int to = Math.min(end, written + BATCH);
            shop.append(events.subList(written, to).stream().map(change).toList());
            written = to;
        }
    }

    long offset() {
        return shop.events().log().endOffset();
    }

    /** Adds a product. */
    void add(Product product) {
        shop.upsert(List.of(product));
    }

    /** Evaluates a release. */
    Evaluation evaluate(Respondent respondent, long data, Judged.Made made) {
        CatalogFacts facts = LiveEvaluation.facts(shop.catalog());
        return new LiveEvaluation(
                        shop.events(),
                        shop.catalog(),
                        shop.state().settings(),
                        InstantSource.fixed(END),
                        token -> Optional.empty(),
                        step -> {})
                .run(new LiveEvaluation.Subject("r1", data, made), respondent, facts, "schedule")
                .orElseThrow();
    }

    /** What a release reaches on the last tenth before its data end, fitted to what is before. */
    Judged.Made made(long data) {
        long before = data - data / 10;
        Evaluation judged = evaluate(new Together(before), before, Judged.Made.UNKNOWN);
        Map<String, Double> figures = new HashMap<>();
        Map<String, Double> popular = new HashMap<>();
        judged.figures()
                .forEach((name, figure) -> {
                    figures.put(name, figure.value());
                    popular.put(name, figure.popularity());
                });
        Evaluation.Figure ndcg = Objects.requireNonNull(judged.figures().get("ndcgAt20"));
        return new Judged.Made(figures, popular, (ndcg.high() - ndcg.low()) / 3.92);
    }

    /** Recommends what others turned to who turned to the same before an offset. */
    final class Together implements Respondent {
        private final float[][] together = new float[PRODUCTS + 50][PRODUCTS + 50];

        Together(long until) {
            Map<String, Set<Integer>> touched = new HashMap<>();
            for (Event event : events.subList(0, Math.toIntExact(until))) {
                if (shop.state().settings().weights().of(event.type()) > 0) {
                    for (ProductDetail product : event.products()) {
                        touched.computeIfAbsent(event.visitorId(), v -> new HashSet<>())
                                .add(shop.catalog().numberOf(product.id()));
                    }
                }
            }
            for (Set<Integer> items : touched.values()) {
                if (items.size() < 100) {
                    for (int one : items) {
                        for (int other : items) {
                            together[one][other] += one == other ? 0 : 1;
                        }
                    }
                }
            }
        }

        @Override
        public Answering asOf(ShopState state, PopularItems popular, long now) {
            return shopper -> answer(state, shopper, now);
        }

        private Answer answer(ShopState state, Shopper shopper, long now) {
            float[] scores = new float[together.length];
            for (int past : shopper.items()) {
                for (int item = 0; item < scores.length; item++) {
                    float popularity = state.popularity(item, now) + 10;
                    scores[item] += together[past][item] / (float) Math.sqrt(popularity);
                }
            }
            Set<Integer> known = new HashSet<>();
            for (int item : shopper.items()) {
                known.add(item);
            }
            for (int item : shopper.purchases().items()) {
                known.add(item);
            }
            int[] best =
                    IntStream.range(0, scores.length)
                            .filter(item -> scores[item] > 0 && !known.contains(item))
                            .boxed()
                            .sorted(Comparator.comparingDouble(item -> -scores[item]))
                            .limit(100)
                            .mapToInt(Integer::intValue)
                            .toArray();
            return new Answer(
                    best, Arrays.stream(best).mapToDouble(item -> scores[item]).toArray(), "own");
        }

        @Override
        public boolean content(int item, float[] target) {
            int category = item < 0 ? -1 : shop.facts().category(item);
            if (category >= 0) {
                target[category % target.length] = 1;
            }
            return category >= 0;
        }

        @Override
        public int dimensions() {
            return 16;
        }
    }

    /** The same answers in an order of chance. */
    static Respondent shuffled(Respondent respondent) {
        SplittableRandom random = new SplittableRandom(3);
        return new Respondent() {
            @Override
            public Answering asOf(ShopState state, PopularItems popular, long now) {
                return shopper ->
                        new Answer(
                                random.ints(0, PRODUCTS).distinct().limit(100).toArray(),
                                new double[100],
                                "chance");
            }

            @Override
            public boolean content(int item, float[] target) {
                return respondent.content(item, target);
            }

            @Override
            public int dimensions() {
                return respondent.dimensions();
            }
        };
    }

    /** An event like another, by somebody else, of other products. */
    static Event like(
            Event event,
            EventType type,
            String visitor,
            String user,
            List<ProductDetail> products) {
        return new Event(
                event.eventId(),
                type,
                visitor,
                user,
                event.sessionId(),
                event.time(),
                products,
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                event.attributes());
    }

    @Override
    public void close() {
        try (home) {
            shop.close();
        }
    }
}
