package dev.vitrine.data.simulation;

/**
 * What one shopper wants: a function of the seed and the shopper's index.
 *
 * @param shelves favourite shelves, the dearest first
 * @param styles how much each style is liked, about -1 to 1
 * @param level usual price level, -1 (cheap) to 1
 * @param thrift how much it hurts when a price is off that level
 */
record Mind(int[] shelves, double[] styles, double level, double thrift) {
    private static final double[] INTEREST = {1, 0.8, 0.65, 0.5, 0.35};
    private static final int PERSONAS = 16;
    private static final int PERSONA_SHELVES = 9;

    static Mind of(long seed, int shopper, Assortment shop) {
        int persona = Chance.below(PERSONAS, seed, shopper, 301);
        int[] shelves = new int[Math.min(INTEREST.length, shop.shelves())];
        for (int i = 0; i < shelves.length; i++) {
            // The last favourite is the shopper's own, the others are shared with the persona.
            int member = Chance.below(PERSONA_SHELVES, seed, shopper, 302 + i);
            int shelf =
                    i == INTEREST.length - 1
                            ? shop.shelf(Chance.below(shop.size(), seed, shopper, 320))
                            : personaShelf(seed, persona, member, shop);
            shelves[i] = shelf;
        }
        double[] styles = new double[Assortment.STYLES];
        int loved = Chance.below(styles.length, seed, shopper, 330);
        int liked = (loved + 1 + Chance.below(styles.length - 1, seed, loved, 331)) % styles.length;
        int disliked = (loved + 1 + Chance.below(styles.length - 1, seed, shopper, 332));
        for (int s = 0; s < styles.length; s++) {
            styles[s] = 0.2 * Chance.normal(seed, shopper, 340 + s);
        }
        styles[disliked % styles.length] -= 0.6;
        styles[liked] += 0.6;
        styles[loved] += 1;
        return new Mind(
                shelves,
                styles,
                2 * Chance.share(seed, shopper, 333) - 1,
                0.3 + 1.2 * Chance.share(seed, shopper, 334));
    }

    private static int personaShelf(long seed, int persona, int member, Assortment shop) {
        // Three departments make a persona; of each a few shelves.
        long key = persona * 1000L + member;
        int wanted = shop.department(anyShelf(seed, persona * 10L + member % 3, shop));
        for (int i = 0; i < 40; i++) {
            int shelf = anyShelf(seed, key * 50 + i, shop);
            if (shop.department(shelf) == wanted) {
                return shelf;
            }
        }
        return anyShelf(seed, key, shop);
    }

    /** A shelf drawn in proportion to its products. */
    private static int anyShelf(long seed, long key, Assortment shop) {
        return shop.shelf(Chance.below(shop.size(), seed, key, 310));
    }

    /** Interest in a shelf, 0 to 1. */
    double interest(int shelf, Assortment shop) {
        double interest = 0.03;
        for (int i = 0; i < shelves.length; i++) {
            if (shelves[i] == shelf) {
                return INTEREST[i];
            }
            if (shop.department(shelves[i]) == shop.department(shelf)) {
                interest = 0.12;
            }
        }
        return interest;
    }

    double favourite(int place) {
        return INTEREST[place];
    }

    /**
     * How much an item is wanted, about -2 to 4: interest in its shelf, taste for its style and its
     * brand's style, distance of its price, and a quality that all agree on.
     */
    double wants(long seed, int item, Assortment shop) {
        double taste =
                styles[shop.style(item)]
                        + 0.5 * styles[Chance.below(styles.length, seed, shop.brand(item), 15)];
        return 1.5 * interest(shop.shelf(item), shop)
                + 1.1 * taste
                - 0.8 * thrift * Math.abs(shop.level(item) - level)
                + 0.35 * Chance.normal(seed, item, 350);
    }
}
