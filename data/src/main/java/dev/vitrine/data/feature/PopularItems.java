package dev.vitrine.data.feature;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The most popular and the trending items, overall and by category. Lists are built by one pass
 * over the counts of all items by the first reader that finds them older than the refresh time; the
 * others get the lists before meanwhile. Safe for concurrent callers.
 */
public final class PopularItems {
    /** Items below this popularity do not trend: a few events are chance. */
    private static final float LEAST_TO_TREND = 5;

    /** Lists are built again after this many refresh times when no event came. */
    private static final int QUIET_REFRESHES = 20;

    private final ShopState state;
    private final ItemFacts facts;
    private final int length;
    private final long refreshMillis;
    private final InstantSource clock;
    private volatile Lists lists;

    /** Scratch of the one that builds: new arrays of this size would keep the collector busy. */
    private float[] popularity = {};

    private float[] lately = {};
    private final AtomicBoolean building = new AtomicBoolean();

    private record Lists(
            long builtAt,
            long offset,
            WeightedItems popular,
            WeightedItems trending,
            WeightedItems[] byCategory) {}

    /**
     * @param length items kept per list
     * @param refreshMillis lists younger than this are not built again
     */
    public PopularItems(
            ShopState state, ItemFacts facts, int length, long refreshMillis, InstantSource clock) {
        this.state = state;
        this.facts = facts;
        this.length = length;
        this.refreshMillis = refreshMillis;
        this.clock = clock;
        this.lists = build(clock.millis());
    }

    /** Most popular of all, by decayed popularity. */
    public WeightedItems popular() {
        return current().popular;
    }

    /** Most popular in a category and all below it; empty for a number that is no category. */
    public WeightedItems popular(int category) {
        WeightedItems[] all = current().byCategory;
        return category >= 0 && category < all.length ? all[category] : WeightedItems.EMPTY;
    }

    /** Liveliest of late compared with their own popularity, by {@link ShopState#trend}. */
    public WeightedItems trending() {
        return current().trending;
    }

    private Lists current() {
        Lists seen = lists;
        long now = clock.millis();
        if (isFresh(seen, now) || !building.compareAndSet(false, true)) {
            return seen;
        }
        try {
            Lists built = build(now);
            lists = built;
            return built;
        } finally {
            building.set(false);
        }
    }

    /** Without new events all sums fade alike, so that no list changes but by what products say. */
    private boolean isFresh(Lists seen, long now) {
        long age = now - seen.builtAt;
        return age < refreshMillis
                || (age < QUIET_REFRESHES * refreshMillis && seen.offset == state.nextOffset());
    }

    private Lists build(long now) {
        long offset = state.nextOffset();
        int items = state.items();
        if (popularity.length < items) {
            popularity = new float[items + items / 8];
            lately = new float[popularity.length];
        }
        state.popularities(now, popularity);
        state.lately(now, lately);
        TopRanked popular = new TopRanked(length);
        TopRanked trending = new TopRanked(length);
        TopRanked[] byCategory = new TopRanked[facts.categories()];
        for (int i = 0; i < byCategory.length; i++) {
            byCategory[i] = new TopRanked(length);
        }
        for (int item = 0; item < items; item++) {
            float weight = popularity[item];
            if (!(weight > 0)) {
                continue;
            }
            popular.offer(item, weight);
            if (weight >= LEAST_TO_TREND) {
                trending.offer(item, state.trend(weight, lately[item]));
            }
            int category = facts.category(item);
            while (category >= 0 && category < byCategory.length) {
                byCategory[category].offer(item, weight);
                category = facts.parent(category);
            }
        }
        WeightedItems[] categories =
                Arrays.stream(byCategory).map(TopRanked::finish).toArray(WeightedItems[]::new);
        return new Lists(now, offset, popular.finish(), trending.finish(), categories);
    }

    /** Log offset up to which the present lists count at least. */
    public long offset() {
        return lists.offset;
    }
}
