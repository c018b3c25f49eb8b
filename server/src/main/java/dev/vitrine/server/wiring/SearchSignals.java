package dev.vitrine.server.wiring;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.applications.search.Signals;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.feature.WeightedItems;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.lexical.ItemPrior;
import dev.vitrine.server.shop.Shop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What behaviour says to a search: popularity, the visitor's tastes, and clicks on the query. */
final class SearchSignals {
    private static final int LAST_ITEMS = 30;

    private final Shop shop;

    SearchSignals(Shop shop) {
        this.shop = shop;
    }

    /** The signals for searches under one lease. */
    Signals of(ServingRelease release) {
        return new Under(release);
    }

    private final class Under implements Signals {
        private final ServingRelease release;
        private final ShopState state = shop.state();
        private final CatalogFacts facts = shop.facts();
        private final long now = shop.clock().millis();

        Under(ServingRelease release) {
            this.release = release;
        }

        @Override
        public ItemPrior popularity() {
            WeightedItems popular = shop.popular().popular();
            if (popular.size() == 0) {
                return ItemPrior.NONE;
            }
            // Asked for every match: log is an intrinsic, log1p is not, and no small value matters.
            double most = Math.log(1 + popular.weights()[0]);
            return item -> (float) (Math.log(1 + state.popularity(item, now)) / most);
        }

        /** Share of the visitor's last items that are of the item's category or brand. */
        @Override
        public ItemPrior personal(SearchRequest request) {
            Shopper shopper = shop.shopper(request.visitorId(), request.userId());
            if (shopper.size() == 0) {
                return ItemPrior.NONE;
            }
            Map<Integer, Integer> categories = new HashMap<>();
            Map<Integer, Integer> brands = new HashMap<>();
            int from = Math.max(0, shopper.size() - LAST_ITEMS);
            for (int i = from; i < shopper.size(); i++) {
                categories.merge(facts.category(shopper.items()[i]), 1, Integer::sum);
                brands.merge(facts.brand(shopper.items()[i]), 1, Integer::sum);
            }
            float all = shopper.size() - from;
            return item -> {
                int category = facts.category(item);
                int brand = facts.brand(item);
                float same = category < 0 ? 0 : categories.getOrDefault(category, 0) / all;
                float made = brand < 0 ? 0 : brands.getOrDefault(brand, 0) / all;
                return 0.6f * same + 0.4f * made;
            };
        }

        @Override
        public ItemPrior clicks(String query) {
            WeightedItems chosen = state.chosenFor(query, now);
            if (chosen.size() == 0) {
                return ItemPrior.NONE;
            }
            Map<Integer, Float> weights = new HashMap<>();
            for (int i = 0; i < chosen.size(); i++) {
                weights.put(chosen.items()[i], chosen.weights()[i] / (chosen.weights()[0] + 3));
            }
            return item -> weights.getOrDefault(item, 0f);
        }

        /** What the visitor would be recommended; for somebody unknown what is popular. */
        @Override
        public List<Integer> instead(SearchRequest request, int count) {
            List<Integer> items = new ArrayList<>(count);
            Shopper shopper = shop.shopper(request.visitorId(), request.userId());
            if (shopper.size() > 0) {
                float[] weights = new float[shopper.size()];
                java.util.Arrays.fill(weights, 1f);
                History history = release.recipe().of(shopper.items(), weights);
                TopItems best = new TopItems(count);
                release.personal().collect(history, ItemMask.all(facts.items()), best);
                best.sort();
                for (int i = 0; i < best.size(); i++) {
                    add(items, best.item(i), count);
                }
            }
            WeightedItems popular = shop.popular().popular();
            for (int i = 0; i < popular.size(); i++) {
                add(items, popular.items()[i], count);
            }
            return items;
        }

        private void add(List<Integer> items, int item, int count) {
            if (items.size() < count && facts.sellable(item, now) && !items.contains(item)) {
                items.add(item);
            }
        }
    }
}
