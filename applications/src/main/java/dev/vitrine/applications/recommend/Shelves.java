package dev.vitrine.applications.recommend;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.feature.WeightedItems;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.Dispensable;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.RankedCandidates;
import java.util.Comparator;

/** The ladder of each serving config, for one request. */
final class Shelves {
    private static final int CANDIDATES = 300;

    /** What was proposed for what the shopper did. */
    static final String PERSONAL = "personal";

    /** What one retriever alone proposed under pressure. */
    private static final String CHEAPER = "cheaper";

    private static final CandidateSource NOTHING = (history, allowed, best) -> {};

    /** What is most like a page is of its own category, and no complement. */
    private static final int COMPLEMENT_CANDIDATES = 1_000;

    private final ServingRelease release;
    private final ShopState state;
    private final PopularItems popular;
    private final CatalogFacts facts;
    private final History history;
    private final long now;
    private final Effort effort;

    Shelves(
            ServingRelease release,
            ShopState state,
            PopularItems popular,
            CatalogFacts facts,
            History history,
            long now,
            Effort effort) {
        this.release = release;
        this.state = state;
        this.popular = popular;
        this.facts = facts;
        this.history = history;
        this.now = now;
        this.effort = effort;
    }

    /**
     * @param about items the shelf is about
     */
    void fill(ServingConfig config, Shopper shopper, int[] about, Shelf shelf, int wanted) {
        if (effort == Effort.POPULAR && retrieves(config)) {
            popularOf(about, shelf, wanted);
            return;
        }
        switch (config) {
            case RECOMMENDED_FOR_YOU, PERSONALIZED_RANKING -> {
                personal(shopper, shelf, wanted);
                likeTheirs(shelf, wanted);
                tastes(shopper, shelf, wanted);
                popular(shelf, wanted);
                newest(shelf, wanted);
            }
            case SIMILAR_ITEMS -> similar(about, shopper, shelf, wanted);
            case OTHERS_YOU_MAY_LIKE -> {
                together(about, shelf, wanted, false);
                blended(release.personal(), History.of(about), otherwise(), shelf, wanted);
                similar(about, shopper, shelf, wanted);
            }
            case FREQUENTLY_BOUGHT_TOGETHER -> {
                int[] page = about.length == 0 ? cartOrLast(shopper) : about;
                together(page, shelf, wanted, true);
                together(page, shelf, wanted, false);
                complements(page, shelf, wanted);
                if (page.length == 0) {
                    popular(shelf, wanted);
                    newest(shelf, wanted);
                }
            }
            case BUY_IT_AGAIN -> buyAgain(shopper, shelf, wanted);
            case RECENTLY_VIEWED -> recentlyViewed(shopper, shelf, wanted);
            case TRENDING -> {
                weighted(popular.trending(), "trending", -1, shelf, wanted);
                popular(shelf, wanted);
                newest(shelf, wanted);
            }
        }
    }

    /** Whether a shelf asks retrievers, which is what costs. */
    private static boolean retrieves(ServingConfig config) {
        return switch (config) {
            case RECOMMENDED_FOR_YOU,
                    PERSONALIZED_RANKING,
                    SIMILAR_ITEMS,
                    OTHERS_YOU_MAY_LIKE,
                    FREQUENTLY_BOUGHT_TOGETHER ->
                    true;
            case BUY_IT_AGAIN, RECENTLY_VIEWED, TRENDING -> false;
        };
    }

    private void popularOf(int[] about, Shelf shelf, int wanted) {
        for (int item : about) {
            int category = facts.category(item);
            if (category >= 0) {
                weighted(popular.popular(category), "popular", item, shelf, wanted);
            }
        }
        popular(shelf, wanted);
        newest(shelf, wanted);
    }

    /** What a shelf is about that was asked for without a page: the cart, else the last item. */
    private static int[] cartOrLast(Shopper shopper) {
        int[] cart = shopper.cart().items();
        return cart.length > 0 || shopper.size() == 0
                ? cart
                : new int[] {shopper.items()[shopper.size() - 1]};
    }

    /** Where nobody has chosen anything yet, a blend knows what products say and no more. */
    private String otherwise() {
        return release.personal().parts().stream()
                        .anyMatch(part -> !part.source().equals(release.content()))
                ? "others-chose"
                : "similar";
    }

