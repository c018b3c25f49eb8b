package dev.vitrine.retrieval.ranking;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.Feature;
import dev.vitrine.data.feature.ShopFeatures;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.retrieval.candidate.Candidates;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a ranker knows of a candidate: what each retriever gave it, how the shop behaves towards it,
 * and what the catalogue says of it beside the shopper's past. The same code makes the rows of
 * training, from the shop's state as it was, and those of serving, from its state now; so they
 * cannot differ. Features of the shopper's own past with an item are left out: what was met before
 * is no answer to the questions of training. So is stock: what cannot be sold is no candidate.
 *
 * <p>Prices, categories and dates of publication are those that the catalogue has when it is asked.
 * Immutable and safe for concurrent callers.
 */
public final class CandidateFeatures {
    private static final Set<Feature> OWN_PAST =
            EnumSet.of(
                    Feature.LAST_SEEN,
                    Feature.SHOPPER_ITEM_COUNT,
                    Feature.IN_CART,
                    Feature.TIMES_BOUGHT);

    private static final List<Feature> OF_SHOP =
            EnumSet.complementOf(EnumSet.copyOf(OWN_PAST)).stream().toList();

    private static final String SCORE = "score-";

    private final List<String> parts;
    private final List<String> names;

    /**
     * @param parts names of the retrievers whose scores count
     */
    public CandidateFeatures(List<String> parts) {
        this.parts = List.copyOf(parts);
        List<String> all = new ArrayList<>();
        this.parts.forEach(part -> all.add(SCORE + part));
        all.add("blend-score");
        all.add("blend-place");
        all.add("proposals");
        OF_SHOP.forEach(f -> all.add(name(f)));
        all.addAll(CatalogBeside.NAMES);
        this.names = List.copyOf(all);
    }

    /** The retrievers whose scores count. */
    public List<String> parts() {
        return parts;
    }

    /** What a feature of the shop's state is called. */
    static String name(Feature feature) {
        return feature.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In the order of a row. */
    public List<String> names() {
        return names;
    }

    /**
     * One row for each of the first candidates, {@code names().size()} floats each; NaN for what is
     * not known, never infinite.
     *
     * @param most rows at most
     * @param now epoch milliseconds
     */
    public float[] rows(
            Candidates candidates,
            int most,
            Shopper shopper,
            ShopState state,
            CatalogFacts facts,
            long now) {
        int count = Math.min(most, candidates.size());
        int[] column = parts.stream().mapToInt(candidates.parts()::indexOf).toArray();
        ShopFeatures.Row ofShop = new ShopFeatures(state, facts).prepare(shopper, now);
        CatalogBeside beside = new CatalogBeside(facts, shopper, ofShop.usualPrice(), now);
        float[] shop = new float[ShopFeatures.COUNT];
        float[] rows = new float[count * names.size()];
        int at = 0;
        for (int place = 0; place < count; place++) {
            int item = candidates.items()[place];
            int proposals = 0;
            for (int of : column) {
                float score =
                        of < 0 ? 0 : candidates.scores()[place * candidates.parts().size() + of];
                proposals += score > 0 ? 1 : 0;
                rows[at++] = score;
            }
            rows[at++] = candidates.totals()[place] / candidates.totals()[0];
            rows[at++] = (float) Math.log1p(place);
            rows[at++] = proposals;
            ofShop.fill(item, shop, 0);
            for (Feature feature : OF_SHOP) {
                rows[at++] = shop[feature.ordinal()];
            }
            beside.fill(item, rows, at);
            at += CatalogBeside.NAMES.size();
        }
        return rows;
    }
}
