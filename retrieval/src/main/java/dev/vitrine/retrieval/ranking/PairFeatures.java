package dev.vitrine.retrieval.ranking;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.Feature;
import dev.vitrine.data.feature.ShopFeatures;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is known of a shopper and an item before one asks whether the one will turn to the other:
 * what each retriever says of the item, how the shop behaves towards it, what the shopper did with
 * it before, and what the catalogue says of it beside the shopper's past. The same code makes the
 * rows of training, from the shop's state as it was, and those of serving, from its state now; so
 * they cannot differ. NaN stands for what is not known; nothing is infinite.
 *
 * <p>Immutable and safe for concurrent callers.
 */
public final class PairFeatures {
    private static final String SCORE = "score-";
    private static final double HOUR = 3_600_000;
    private static final double DAY = 24 * HOUR;

    /** What is told by the state and the catalogue, in order. */
    private static final List<String> TOLD = told();

    private final List<String> parts;
    private final List<String> names;

    /**
     * @param parts names of the retrievers whose scores count
     */
    public PairFeatures(List<String> parts) {
        this.parts = List.copyOf(parts);
        List<String> all = new ArrayList<>();
        this.parts.forEach(part -> all.add(SCORE + part));
        all.addAll(TOLD);
        this.names = List.copyOf(all);
    }

    private static List<String> told() {
        List<String> told = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            told.add(CandidateFeatures.name(feature));
        }
        told.addAll(CatalogBeside.NAMES);
        told.add("met");
        told.add("own-views");
        told.add("own-carts");
        told.add("places-ago");
        told.add("days-since-bought");
        told.add("hours-since-last");
        return List.copyOf(told);
    }

    /** The retrievers whose scores count. */
    public List<String> parts() {
        return parts;
    }

    /** In the order of a row. */
    public List<String> names() {
        return names;
    }

    /** Whether a shopper met an item before: turned to it, put it into the cart, or bought it. */
    public static boolean met(Shopper shopper, int item) {
        return shopper.interactionsWith(item) > 0
                || contains(shopper.cart().items(), item)
                || contains(shopper.purchases().items(), item);
    }

    private static boolean contains(int[] items, int item) {
        return Arrays.stream(items).anyMatch(other -> other == item);
    }

    /**
     * What the state of the shop and its catalogue tell of items, as {@link #rows} takes it.
     *
     * @param now epoch milliseconds
     */
    public static float[] told(
            int[] items, Shopper shopper, ShopState state, CatalogFacts facts, long now) {
        ShopFeatures.Row ofShop = new ShopFeatures(state, facts).prepare(shopper, now);
        CatalogBeside beside = new CatalogBeside(facts, shopper, ofShop.usualPrice(), now);
        float[] told = new float[items.length * TOLD.size()];
        int at = 0;
        for (int item : items) {
            ofShop.fill(item, told, at);
            at += ShopFeatures.COUNT;
            beside.fill(item, told, at);
            at += CatalogBeside.NAMES.size();
            at = own(item, shopper, now, told, at);
        }
        return told;
    }

    /** What the shopper did with the item; returns the place behind. */
    private static int own(int item, Shopper shopper, long now, float[] out, int from) {
        int views = 0;
        int carts = 0;
        int last = -1;
        for (int i = 0; i < shopper.size(); i++) {
            if (shopper.items()[i] == item) {
                last = i;
                EventType type = shopper.type(i);
                views += type == EventType.DETAIL_PAGE_VIEW || type == EventType.CLICK ? 1 : 0;
                carts += type == EventType.ADD_TO_CART ? 1 : 0;
            }
        }
        int newest = shopper.size() - 1;
        int at = from;
        out[at++] = met(shopper, item) ? 1 : 0;
        out[at++] = (float) Math.log1p(views);
        out[at++] = (float) Math.log1p(carts);
        out[at++] = last < 0 ? Float.NaN : (float) Math.log1p(newest - last);
        out[at++] = logSince(bought(shopper.purchases(), item), now, DAY);
        out[at++] = logSince(newest < 0 ? -1 : shopper.times()[newest], now, HOUR);
        return at;
    }

    /** When an item was bought last, epoch milliseconds; -1 when it was not. */
    private static long bought(Shopper.Purchases purchases, int item) {
        for (int i = 0; i < purchases.size(); i++) {
            if (purchases.items()[i] == item) {
                return purchases.last()[i];
            }
        }
        return -1;
    }

    private static float logSince(long then, long now, double unit) {
        return then < 0 ? Float.NaN : (float) Math.log1p(Math.max(0, now - then) / unit);
    }

    /**
     * One row for each item, {@code names().size()} floats each.
     *
     * @param blend has the retrievers; NaN stands for one that it has not
     * @param history of the same shopper
     * @param items none twice
     * @param told what {@link #told} says of the items
     */
    public float[] rows(Blend blend, History history, int[] items, float[] told) {
        int width = names.size();
        float[] rows = new float[items.length * width];
        for (int p = 0; p < parts.size(); p++) {
            float[] scores = scores(blend, parts.get(p), history, items);
            for (int i = 0; i < items.length; i++) {
                rows[i * width + p] = scores[i];
            }
        }
        for (int i = 0; i < items.length; i++) {
            System.arraycopy(told, i * TOLD.size(), rows, i * width + parts.size(), TOLD.size());
        }
        return rows;
    }

    private static float[] scores(Blend blend, String part, History history, int[] items) {
        for (Blend.Part each : blend.parts()) {
            if (each.name().equals(part)) {
                return history.size() == 0
                        ? new float[items.length]
                        : each.source().scores(history, items);
            }
        }
        float[] missing = new float[items.length];
        Arrays.fill(missing, Float.NaN);
        return missing;
    }
}
