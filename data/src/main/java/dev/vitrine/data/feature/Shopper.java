package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;

/**
 * What one shopper did, as an immutable copy; the arrays are not to be changed. Within an array the
 * oldest comes first.
 *
 * @param person number of the user, or of the visitor who never logged in; 0 when unknown
 * @param version changes with everything that changes this; a cache key together with {@code
 *     person}. 0 when unknown, negative when a visitor's past is shown with a user's that it was
 *     not merged into yet
 * @param items item numbers of the last interactions
 * @param types {@link EventType#ordinal()} of each
 * @param times epoch milliseconds of each
 * @param countsByType events ever seen, by {@link EventType#ordinal()}
 */
public record Shopper(
        long person,
        long version,
        int[] items,
        byte[] types,
        long[] times,
        Searches searches,
        Cart cart,
        Purchases purchases,
        int[] countsByType) {
    private static final EventType[] TYPES = EventType.values();

    /** Somebody never seen. */
    public static final Shopper UNKNOWN =
            new Shopper(
                    0,
                    0,
                    new int[0],
                    new byte[0],
                    new long[0],
                    Searches.EMPTY,
                    Cart.EMPTY,
                    Purchases.EMPTY,
                    new int[TYPES.length]);

    /** Number of interactions. */
    public int size() {
        return items.length;
    }

    public boolean isKnown() {
        return person != 0;
    }

    /** Type of the interaction at a place. */
    public EventType type(int place) {
        return TYPES[types[place]];
    }

    public int count(EventType type) {
        return countsByType[type.ordinal()];
    }

    /** How often the item occurs among the last interactions. */
    public int interactionsWith(int item) {
        int count = 0;
        for (int other : items) {
            if (other == item) {
                count++;
            }
        }
        return count;
    }

    /**
     * The last searches, as typed but trimmed, lower case and at most {@link #MAX_LENGTH} long.
     *
     * @param times epoch milliseconds of each
     */
    public record Searches(String[] queries, long[] times) {
        public static final int MAX_LENGTH = 64;

        public static final Searches EMPTY = new Searches(new String[0], new long[0]);

        public int size() {
            return queries.length;
        }
    }

    /** What lies in the cart: item numbers and pieces. */
    public record Cart(int[] items, int[] quantities) {
        public static final Cart EMPTY = new Cart(new int[0], new int[0]);

        public int size() {
            return items.length;
        }
    }

    /**
     * What was bought, an entry per item, the latest bought last.
     *
     * @param counts how many times (orders, not pieces)
     * @param first epoch milliseconds of the first time
     * @param last epoch milliseconds of the last time
     */
    public record Purchases(int[] items, int[] counts, long[] first, long[] last) {
        public static final Purchases EMPTY =
                new Purchases(new int[0], new int[0], new long[0], new long[0]);

        public int size() {
            return items.length;
        }
    }
}
