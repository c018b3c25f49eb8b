package dev.vitrine.server.http;

import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.server.http.Route.Body;
import dev.vitrine.server.telemetry.RequestRing.Group;
import java.util.List;
import java.util.function.LongSupplier;

/** What a storefront asks. */
final class ShopRoutes {
    private static final int MAX_COMPLETIONS = 50;
    private static final int USUAL_COMPLETIONS = 10;

    private final ShopPort shop;
    private final LongSupplier nanoClock;

    ShopRoutes(ShopPort shop, LongSupplier nanoClock) {
        this.shop = shop;
        this.nanoClock = nanoClock;
    }

    List<Route> routes() {
        return List.of(
                Route.shop(
                        "POST",
                        "/v1/servingConfigs/{name}:search",
                        Body.COMMAND,
                        Group.SEARCH,
                        this::search),
                Route.shop(
                        "POST",
                        "/v1/servingConfigs/{name}:recommend",
                        Body.COMMAND,
                        Group.RECOMMEND,
                        this::recommend),
                Route.shop(
                        "POST",
                        "/v1/servingConfigs/{name}:rerank",
                        Body.COMMAND,
                        Group.RECOMMEND,
                        this::rerank),
                Route.shop("GET", "/v1/completeQuery", Body.NONE, Group.SEARCH, this::complete),
                Route.shop("GET", "/predict", Body.NONE, Group.PREDICT, this::predict));
    }

    private Reply search(Call call) {
        SearchAnswer answer = shop.search(call.parameter(0), ShopCommands.search(call.body()));
        return Json.reply(200, json -> ShopJson.search(json, answer));
    }

    private Reply recommend(Call call) {
        RecommendResponse answer =
                shop.recommend(call.parameter(0), ShopCommands.recommend(call.body()));
        return Json.reply(200, json -> ShopJson.recommend(json, answer));
    }

    private Reply rerank(Call call) {
        RecommendResponse answer = shop.rerank(call.parameter(0), ShopCommands.rerank(call.body()));
        return Json.reply(200, json -> ShopJson.recommend(json, answer));
    }

    private Reply complete(Call call) {
        int limit = call.query("n", 1, MAX_COMPLETIONS, USUAL_COMPLETIONS);
        String prefix = call.query("q");
        return Json.reply(200, json -> ShopJson.completions(json, shop.complete(prefix, limit)));
    }

    private Reply predict(Call call) {
        long start = nanoClock.getAsLong();
        String user = call.required("user_id");
        String item = call.required("item_id");
        String model = call.query("model");
        Prediction prediction =
                model.isEmpty()
                        ? shop.predict(user, item)
                        : shop.predict(model, user, item, call.caller().client());
        double latencyMs = (nanoClock.getAsLong() - start) / 1e6;
        return Json.reply(200, json -> ShopJson.prediction(json, prediction, latencyMs));
    }
}
