package dev.vitrine.applications.recommend;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.retrieval.candidate.ItemMask;
import java.time.InstantSource;

/**
 * The items that can be ordered now, as a mask that is built again at most every {@value
 * #REFRESH_MILLIS} ms when products changed and every minute for those that expire. Building it
 * over a million items takes about a millisecond.
 */
final class SellableItems {
    private static final long REFRESH_MILLIS = 100;
    private static final long EXPIRY_MILLIS = 60_000;

    private final CatalogFacts facts;
    private final InstantSource clock;
    private volatile Built built;

    private record Built(ItemMask mask, long version, long at) {}

    SellableItems(CatalogFacts facts, InstantSource clock) {
        this.facts = facts;
        this.clock = clock;
        this.built = build(clock.millis());
    }

    /** A mask that is at most {@value #REFRESH_MILLIS} ms old; not to be changed. */
    ItemMask mask() {
        long now = clock.millis();
        Built current = built;
        if (stale(current, now)) {
            synchronized (this) {
                if (stale(built, now)) {
                    built = build(now);
                }
                current = built;
            }
        }
        return current.mask();
    }

    private boolean stale(Built current, long now) {
        long age = now - current.at();
        return age < 0
                || age >= EXPIRY_MILLIS
                || (age >= REFRESH_MILLIS && current.version() != facts.version());
    }

    private Built build(long now) {
        long version = facts.version();
        int items = facts.items();
        ItemMask mask = new ItemMask(items);
        for (int item = 0; item < items; item++) {
            if (facts.sellable(item, now)) {
                mask.add(item);
            }
        }
        return new Built(mask, version, now);
    }
}
