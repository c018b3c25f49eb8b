package dev.vitrine.applications.recommend;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.lexical.FilterExpression;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.text.ProductText;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers shelves from one leased release and the state of the shop. Safe for concurrent callers.
 *
 * <p>Every serving config is a short ladder of shelves: what is best for it first, then what fills
 * the page; an answer names the step that gave its first result.
 */
public final class Recommender {
    /** Candidates that paging can reach. */
    static final int DEPTH = 500;

    private static final String BECAUSE = "because-of:";

    /** Parts of a history that are named as reasons for an item. */
    private static final int MOST_CAUSES = 3;

    /** Products of a history whose texts are read. */
    private static final int MOST_TEXTS = 20;

    /** Features of the ranker that are named as reasons for an item. */
    private static final int MOST_FEATURES = 3;

    private final Catalog catalog;
    private final CatalogFacts facts;
    private final ShopState state;
    private final PopularItems popular;
    private final ShopperLookup shoppers;
    private final InstantSource clock;
    private final SellableItems sellable;
    private final FeatureSettings features;

    /** Finds what is known of somebody by the ids of a request; either id may be empty. */
    public interface ShopperLookup {
        Shopper find(String visitorId, String userId);
    }

    public Recommender(
            Catalog catalog,
            CatalogFacts facts,
            ShopState state,
            PopularItems popular,
            ShopperLookup shoppers,
            InstantSource clock) {
        this.catalog = catalog;
        this.facts = facts;
        this.state = state;
        this.popular = popular;
        this.shoppers = shoppers;
        this.clock = clock;
        this.sellable = new SellableItems(facts, clock);
        this.features = state.settings();
    }

    /**
     * A shelf for a serving config, with all effort; the attribution token is left empty.
     *
     * @throws VitrineException ITEM_NOT_FOUND when the shelf is about products and none is known
     */
    public RecommendResponse recommend(
            ServingRelease release, ServingConfig config, RecommendRequest request) {
        return recommend(release, config, request, Effort.FULL);
    }

    /** As above, with less work where that is asked for; filters and exclusions always hold. */
    public RecommendResponse recommend(
            ServingRelease release, ServingConfig config, RecommendRequest request, Effort effort) {
        Shopper shopper = shoppers.find(request.visitorId(), request.userId());
        int[] about = about(config, request.items());
        ItemMask allowed = allowed(release, config, request, shopper, about);
        int start = PageToken.start(request.pageToken());
        int wanted = Math.min(DEPTH, start + request.pageSize());
        Shelf shelf = new Shelf(allowed, facts, effort == Effort.FULL ? request.diversity() : 0);
        History history =
                effort == Effort.POPULAR ? History.of(new int[0]) : history(release, shopper);
        Shelves shelves =
                new Shelves(release, state, popular, facts, history, clock.millis(), effort);
        shelves.fill(config, shopper, about, shelf, wanted);
        return answer(release, request, shelf, start, history);
    }

    /** The numbers of the known ones among the products that a shelf is about. */
    private int[] about(ServingConfig config, List<String> ids) {
        int[] known =
                Arrays.stream(numbers(ids))
                        .filter(item -> item >= 0 && facts.exists(item))
                        .toArray();
        if (config.isAboutItems() && known.length == 0 && !ids.isEmpty()) {
            throw unknown(ids.size() == 1 ? "itemId" : "cart", ids.getFirst());
        }
        return known;
    }

    private static VitrineException unknown(String field, String id) {
        return VitrineException.field(
                DataError.ITEM_NOT_FOUND, field, "no product has the id '" + id + "'");
    }