    /** What fits to the history, by the blend and, where the release has one, its ranker. */
    private void personal(Shopper shopper, Shelf shelf, int wanted) {
        Blend blend = release.personal();
        if (release.ranker().isEmpty() || effort != Effort.FULL || history.size() == 0) {
            blended(blend, history, PERSONAL, shelf, wanted);
            return;
        }
        Blend.Sheet sheet = blend.sheet(history, shelf.allowed());
        Candidates candidates = blend.candidates(sheet, Math.max(CANDIDATES, wanted));
        if (candidates.size() == 0) {
            return;
        }
        TopItems order;
        try {
            RankedCandidates ranked =
                    release.ranker().get().rank(candidates, shopper, state, facts, now);
            order = ranked.order();
            shelf.explain(ranked);
        } catch (VitrineException withoutIt) {
            // Whoever runs the graph counts what failed; the blend's own order stands.
            order = new TopItems(candidates.size());
            sheet.offerTo(order);
            order.sort();
        }
        shelf.addMixed(order, PERSONAL, history.size() == 1 ? history.items()[0] : -1, wanted);
        shelf.explain(blend, sheet);
    }

    /** For a history of items that behaviour says nothing about: what is like them. */
    private void likeTheirs(Shelf shelf, int wanted) {
        if (history.size() == 0 || shelf.size() >= wanted || effort != Effort.FULL) {
            return;
        }
        TopItems best = new TopItems(Math.max(CANDIDATES, wanted));
        release.content().collect(history, shelf.allowed(), best);
        best.sort();
        shelf.addMixed(best, "like-yours", history.size() == 1 ? history.items()[0] : -1, wanted);
    }

    private void blended(Blend blend, History of, String step, Shelf shelf, int wanted) {
        if (of.size() == 0 || blend.parts().isEmpty() || shelf.size() >= wanted) {
            return;
        }
        int because = of.size() == 1 ? of.items()[0] : -1;
        TopItems best = new TopItems(Math.max(CANDIDATES, wanted));
        if (effort == Effort.FULL) {
            Blend.Sheet sheet = blend.sheet(of, shelf.allowed());
            sheet.offerTo(best);
            best.sort();
            shelf.addMixed(best, step, because, wanted);
            shelf.explain(blend, sheet);
        } else {
            strongest(blend).collect(of, shelf.allowed(), best);
            best.sort();
            shelf.addMixed(best, CHEAPER, because, wanted);
        }
    }

    /** The part that counts most of those that cost little. */
    private static CandidateSource strongest(Blend blend) {
        return blend.parts().stream()
                .filter(part -> !(part.source() instanceof Dispensable))
                .max(Comparator.comparingDouble(Blend.Part::weight))
                .map(Blend.Part::source)
                .orElse(NOTHING);
    }

    /** Items like those of the page by content and by who chose them; without a page, the last. */
    private void similar(int[] about, Shopper shopper, Shelf shelf, int wanted) {
        History like = History.of(about);
        if (like.size() == 0 && shopper.size() > 0) {
            like = History.of(shopper.items()[shopper.size() - 1]);
        }
        blended(release.similar(), like, "similar", shelf, wanted);
        for (int item : like.items()) {
            int category = facts.category(item);
            if (category >= 0) {
                weighted(popular.popular(category), "same-category", item, shelf, wanted);
            }
        }
        if (like.size() == 0) {
            popular(shelf, wanted);
            newest(shelf, wanted);
        }
    }

    private void together(int[] about, Shelf shelf, int wanted, boolean bought) {
        TopItems best = new TopItems(Math.max(CANDIDATES, wanted));
        ScoreSum sum = new ScoreSum();
        int because = -1;
        for (int item : about) {
            because = about.length == 1 ? item : -1;
            sum.add(bought ? state.boughtTogether(item, now) : state.viewedTogether(item, now));
        }
        sum.offerTo(best);
        best.sort();
        String step = bought ? "bought-together" : "viewed-together";
        for (int i = 0; i < best.size(); i++) {
            shelf.add(best.item(i), best.score(i), step, because, wanted);
        }
    }

