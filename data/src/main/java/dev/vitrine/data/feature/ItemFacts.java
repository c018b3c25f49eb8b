package dev.vitrine.data.feature;

/**
 * What features need to know about items, by number. Given by the caller; safe for concurrent
 * readers. Facts are those of now: replay sees today's category and price of an item, not those of
 * the day of the event.
 */
public interface ItemFacts {
    /** Knows nothing about any item. */
    ItemFacts NONE =
            new ItemFacts() {
                @Override
                public int categories() {
                    return 0;
                }

                @Override
                public int category(int item) {
                    return -1;
                }

                @Override
                public int parent(int category) {
                    return -1;
                }

                @Override
                public int brand(int item) {
                    return -1;
                }

                @Override
                public float price(int item) {
                    return Float.NaN;
                }
            };

    /** Category numbers lie below this. */
    int categories();

    /** Number of the deepest category of the item's first path; -1 when it has none. */
    int category(int item);

    /** Number of the category above; -1 at the root. A parent's number is below its child's. */
    int parent(int category);

    /** Number of the item's brand; -1 when it has none. */
    int brand(int item);

    /** Price in the shop's currency; NaN when unknown. */
    float price(int item);
}