    /**
     * Puts a list into the best order for one shopper. Items that can't be sold go last, and after
     * them ids that no product has, in the order in which they came.
     */
    public RecommendResponse rerank(ServingRelease release, RerankRequest request) {
        Shopper shopper = shoppers.find(request.visitorId(), request.userId());
        int[] items = numbers(request.itemIds());
        ItemMask listed = new ItemMask(facts.items());
        for (int place = 0; place < items.length; place++) {
            if (items[place] >= 0 && facts.exists(items[place])) {
                listed.add(items[place]);
            } else {
                items[place] = -1;
            }
        }
        History history = history(release, shopper);
        long now = clock.millis();
        TopItems best = new TopItems(Math.max(1, items.length));
        Blend.Sheet sheet = history.size() == 0 ? null : release.personal().sheet(history, listed);
        float strongest = 0;
        if (sheet != null) {
            sheet.offerTo(best);
            for (int i = 0; i < best.size(); i++) {
                strongest = Math.max(strongest, best.score(i));
            }
        }
        Ordering ordering = new Ordering(items, facts, state, now);
        int[] order = ordering.by(best, strongest);
        List<RecommendResponse.Result> results = new ArrayList<>(order.length);
        for (int place : order) {
            int item = items[place];
            Optional<Product> product = item < 0 ? Optional.empty() : catalog.get(item);
            results.add(
                    new RecommendResponse.Result(
                            request.itemIds().get(place),
                            ordering.score(place),
                            product,
                            List.of()));
        }
        String servedBy = strongest > 0 ? "personal" : "popular";
        return new RecommendResponse(results, results.size(), "", "", release.id(), servedBy);
    }

    /**
     * How likely a user (or visitor) is to take to an item: by the release's model of pairs, and by
     * the calibrated score of the retrievers where it has none or that fails.
     *
     * @throws VitrineException ITEM_NOT_FOUND when no product has that id
     */
    public Prediction predict(ServingRelease release, String userId, String itemId) {
        int item = catalog.numberOf(itemId);
        if (item < 0 || !facts.exists(item)) {
            throw unknown("item_id", itemId);
        }
        Shopper shopper = shoppers.find(userId, userId);
        History history = history(release, shopper);
        Prediction.Basis basis =
                history.size() > 0 ? Prediction.Basis.HISTORY : Prediction.Basis.POPULARITY;
        long now = clock.millis();
        if (release.pairs().isPresent()) {
            PairModel model = release.pairs().get();
            try {
                double probability =
                        model.probability(
                                release.personal(), history, item, shopper, state, facts, now);
                return new Prediction(
                        userId, itemId, probability, basis, model.name(), release.id());
            } catch (VitrineException withoutIt) {
                // Whoever runs the graph counts what failed; the calibration answers.
            }
        }
        Calibration calibration = release.calibration();
        double probability =
                calibration.probability(
                        release.personal(), history, item, state.popularity(item, now));
        return calibration.isFitted()
                ? new Prediction(userId, itemId, probability, basis, Prediction.BLEND, release.id())
                : new Prediction(
                        userId,
                        itemId,
                        probability,
                        Prediction.Basis.NOTHING,
                        Prediction.NONE,
                        release.id());
    }

    /**
     * What a model that reads texts is asked about a user (or visitor) and an item: titles of what
     * the user turned to other than the item, the newest first, and that of the item.
     *
     * @throws VitrineException ITEM_NOT_FOUND when no product has that id
     */
    public LikelihoodEncoder.Question question(String userId, String itemId) {
        int item = catalog.numberOf(itemId);
        Optional<Product> asked = item < 0 ? Optional.empty() : catalog.get(item);
        if (asked.isEmpty()) {
            throw unknown("item_id", itemId);
        }
        Shopper shopper = shoppers.find(userId, userId);
        History history = HistoryRecipe.DEFAULT.of(shopper, features.weights());
        List<String> texts = new ArrayList<>();
        for (int i = history.size() - 1; i >= 0 && texts.size() < MOST_TEXTS; i--) {
            if (history.items()[i] != item) {
                catalog.get(history.items()[i])
                        .ifPresent(product -> texts.add(ProductText.title(product)));
            }
        }
        return new LikelihoodEncoder.Question(texts, ProductText.title(asked.get()));
    }

    private History history(ServingRelease release, Shopper shopper) {
        return release.recipe().of(shopper, features.weights());
    }

    private int[] numbers(List<String> ids) {
        int[] numbers = new int[ids.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = catalog.numberOf(ids.get(i));
        }
        return numbers;
    }

    private ItemMask allowed(
            ServingRelease release,
            ServingConfig config,
            RecommendRequest request,
            Shopper shopper,
            int[] about) {
        ItemMask allowed = sellable.mask().copy();
        if (!request.filter().isBlank()) {
            allowed.intersect(release.index().mask(FilterExpression.parse(request.filter())));
        }
        for (int item : about) {
            remove(allowed, item);
        }
        for (int item : numbers(request.excludeIds())) {
            remove(allowed, item);
        }
        if (config == ServingConfig.RECOMMENDED_FOR_YOU || config == ServingConfig.TRENDING) {
            for (int item : shopper.cart().items()) {
                remove(allowed, item);
            }
        }
        if (config == ServingConfig.RECOMMENDED_FOR_YOU) {
            for (int item : shopper.items()) {
                remove(allowed, item);
            }
            for (int item : shopper.purchases().items()) {
                remove(allowed, item);
            }
        }
        return allowed;
    }