    /**
     * Where orders and sessions say too little: what is close by content and of another category
     * than everything on the page. Products like those of the page would replace them rather than
     * go with them, so where categories are not known there is none.
     */
    private void complements(int[] about, Shelf shelf, int wanted) {
        History like = History.of(about);
        if (like.size() == 0 || shelf.size() >= wanted || effort != Effort.FULL) {
            return;
        }
        TopItems best = new TopItems(COMPLEMENT_CANDIDATES);
        release.content().collect(like, shelf.allowed(), best);
        best.sort();
        for (int i = 0; i < best.size(); i++) {
            int item = best.item(i);
            if (isOfAnotherCategory(item, like)) {
                shelf.add(item, best.score(i), "goes-with", like.items()[0], wanted);
            }
        }
    }

    private boolean isOfAnotherCategory(int item, History page) {
        int category = facts.category(item);
        boolean other = category >= 0;
        for (int i = 0; i < page.size() && other; i++) {
            int of = facts.category(page.items()[i]);
            other = of >= 0 && of != category;
        }
        return other;
    }

    private void buyAgain(Shopper shopper, Shelf shelf, int wanted) {
        Shopper.Purchases bought = shopper.purchases();
        TopItems best = new TopItems(Math.max(1, bought.items().length));
        for (int i = 0; i < bought.items().length; i++) {
            double since = Math.max(0, now - bought.last()[i]);
            double rhythm =
                    bought.counts()[i] > 1
                            ? Math.max(
                                    3_600_000.0,
                                    (bought.last()[i] - bought.first()[i])
                                            / (double) (bought.counts()[i] - 1))
                            : 30 * 86_400_000.0;
            double due = since / rhythm;
            best.offer(bought.items()[i], (float) (bought.counts()[i] * due * Math.exp(1 - due)));
        }
        best.sort();
        for (int i = 0; i < best.size(); i++) {
            shelf.add(best.item(i), best.score(i), "bought-before", -1, wanted);
        }
    }

    /** The last first, with the reciprocal of its place as score. */
    private static void recentlyViewed(Shopper shopper, Shelf shelf, int wanted) {
        for (int i = shopper.size() - 1; i >= 0; i--) {
            EventType type = shopper.type(i);
            if (type == EventType.DETAIL_PAGE_VIEW || type == EventType.CLICK) {
                shelf.add(shopper.items()[i], 1.0 / (shelf.size() + 1), "viewed", -1, wanted);
            }
        }
    }

    /** Popular items of the categories this shopper touched last. */
    private void tastes(Shopper shopper, Shelf shelf, int wanted) {
        for (int i = shopper.size() - 1; i >= Math.max(0, shopper.size() - 5); i--) {
            int item = shopper.items()[i];
            int category = facts.category(item);
            if (category >= 0 && shelf.size() < wanted) {
                weighted(popular.popular(category), "same-category", item, shelf, wanted);
            }
        }
    }

    private void popular(Shelf shelf, int wanted) {
        weighted(popular.popular(), "popular", -1, shelf, wanted);
    }

    /** The newest products, spread over categories; the last step when nothing is known. */
    private void newest(Shelf shelf, int wanted) {
        if (shelf.size() >= wanted) {
            return;
        }
        TopItems best = new TopItems(Math.max(CANDIDATES, wanted * 3));
        for (int item = 0; item < shelf.allowed().size(); item++) {
            if (shelf.allowed().contains(item)) {
                long published = facts.published(item);
                boolean known = published != Product.NO_TIME && published <= now;
                best.offer(item, known ? 1e9f / (1f + (now - published) / 86_400_000f) : 1f);
            }
        }
        best.sort();
        shelf.addMixed(best, "catalogue", -1, wanted);
    }

    private void weighted(WeightedItems items, String step, int because, Shelf shelf, int wanted) {
        if (shelf.size() >= wanted || items.size() == 0) {
            return;
        }
        TopItems best = new TopItems(items.size());
        for (int i = 0; i < items.size(); i++) {
            if (shelf.allowed().contains(items.items()[i])) {
                best.offer(items.items()[i], items.weights()[i]);
            }
        }
        best.sort();
        shelf.addMixed(best, step, because, wanted);
    }
}
