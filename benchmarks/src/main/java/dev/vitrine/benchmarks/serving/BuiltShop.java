package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A home directory with a simulated shop, trained by the product's own pipeline, and what to ask
 * it. Lies in a folder: {@code home}, {@code visitors} and {@code queries}, one a line, and {@code
 * trained}, the seconds that took, written last.
 *
 * @param home the home directory; no process has it open
 * @param visitors different ids of people who looked at, took or bought something
 * @param queries different searches of two or three words that stand together in a title
 * @param trainSeconds of the first release, from the start of the process to its end; NaN where the
 *     shop was built earlier
 */
record BuiltShop(Path home, List<String> visitors, List<String> queries, double trainSeconds) {
    private static final int BATCH = 2_000;
    private static final int MOST_VISITORS = 200_000;
    private static final int MOST_QUERIES = 60_000;
    private static final long SEED = 64;
    private static final Duration LONGEST_TRAINING = Duration.ofHours(3);

    /** Opens what the folder holds, or builds it there. */
    static BuiltShop in(Path folder, ServingArguments arguments, Progress progress)
            throws IOException, InterruptedException {
        Path home = folder.resolve("home");
        Path trained = folder.resolve("trained");
        if (!Files.exists(trained)) {
            build(folder, home, arguments, progress);
            double seconds;
            try (ServerProcess server =
                    ServerProcess.start(
                            home, Limits.NONE, folder.resolve("training.log"), "--once")) {
                seconds = server.awaitEnd(LONGEST_TRAINING);
            }
            Files.writeString(trained, String.format(Locale.ROOT, "%.1f%n", seconds));
        }
        return new BuiltShop(
                home,
                Files.readAllLines(folder.resolve("visitors")),
                Files.readAllLines(folder.resolve("queries")),
                Double.parseDouble(Files.readString(trained).strip()));
    }

    private static void build(
            Path folder, Path directory, ServingArguments arguments, Progress progress)
            throws IOException {
        SimulatedShop simulated =
                new SimulatedShop(
                        SEED,
                        SimulationSettings.of(
                                arguments.items(),
                                arguments.shoppers(),
                                arguments.events(),
                                Instant.now()));
        try (Home home = Home.open(directory);
                Shop shop =
                        Shop.open(
                                home, ShopSettings.defaults(), InstantSource.system(), progress)) {
            Files.write(folder.resolve("queries"), products(shop, simulated, progress));
            Files.write(folder.resolve("visitors"), events(shop, simulated, arguments, progress));
        }
    }

    /** Imports the catalogue; gives searches made from its titles. */
    private static List<String> products(Shop shop, SimulatedShop simulated, Progress progress) {
        List<Product> all = simulated.products();
        SplittableRandom random = new SplittableRandom(SEED);
        Set<String> queries = new LinkedHashSet<>();
        progress.start("importing products", "products", all.size());
        List<Product> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < all.size(); i++) {
            Product product = all.get(i);
            batch.add(product);
            if (queries.size() < MOST_QUERIES * 2) {
                queries.add(query(product.title(), random));
            }
            if (batch.size() == BATCH || i == all.size() - 1) {
                shop.upsert(batch);
                batch.clear();
                progress.advance(i + 1);
            }
        }
        progress.finish(all.size() + " products");
        queries.remove("");
        List<String> mixed = new ArrayList<>(queries);
        Collections.shuffle(mixed, new Random(SEED));
        return mixed.subList(0, Math.min(MOST_QUERIES, mixed.size()));
    }

    /** Two or three words that stand together in a title; empty when it has only one. */
    private static String query(String title, SplittableRandom random) {
        String[] words = title.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+");
        if (words.length < 2) {
            return "";
        }
        int length = Math.min(words.length, 2 + random.nextInt(2));
        int from = random.nextInt(words.length - length + 1);
        return String.join(" ", Arrays.copyOfRange(words, from, from + length)).strip();
    }

    /** Imports the behaviour; gives the ids of people with a history. */
    private static List<String> events(
            Shop shop, SimulatedShop simulated, ServingArguments arguments, Progress progress) {
        Set<String> visitors = new LinkedHashSet<>();
        progress.start("importing events", "events", arguments.events());
        List<Event> batch = new ArrayList<>(BATCH);
        Iterator<Event> events = simulated.events();
        long count = 0;
        while (events.hasNext()) {
            Event event = events.next();
            batch.add(event);
            count++;
            if (remembered(event)) {
                visitors.add(event.visitorId());
            }
            if (batch.size() == BATCH || !events.hasNext()) {
                shop.write(batch);
                batch.clear();
                progress.advance(count);
            }
        }
        progress.finish(count + " events");
        List<String> mixed = new ArrayList<>(visitors);
        Collections.shuffle(mixed, new Random(SEED));
        return mixed.subList(0, Math.min(MOST_VISITORS, mixed.size()));
    }

    private static boolean remembered(Event event) {
        return !event.products().isEmpty()
                && !event.visitorId().isEmpty()
                && (event.type() == EventType.DETAIL_PAGE_VIEW
                        || event.type() == EventType.ADD_TO_CART
                        || event.type() == EventType.PURCHASE_COMPLETE);
    }
}