    private static void remove(ItemMask mask, int item) {
        if (item >= 0) {
            mask.remove(item);
        }
    }

    private RecommendResponse answer(
            ServingRelease release,
            RecommendRequest request,
            Shelf shelf,
            int start,
            History history) {
        List<Shelf.Entry> entries = shelf.entries();
        int end = Math.min(entries.size(), start + request.pageSize());
        Map<Integer, List<String>> reasons =
                request.explain()
                        ? reasons(
                                release, shelf, entries.subList(Math.min(start, end), end), history)
                        : Map.of();
        List<RecommendResponse.Result> results = new ArrayList<>(request.pageSize());
        for (int i = Math.min(start, end); i < end; i++) {
            Shelf.Entry entry = entries.get(i);
            Optional<Product> product = catalog.get(entry.item());
            if (product.isPresent()) {
                results.add(
                        new RecommendResponse.Result(
                                product.get().id(),
                                entry.score(),
                                product,
                                reasons.getOrDefault(entry.item(), List.of())));
            }
        }
        String next =
                end >= start + request.pageSize() && end < DEPTH && shelf.mayHaveMore()
                        ? PageToken.of(end)
                        : "";
        return new RecommendResponse(
                results, shelf.size(), next, "", release.id(), shelf.servedBy());
    }

    /**
     * Why entries are shown, by item: the step of the ladder, the retriever that counted most, the
     * features by which the ranker lifted it most, and what of the page or the history speaks most
     * for it, the strongest first.
     */
    private Map<Integer, List<String>> reasons(
            ServingRelease release, Shelf shelf, List<Shelf.Entry> shown, History history) {
        int[] personal =
                shown.stream()
                        .filter(entry -> entry.because() < 0)
                        .filter(entry -> entry.step().equals(Shelves.PERSONAL))
                        .mapToInt(Shelf.Entry::item)
                        .toArray();
        float[][] causes =
                personal.length == 0
                        ? new float[0][]
                        : release.causes().of(history, shelf.allowed(), personal);
        Map<Integer, List<String>> reasons = new HashMap<>();
        int next = 0;
        for (Shelf.Entry entry : shown) {
            List<String> own = new ArrayList<>();
            own.add(entry.step());
            shelf.proposedBy(entry.item()).ifPresent(name -> own.add("proposed-by:" + name));
            if (entry.step().equals(Shelves.PERSONAL)) {
                shelf.rankedBy(entry.item(), MOST_FEATURES)
                        .forEach(name -> own.add("ranked-by:" + name));
            }
            if (entry.because() >= 0) {
                own.add(BECAUSE + catalog.idOf(entry.because()));
            } else if (next < personal.length && personal[next] == entry.item()) {
                TopItems strongest = new TopItems(MOST_CAUSES);
                for (int event = 0; event < history.size(); event++) {
                    if (causes[next][event] > 0) {
                        strongest.offer(history.items()[event], causes[next][event]);
                    }
                }
                strongest.sort();
                for (int i = 0; i < strongest.size(); i++) {
                    own.add(BECAUSE + catalog.idOf(strongest.item(i)));
                }
                next++;
            }
            reasons.put(entry.item(), own);
        }
        return reasons;
    }

    /** Reads the position that a page token stands for. */
    static final class PageToken {
        private static final String MARK = "p";

        private PageToken() {}

        static int start(String token) {
            if (token.isEmpty()) {
                return 0;
            }
            try {
                int start = Integer.parseInt(token.substring(MARK.length()), 36);
                if (token.startsWith(MARK) && start > 0 && start < DEPTH) {
                    return start;
                }
            } catch (NumberFormatException e) {
                // falls through to the one answer for every token that is not ours
            }
            throw VitrineException.field(
                    ApplicationError.PAGE_TOKEN_INVALID,
                    "pageToken",
                    "'" + token + "' is not a page token of an earlier answer");
        }

        static String of(int start) {
            return MARK + Integer.toString(start, 36);
        }
    }
}
