package dev.vitrine.server.http;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.RerankRequest;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.applications.search.SearchResponse;
import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.lexical.Completion;
import dev.vitrine.retrieval.lexical.Facet;
import dev.vitrine.retrieval.lexical.LexicalResult;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A shop in memory that answers simply and remembers what it was asked. */
final class FakeShop implements ShopPort, EventsPort, ProductsPort, UsersPort {
    final Map<String, Product> products = new ConcurrentHashMap<>();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final Deque<Object> requests = new ConcurrentLinkedDeque<>();
    final FakeInference models = new FakeInference();
    final FakeAudit audit = new FakeAudit();
    final AtomicLong imported = new AtomicLong();
    final AtomicLong unread = new AtomicLong();
    volatile long delayMillis;
    volatile Optional<RuntimeException> failure = Optional.empty();

    FakeShop() {
        products.put(
                "p1", Product.builder("p1").title("Wireless mouse").price(19.5).cost(7.25).build());
    }

    Ports ports() {
        return FakeOperation.around(this);
    }

    @Override
    public void unread(VitrineException why) {
        unread.incrementAndGet();
    }

    private void beforeAnswer(Object request) {
        requests.add(request);
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (delayMillis > 0) {
            try {
                Thread.sleep(delayMillis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public SearchAnswer search(String servingConfig, SearchRequest request) {
        beforeAnswer(request);
        known(servingConfig, servingConfig.equals("search"));
        List<SearchResponse.Result> results = new ArrayList<>();
        for (Product product : products.values()) {
            results.add(
                    new SearchResponse.Result(
                            product.id(), 0, 1.5, Optional.of(product), List.of("title")));
        }
        SearchResponse response =
                new SearchResponse(
                        results,
                        List.of(
                                new Facet(
                                        "price",
                                        List.of(
                                                new Facet.Value(
                                                        "0-20", 1, 0, Double.POSITIVE_INFINITY)))),
                        "",
                        results.size(),
                        "",
                        LexicalResult.Match.FULL,
                        false,
                        List.of());
        return new SearchAnswer(response, "token", "r1", "lexical");
    }

    @Override
    public RecommendResponse recommend(String servingConfig, RecommendRequest request) {
        beforeAnswer(request);
        known(servingConfig, ServingConfig.of(servingConfig).isPresent());
        List<RecommendResponse.Result> results = new ArrayList<>();
        for (Product product : products.values()) {
            results.add(
                    new RecommendResponse.Result(
                            product.id(), 0.5, Optional.of(product), List.of("popular")));
        }
        return new RecommendResponse(results, results.size(), "", "token", "r1", "popular");
    }

    @Override
    public RecommendResponse rerank(String servingConfig, RerankRequest request) {
        beforeAnswer(request);
        List<RecommendResponse.Result> results = new ArrayList<>();
        for (String id : request.itemIds()) {
            results.add(new RecommendResponse.Result(id, 1, get(id), List.of()));
        }
        return new RecommendResponse(results, results.size(), "", "token", "r1", "personal");
    }

    @Override
    public List<Completion> complete(String prefix, int limit) {
        return List.of(new Completion(prefix + "less mouse", Completion.Kind.QUERY, -1));
    }

    @Override
    public Prediction predict(String userId, String itemId) {
        if (!products.containsKey(itemId)) {
            throw VitrineException.field(
                    DataError.ITEM_NOT_FOUND, "item_id", "there is no product '" + itemId + "'");
        }
        return new Prediction(userId, itemId, 0.25, Prediction.Basis.HISTORY, "trees", "r1");
    }

    @Override
    public Prediction predict(String model, String userId, String itemId, String client) {
        predict(userId, itemId);
        if (!model.equals("likes")) {
            throw VitrineException.field(
                    RetrievalError.MODEL_INVALID, "model", "'" + model + "' is no such head");
        }
        return new Prediction(userId, itemId, 0.75, Prediction.Basis.TEXTS, model, "likes/3");
    }

    private static void known(String servingConfig, boolean exists) {
        if (!exists) {
            throw new VitrineException(
                    ApplicationError.SERVING_CONFIG_NOT_FOUND,
                    "there is no serving config '" + servingConfig + "'");
        }
    }

    @Override
    public List<Rejection> write(List<Event> batch) {
        List<Rejection> refused = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).visitorId().isEmpty()) {
                refused.add(
                        new Rejection(i, "EVENT_INVALID", "visitorId: is missing", "visitorId"));
            } else {
                events.add(batch.get(i));
            }
        }
        return refused;
    }

    @Override
    public ImportResult importStream(String format, InputStream body) {
        JsonRecords.split(
                body,
                new JsonRecords.Each() {
                    @Override
                    public void record(long place, byte[] bytes, int from, int length) {
                        EventJson.read(bytes, from, length);
                        imported.incrementAndGet();
                    }

                    @Override
                    public void tooLong(long place) {
                        throw new IllegalStateException("line " + place);
                    }
                });
        return new ImportResult(imported.get(), 0, List.of());
    }

    @Override
    public void upsert(List<Product> changed) {
        changed.forEach(product -> products.put(product.id(), product));
    }

    @Override
    public Optional<Product> get(String id) {
        return Optional.ofNullable(products.get(id));
    }

    @Override
    public Optional<Product> update(String id, UnaryOperator<Product> change) {
        return Optional.ofNullable(products.computeIfPresent(id, (k, v) -> change.apply(v)));
    }

    @Override
    public boolean delete(String id) {
        return products.remove(id) != null;
    }

    @Override
    public JobView erase(String id) {
        return new JobView("j1", "erase", "running", 1, 0, "erasing", Map.of());
    }

    @Override
    public boolean knows(String id) {
        return id.equals("ann");
    }

    @Override
    public void export(String id, Consumer<Event> each) {
        events.forEach(each);
    }
}
