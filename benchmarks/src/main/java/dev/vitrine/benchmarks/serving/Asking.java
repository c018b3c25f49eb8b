package dev.vitrine.benchmarks.serving;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a server is asked, and what an answer has to hold. */
final class Asking {
    private Asking() {}

    /** A shelf of twenty for one visitor after the other. */
    static OpenLoop.Kind recommend(URI server, List<String> visitors) {
        URI uri = server.resolve("/v1/servingConfigs/recommended-for-you:recommend");
        byte[] personal = "\"servedBy\":\"personal\"".getBytes(StandardCharsets.UTF_8);
        byte[] like = "\"servedBy\":\"like-yours\"".getBytes(StandardCharsets.UTF_8);
        return new OpenLoop.Kind(
                "recommend",
                n ->
                        post(
                                uri,
                                "{\"visitorId\":\""
                                        + visitors.get(n % visitors.size())
                                        + "\",\"pageSize\":20}"),
                body -> contains(body, personal) || contains(body, like));
    }

    /** Twenty products and two facets for one query after the other. */
    static OpenLoop.Kind search(URI server, List<String> queries) {
        URI uri = server.resolve("/v1/servingConfigs/search:search");
        byte[] found = "\"servedBy\":\"index\"".getBytes(StandardCharsets.UTF_8);
        return new OpenLoop.Kind(
                "search",
                n ->
                        post(
                                uri,
                                "{\"query\":\""
                                        + queries.get(n % queries.size())
                                        + "\",\"pageSize\":20,"
                                        + "\"facets\":[\"brand\",\"categories\"]}"),
                body -> contains(body, found));
    }

    private static HttpRequest post(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(OpenLoop.giveUp())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static boolean contains(byte[] body, byte[] part) {
        for (int from = body.length - part.length; from >= 0; from--) {
            int same = 0;
            while (same < part.length && body[from + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return true;
            }
        }
        return false;
    }
}
