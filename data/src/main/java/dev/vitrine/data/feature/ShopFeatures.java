package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;

/**
 * Computes {@link Feature}s for a shopper and items at a moment, the same for a ranker's training
 * rows (during replay) and for serving. All values are finite. Safe for concurrent callers.
 */
public final class ShopFeatures {
    /** Changes whenever a feature's meaning, place or number changes. */
    public static final String CONTRACT = "shop-features-1";

    /** Values per item. */
    public static final int COUNT = Feature.values().length;

    /** Last different items whose neighbours count. */
    private static final int RECENT = 10;

    /** Views that an item is thought to have had without cart or purchase. */
    private static final float PRIOR = 5;

    private final ShopState state;
    private final ItemFacts facts;

    public ShopFeatures(ShopState state, ItemFacts facts) {
        this.state = state;
        this.facts = facts;
    }

    /** What is the same for all items of one request; used by one thread. */
    public Row prepare(Shopper shopper, long now) {
        return new Row(shopper, now);
    }

    private float views(int item, long now) {
        return state.count(item, EventType.DETAIL_PAGE_VIEW, now)
                + state.count(item, EventType.CLICK, now);
    }

    /** The features of one shopper at one moment. */
    public final class Row {
        private final Shopper shopper;
        private final long now;
        private final Tastes tastes;
        private final double usualPrice;
        private final Shares viewed = new Shares();
        private final Shares bought = new Shares();

        private Row(Shopper shopper, long now) {
            this.shopper = shopper;
            this.now = now;
            tastes = Tastes.of(shopper, facts, state.settings(), now);
            usualPrice = tastes.usualPrice();
            int taken = 0;
            for (int i = shopper.size() - 1; i >= 0 && taken < RECENT; i--) {
                int item = shopper.items()[i];
                if (isLast(item, i)) {
                    double weight = 1.0 / (1 + taken++);
                    spread(viewed, state.viewedTogether(item, now), views(item, now), weight);
                    spread(bought, state.boughtTogether(item, now), orders(item), weight);
                }
            }
            for (int item : shopper.cart().items()) {
                spread(bought, state.boughtTogether(item, now), orders(item), 1);
            }
        }

        /** Geometric mean of the prices that the shopper turned to; NaN when none is known. */
        public double usualPrice() {
            return usualPrice;
        }

        private boolean isLast(int item, int place) {
            for (int i = place + 1; i < shopper.size(); i++) {
                if (shopper.items()[i] == item) {
                    return false;
                }
            }
            return true;
        }

        private float orders(int item) {
            return state.count(item, EventType.PURCHASE_COMPLETE, now);
        }

        private void spread(Shares sums, WeightedItems neighbours, float base, double weight) {
            for (int i = 0; i < neighbours.size(); i++) {
                sums.add(
                        neighbours.items()[i],
                        weight * neighbours.weights()[i] / Math.sqrt(base + PRIOR));
            }
        }

        /** Writes the item's features to {@code out[from .. from + COUNT - 1]}. */
        public void fill(int item, float[] out, int from) {
            float views = views(item, now);
            float orders = orders(item);
            float carts = state.count(item, EventType.ADD_TO_CART, now);
            int category = facts.category(item);
            int parent = category < 0 ? -1 : facts.parent(category);
            set(out, from, Feature.POPULARITY, Math.log1p(state.popularity(item, now)));
            double trend = Math.log(state.trend(item, now)) / Math.log(2);
            set(out, from, Feature.TREND, Math.clamp(trend, -4, 4));
            set(out, from, Feature.ITEM_VIEWS, Math.log1p(views));
            set(out, from, Feature.ITEM_CART_RATE, carts / (views + carts + PRIOR));
            set(out, from, Feature.ITEM_PURCHASE_RATE, orders / (views + orders + PRIOR));
            set(out, from, Feature.CATEGORY_AFFINITY, tastes.category(category));
            set(out, from, Feature.PARENT_CATEGORY_AFFINITY, tastes.category(parent));
            set(out, from, Feature.BRAND_AFFINITY, tastes.brand(facts.brand(item)));
            set(out, from, Feature.PRICE_DISTANCE, priceDistance(facts.price(item)));
            fillOwn(item, out, from);
            double viewedBase = Math.sqrt(views + PRIOR);
            set(out, from, Feature.VIEWED_TOGETHER, viewed.of(item) / viewedBase);
            double boughtBase = Math.sqrt(orders + PRIOR);
            set(out, from, Feature.BOUGHT_TOGETHER, bought.of(item) / boughtBase);
            set(out, from, Feature.HISTORY_LENGTH, Math.log1p(shopper.size()));
        }

        /** Features from the shopper's own past with the item. */
        private void fillOwn(int item, float[] out, int from) {
            int count = 0;
            long last = Long.MIN_VALUE;
            for (int i = 0; i < shopper.size(); i++) {
                if (shopper.items()[i] == item) {
                    count++;
                    last = shopper.times()[i];
                }
            }
            double hours = count == 0 ? 0 : Math.max(0, now - last) / 3_600_000.0;
            set(out, from, Feature.LAST_SEEN, count == 0 ? 0 : 1 / (1 + hours));
            set(out, from, Feature.SHOPPER_ITEM_COUNT, Math.log1p(count));
            set(out, from, Feature.IN_CART, contains(shopper.cart().items(), item) ? 1 : 0);
            Shopper.Purchases purchases = shopper.purchases();
            int times = 0;
            for (int i = 0; i < purchases.size(); i++) {
                if (purchases.items()[i] == item) {
                    times = purchases.counts()[i];
                }
            }
            set(out, from, Feature.TIMES_BOUGHT, Math.log1p(times));
        }

        private double priceDistance(float price) {
            return price > 0 && usualPrice > 0
                    ? Math.min(10, Math.abs(Math.log(price / usualPrice) / Math.log(2)))
                    : 0;
        }

        private static boolean contains(int[] items, int item) {
            for (int other : items) {
                if (other == item) {
                    return true;
                }
            }
            return false;
        }

        private static void set(float[] out, int from, Feature feature, double value) {
            out[from + feature.ordinal()] = (float) value;
        }
    }
}
