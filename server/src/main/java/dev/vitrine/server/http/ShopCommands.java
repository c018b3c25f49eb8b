package dev.vitrine.server.http;

import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RerankRequest;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.lexical.FacetRequest;
import dev.vitrine.retrieval.lexical.FilterField;
import dev.vitrine.server.ServerError;
import java.util.ArrayList;
import java.util.List;

/** Reads shoppers' questions out of JSON. */
final class ShopCommands {
    private static final int MAX_FILTER = 10_000;
    private static final int MAX_TOKEN = 4_096;

    private ShopCommands() {}

    static SearchRequest search(byte[] body) {
        Search fields = new Search();
        CommandReader.read(body, fields);
        return new SearchRequest(
                fields.query,
                fields.visitorId,
                fields.userId,
                fields.filter,
                fields.facets,
                fields.orderBy,
                fields.pageSize,
                fields.pageToken,
                fields.explain);
    }

    static RecommendRequest recommend(byte[] body) {
        Recommend fields = new Recommend();
        CommandReader.read(body, fields);
        if (!fields.itemId.isEmpty() && !fields.cart.isEmpty()) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "cart",
                    "cart: give either itemId or cart, not both");
        }
        return new RecommendRequest(
                fields.visitorId,
                fields.userId,
                fields.itemId.isEmpty() ? fields.cart : List.of(fields.itemId),
                fields.filter,
                fields.excludeIds,
                fields.pageSize,
                fields.pageToken,
                fields.diversity,
                fields.explain);
    }

    static RerankRequest rerank(byte[] body) {
        Rerank fields = new Rerank();
        CommandReader.read(body, fields);
        return new RerankRequest(
                fields.visitorId, fields.userId, fields.query, fields.itemIds, fields.explain);
    }

    private static final class Search implements CommandReader.Fields {
        private static final String KNOWN =
                "query, visitorId, userId, filter, facets, orderBy, pageSize, pageToken, explain";
        private String query = "";
        private String visitorId = "";
        private String userId = "";
        private String filter = "";
        private final List<FacetRequest> facets = new ArrayList<>();
        private String orderBy = "";
        private int pageSize;
        private String pageToken = "";
        private boolean explain;

        @Override
        public void read(String field, CommandReader in) {
            switch (field) {
                case "query" -> query = in.text(field, CommandReader.MAX_TEXT);
                case "visitorId" -> visitorId = in.id(field);
                case "userId" -> userId = in.id(field);
                case "filter" -> filter = in.text(field, MAX_FILTER);
                case "facets" -> in.list(field, FacetRequest.MAX_FACETS, this::facet);
                case "orderBy" -> orderBy = in.text(field, CommandReader.MAX_TEXT);
                case "pageSize" -> pageSize = in.whole(field, 1, SearchRequest.MAX_PAGE_SIZE);
                case "pageToken" -> pageToken = in.text(field, MAX_TOKEN);
                case "explain" -> explain = in.flag(field);
                default -> throw in.unknown(field, KNOWN);
            }
        }

        /** A facet is its name, or an object with its name, a limit and bounds. */
        private void facet(String entry, CommandReader in) {
            if (!in.isObject()) {
                facets.add(FacetRequest.of(in.text(entry, 256)));
                return;
            }
            Facet facet = new Facet();
            in.object(entry, facet);
            facets.add(new FacetRequest(new FilterField(facet.key), facet.limit, facet.bounds));
        }
    }

    private static final class Facet implements CommandReader.Fields {
        private String key = "";
        private int limit = FacetRequest.DEFAULT_LIMIT;
        private final List<Double> bounds = new ArrayList<>();

        @Override
        public void read(String field, CommandReader in) {
            switch (field.substring(field.lastIndexOf('.') + 1)) {
                case "key" -> key = in.text(field, 256);
                case "limit" -> limit = in.whole(field, 1, FacetRequest.MAX_LIMIT);
                case "bounds" ->
                        in.list(
                                field,
                                100,
                                (entry, of) ->
                                        bounds.add(
                                                of.number(
                                                        entry,
                                                        -Double.MAX_VALUE,
                                                        Double.MAX_VALUE)));
                default -> throw in.unknown(field, "key, limit, bounds");
            }
        }
    }

    private static final class Recommend implements CommandReader.Fields {
        private static final String KNOWN =
                "visitorId, userId, itemId, cart, filter, excludeIds, pageSize, pageToken,"
                        + " diversity, explain";
        private String visitorId = "";
        private String userId = "";
        private String itemId = "";
        private List<String> cart = List.of();
        private String filter = "";
        private List<String> excludeIds = List.of();
        private int pageSize = RecommendRequest.DEFAULT_PAGE_SIZE;
        private String pageToken = "";
        private double diversity = RecommendRequest.DEFAULT_DIVERSITY;
        private boolean explain;

        @Override
        public void read(String field, CommandReader in) {
            switch (field) {
                case "visitorId" -> visitorId = in.id(field);
                case "userId" -> userId = in.id(field);
                case "itemId" -> itemId = in.id(field);
                case "cart" -> cart = in.ids(field, RecommendRequest.MAX_ITEMS);
                case "filter" -> filter = in.text(field, MAX_FILTER);
                case "excludeIds" -> excludeIds = in.ids(field, RecommendRequest.MAX_EXCLUDED);
                case "pageSize" -> pageSize = in.whole(field, 1, RecommendRequest.MAX_PAGE_SIZE);
                case "pageToken" -> pageToken = in.text(field, MAX_TOKEN);
                case "diversity" -> diversity = in.number(field, 0, 1);
                case "explain" -> explain = in.flag(field);
                default -> throw in.unknown(field, KNOWN);
            }
        }
    }

    private static final class Rerank implements CommandReader.Fields {
        private static final String KNOWN = "visitorId, userId, query, itemIds, explain";
        private String visitorId = "";
        private String userId = "";
        private String query = "";
        private List<String> itemIds = List.of();
        private boolean explain;

        @Override
        public void read(String field, CommandReader in) {
            switch (field) {
                case "visitorId" -> visitorId = in.id(field);
                case "userId" -> userId = in.id(field);
                case "query" -> query = in.text(field, CommandReader.MAX_TEXT);
                case "itemIds" -> itemIds = in.ids(field, RerankRequest.MAX_ITEMS);
                case "explain" -> explain = in.flag(field);
                default -> throw in.unknown(field, KNOWN);
            }
        }
    }
}
