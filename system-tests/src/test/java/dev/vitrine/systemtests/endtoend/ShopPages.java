package dev.vitrine.systemtests.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A shop's own web server, on an origin of its own. Its pages include the storefront snippet. What
 * is sent to it instead of Vitrine it passes on, but refuses events twice as if it were overloaded.
 */
final class ShopPages implements AutoCloseable {
    private static final String EVENTS = "/v1/userEvents:write";
    private static final int REFUSED = 2;

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile URI vitrine = URI.create("");

    private ShopPages(HttpServer server) {
        this.server = server;
    }

    static ShopPages start() {
        try {
            InetAddress here = InetAddress.getLoopbackAddress();
            ShopPages shop = new ShopPages(HttpServer.create(new InetSocketAddress(here, 0), 0));
            shop.server.createContext("/", shop::page);
            shop.server.createContext("/v1/", shop::pass);
            shop.server.start();
            return shop;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Puts the snippet on the pages, which show four products. */
    void include(URI from, String key) {
        vitrine = from;
        pages.put("/granted", page(key, "data-consent='granted'"));
        pages.put("/denied", page(key, "data-consent='denied'"));
        pages.put(
                "/overloaded",
                page(key, "data-consent='granted' data-server='%s'".formatted(origin())));
    }

    private String page(String key, String attributes) {
        return """
        <!doctype html><title>A shop</title><main></main>
        <script src='%s/vitrine.js' data-key='%s' %s></script>
        <script>
        vitrine.recommend('trending', { pageSize: 4 }).then(function (answer) {
          answer.results.forEach(function (result, i) {
            var card = document.createElement('p');
            card.dataset.vitrineId = result.id;
            card.dataset.vitrinePosition = i + 1;
            card.dataset.vitrinePlacement = 'front';
            card.textContent = result.id;
            document.querySelector('main').append(card);
          });
          vitrine.observe();
        });
        </script>
        """
                .formatted(vitrine, key, attributes);
    }

    /** The bodies of events that came to this server, each as often as it was sent. */
    List<String> received() {
        return received;
    }

    private void page(HttpExchange exchange) throws IOException {
        String page = pages.getOrDefault(exchange.getRequestURI().getPath(), "");
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        answer(exchange, page.isEmpty() ? 404 : 200, page);
    }

    private void pass(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (path.equals(EVENTS)) {
            received.add(body);
            if (received.size() <= REFUSED) {
                answer(exchange, 503, "{}");
                return;
            }
        }
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        HttpRequest request =
                HttpRequest.newBuilder(vitrine.resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
            answer(exchange, reply.statusCode(), reply.body());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
