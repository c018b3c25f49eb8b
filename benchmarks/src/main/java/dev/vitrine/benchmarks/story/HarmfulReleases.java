package dev.vitrine.benchmarks.story;

import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.RecommendResponse.Result;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.server.rollout.Interposed;
import dev.vitrine.server.rollout.Visitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Makes one release of a server do harm, and counts what it was asked. Shelves are what is spoiled;
 * other kinds of answers are slow or fail as well, but keep their results.
 */
public final class HarmfulReleases implements Interposed {
    private static final long SLOWER_NANOS = 80_000_000L;
    private static final int ONE_IN = 50;

    private final List<Product> products;
    private volatile Plot plot = new Plot("", Sabotage.NONE, 0, Map.of());

    /** What one release does; chance is a function of the seed and the number of the request. */
    private record Plot(
            String release,
            Sabotage sabotage,
            long seed,
            Map<String, Product> instead,
            AtomicLong asked) {
        Plot(String release, Sabotage sabotage, long seed, Map<String, Product> instead) {
            this(release, sabotage, seed, instead, new AtomicLong());
        }
    }

    /**
     * @param products of the shop, from which wrong ones are drawn
     */
    public HarmfulReleases(List<Product> products) {
        this.products = List.copyOf(products);
    }

    /** From now on this release does this harm, and no other does any; counting begins anew. */
    public void spoil(String release, Sabotage sabotage, long seed) {
        Map<String, Product> instead = new HashMap<>();
        if (sabotage == Sabotage.SHUFFLED) {
            List<Product> mixed = new ArrayList<>(products);
            Collections.shuffle(mixed, new Random(seed));
            for (int i = 0; i < mixed.size(); i++) {
                instead.put(products.get(i).id(), mixed.get(i));
            }
        }
        plot = new Plot(release, sabotage, seed, Map.copyOf(instead));
    }

    /** Requests that the release has got since, with copies for a shadow. */
    public long asked() {
        return plot.asked().get();
    }

    @Override
    public <T> T answer(String release, Visitor visitor, Supplier<T> plain) {
        Plot now = plot;
        if (!release.equals(now.release())) {
            return plain.get();
        }
        long number = now.asked().getAndIncrement();
        return switch (now.sabotage()) {
            case NONE -> plain.get();
            case SLOW -> {
                T answer = plain.get();
                waitUntil(System.nanoTime() + SLOWER_NANOS);
                yield answer;
            }
            case FAILING -> {
                if (new SplittableRandom(now.seed() + number).nextInt(ONE_IN) == 0) {
                    throw new IllegalStateException("this release fails on purpose");
                }
                yield plain.get();
            }
            case SHUFFLED -> with(plain.get(), results -> shuffled(results, now.instead()));
            case EMPTY_FOR_GROUP ->
                    visitor.loggedIn() ? with(plain.get(), results -> List.of()) : plain.get();
        };
    }

    private static void waitUntil(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private interface Change {
        List<Result> of(List<Result> results);
    }

    /** The answer with other results, where it is a shelf. */
    @SuppressWarnings("unchecked") // the answer is of the class that the cast names
    private static <T> T with(T answer, Change change) {
        if (!(answer instanceof RecommendResponse shelf)) {
            return answer;
        }
        List<Result> changed = change.of(shelf.results());
        return (T)
                new RecommendResponse(
                        changed,
                        changed.isEmpty() ? 0 : shelf.totalSize(),
                        changed.isEmpty() ? "" : shelf.nextPageToken(),
                        shelf.attributionToken(),
                        shelf.release(),
                        changed.isEmpty() ? "none" : shelf.servedBy());
    }

    private static List<Result> shuffled(List<Result> results, Map<String, Product> instead) {
        List<Result> changed = new ArrayList<>();
        for (Result result : results) {
            Product other = instead.get(result.id());
            changed.add(
                    other == null
                            ? result
                            : new Result(
                                    other.id(),
                                    result.score(),
                                    Optional.of(other),
                                    result.reasons()));
        }
        return changed;
    }
}
