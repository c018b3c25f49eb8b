package dev.vitrine.benchmarks.cold;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Products that came a moment ago, by title and description alone: are they shown to those who like
 * their kind? A server trains on a simulated shop without a tenth of its products; then they come,
 * and shoppers with a history are asked about, over HTTP. The simulation knows the few shelves that
 * each of them likes; what is shown from one of those is right.
 */
public final class ColdItems implements Benchmark {
    private static final int SHOWN = 10;
    private static final int WHOLE_SHELF = 20;
    private static final int MOST_VISITORS = 500;
    private static final Duration MOST_TO_TRAIN = Duration.ofMinutes(30);

    /** The share of a shop's products that a shopper wants most; the stricter of two judgements. */
    private static final double WANTED = .05;

    @Override
    public String name() {
        return "cold-items";
    }

    @Override
    public String description() {
        return "products added a moment ago by text alone, shown to those who like their kind";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("seeds", 5, 1, 50),
                new Argument.Whole("items", 3_000, 500, 20_000),
                new Argument.Whole("shoppers", 4_000, 500, 100_000),
                new Argument.Whole("events", 150_000, 10_000, 10_000_000));
    }

    @Override
    public String duration() {
        return "6 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        long seeds = context.arguments().whole("seeds");
        Map<String, double[]> found = new LinkedHashMap<>();
        for (int seed = 1; seed <= seeds; seed++) {
            int place = seed - 1;
            Map<String, Double> one = ofShop(seed, context);
            one.forEach((figure, value) ->
                    found.computeIfAbsent(figure, f -> new double[(int) seeds])[place] = value);
            context.out()
                    .printf(
                            Locale.ROOT,
                            "shop %d: %.3f of what is shown is liked, by popularity %.3f%n",
                            seed,
                            one.get("precisionAt10"),
                            one.get("popularityPrecisionAt10"));
        }
        Figures figures = new Figures();
        found.forEach((figure, values) -> {
            Arrays.sort(values);
            int middle = values.length / 2;
            double median =
                    values.length % 2 == 1
                            ? values[middle]
                            : (values[middle - 1] + values[middle]) / 2;
            figures.put(figure, median, values[0], values[values.length - 1]);
        });
        return figures.put("shops", seeds).note(note());
    }

    private static String note() {
        return "Medians over shops of different seeds, with the least and the most. New products"
                + " have a title and a description and nothing else, and nobody has met them."
                + " Right is a product whose shelf (leaf of the category tree) is one of the at"
                + " most five that the simulated shopper likes. Popularity is, in each shop, the"
                + " better of two: new products in the order of how often they were met, which"
                + " is chance, since nobody has met any; and the products met most that the"
                + " shopper has not met, none of them new. ToldShelves is the better of two"
                + " orders that products' own counts do not give: new products by how often one"
                + " product of their shelf, or the whole shelf, was met, though the shop was not"
                + " told their shelves. topTwentieth counts as right only what is among the"
                + " twentieth of all products that the shopper wants most by shelf, style, brand"
                + " and price, which no text tells. wholeShelf is asked for without a filter.";
    }

    private static Map<String, Double> ofShop(long seed, Context context)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(context.work().resolve("shop-" + seed));
        ColdShop shop =
                new ColdShop(
                        seed,
                        SimulationSettings.of(
                                Math.toIntExact(context.arguments().whole("items")),
                                Math.toIntExact(context.arguments().whole("shoppers")),
                                context.arguments().whole("events"),
                                Instant.now()));
        shop.fill(folder.resolve("home"), context.progress());
        try (ServerProcess server =
                        ServerProcess.start(
                                folder.resolve("home"), Limits.NONE, folder.resolve("server.log"));
                ShopClient client = new ShopClient(server.uri())) {
            server.awaitReady(MOST_TO_TRAIN);
            return asked(shop, client);
        }
    }

    private static Map<String, Double> asked(ColdShop shop, ShopClient client)
            throws IOException, InterruptedException {
        List<String> visitors = shop.visitors(MOST_VISITORS);
        String release = client.recommended(visitors.getFirst(), "", SHOWN).release();
        Instant added = Instant.now();
        String isNew = "publishedAt >= " + added.toEpochMilli();
        long start = System.nanoTime();
        client.add(shop.late(added));
        while (client.recommended(visitors.getFirst(), isNew, SHOWN).ids().size() < SHOWN) {
            Thread.sleep(10);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        Popularity popularity = new Popularity(shop);
        Means means = new Means();
        for (String visitor : visitors) {
            ShopClient.Answer ofNew = client.recommended(visitor, isNew, SHOWN);
            ShopClient.Answer ofAll = client.recommended(visitor, "", WHOLE_SHELF);
            if (!ofNew.release().equals(release) || !ofAll.release().equals(release)) {
                throw new IllegalStateException("the shop was trained again while it was asked");
            }
            judge(shop, popularity, visitor, ofNew.ids(), ofAll.ids(), means);
        }
        return figures(means, visitors.size(), shop, seconds);
    }

    private static void judge(
            ColdShop shop,
            Popularity popularity,
            String visitor,
            List<String> ofNew,
            List<String> ofAll,
            Means means) {
        int shopper = shop.truth().shopper(visitor);
        IntPredicate liked = item -> shop.truth().likesKind(shopper, item);
        double[] wants = new double[shop.size()];
        Arrays.setAll(wants, item -> shop.truth().affinity(shopper, item));
        double[] sorted = wants.clone();
        Arrays.sort(sorted);
        double least = sorted[(int) (sorted.length * (1 - WANTED))];
        IntPredicate wanted = item -> wants[item] >= least;
        // A place that stays empty is a place without what is liked.
        means.add("liked", count(shop, ofNew, liked) / SHOWN);
        means.add("wanted", count(shop, ofNew, wanted) / SHOWN);
        for (String form : Popularity.FORMS) {
            means.add(form, popularity.precision(form, SHOWN, shop.met(visitor), liked));
        }
        means.add(
                "wantedByChance",
                popularity.precision(Popularity.CHANCE, SHOWN, shop.met(visitor), wanted));
        means.add("new", count(shop, ofAll, shop::isLate) / WHOLE_SHELF);
        means.add(
                "newAndLiked",
                count(shop, ofAll, item -> shop.isLate(item) && liked.test(item)) / WHOLE_SHELF);
        means.add("likedOfAll", count(shop, ofAll, liked) / WHOLE_SHELF);
    }

    private static double count(ColdShop shop, List<String> ids, IntPredicate right) {
        return ids.stream().mapToInt(shop::item).filter(right).count();
    }

    private static Map<String, Double> figures(
            Means means, int visitors, ColdShop shop, double seconds) {
        double best = best(Popularity.OWN_COUNTS, means);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("precisionRatioToPopularity", means.of("liked") / best);
        figures.put("precisionAt10", means.of("liked"));
        figures.put("popularityPrecisionAt10", best);
        for (String form : Popularity.FORMS) {
            figures.put(form + "PrecisionAt10", means.of(form));
        }
        figures.put(
                "precisionRatioToToldShelves",
                means.of("liked") / best(Popularity.TOLD_SHELVES, means));
        figures.put("precisionRatioToChance", means.of("liked") / means.of(Popularity.CHANCE));
        figures.put("topTwentiethPrecisionAt10", means.of("wanted"));
        figures.put("topTwentiethRatioToChance", means.of("wanted") / means.of("wantedByChance"));
        figures.put("newShareOfWholeShelf", means.of("new"));
        figures.put("likedShareOfNewOnWholeShelf", means.of("newAndLiked") / means.of("new"));
        figures.put("likedShareOfWholeShelf", means.of("likedOfAll"));
        figures.put("addedToShownSeconds", seconds);
        figures.put("newProducts", (double) shop.late(Instant.EPOCH).size());
        figures.put("visitorsAsked", (double) visitors);
        return figures;
    }

    private static double best(List<String> forms, Means means) {
        return forms.stream().mapToDouble(means::of).max().orElse(Double.NaN);
    }

    /** Means by name. */
    private static final class Means {
        private final Map<String, List<Double>> values = new LinkedHashMap<>();

        void add(String name, double value) {
            values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }

        double of(String name) {
            return values.getOrDefault(name, List.of()).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(Double.NaN);
        }
    }
}
