package dev.vitrine.data.simulation;

/** The items of each shelf, from which shoppers are shown some: few are shown often. */
final class Stock {
    /** The larger, the more the first items of a shelf are shown: rank = n * u^SKEW. */
    private static final double SKEW = 2.3;

    private static final int TRIES = 8;
    private static final int STRIDE = 1_000_003;

    private final Assortment shop;
    private final ItemLives lives;
    private final int[] start;
    private final int[] items;

    Stock(Assortment shop, ItemLives lives) {
        this.shop = shop;
        this.lives = lives;
        start = new int[shop.shelves() + 1];
        int[] shelf = new int[shop.size()];
        for (int i = 0; i < shelf.length; i++) {
            shelf[i] = shop.shelf(i);
            start[shelf[i] + 1]++;
        }
        for (int s = 0; s < shop.shelves(); s++) {
            start[s + 1] += start[s];
        }
        items = new int[shelf.length];
        int[] next = start.clone();
        for (int i = 0; i < shelf.length; i++) {
            items[next[shelf[i]]++] = i;
        }
    }

    /** An item of the shelf that exists at the time; -1 when none was found. */
    int pick(int shelf, double share, long time) {
        int count = start[shelf + 1] - start[shelf];
        if (count == 0) {
            return -1;
        }
        int rank = (int) (count * Math.pow(share, SKEW));
        for (int i = 0; i < TRIES; i++) {
            // The stride keeps popularity apart from the order of the catalogue.
            int at = (int) ((rank + i) * (long) STRIDE % count);
            int item = items[start[shelf] + at];
            if (lives.alive(item, time)) {
                return item;
            }
        }
        return -1;
    }

    /** Items bought along with an item, the likeliest first; they may have left the shop. */
    int[] complements(long seed, int item, int most) {
        int shelf = shop.goesWith(shop.shelf(item));
        int count = start[shelf + 1] - start[shelf];
        int[] found = new int[Math.min(most, count)];
        int from = Chance.below(Math.max(1, count), seed, item, 360);
        for (int i = 0; i < found.length; i++) {
            found[i] = items[start[shelf] + (from + i) % count];
        }
        return found;
    }
}
