package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may send to do harm, and what it gets: a clear refusal, in bounded time. */
class HostileInputTest {
    private static final String RECOMMEND = "/v1/servingConfigs/trending:recommend";
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.local();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> post(String path, byte[] body, String... headers) {
        var request = server.request(path).POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.send(request.build());
    }

    @Test
    void refusesABodyOfAHundredMegabytesAndSaysTheLimit() {
        HttpResponse<String> answer = post(RECOMMEND, new byte[100 << 20]);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("BODY_TOO_LARGE").contains("256KiB");
    }

    @Test
    void refusesABodyThatGrowsBeyondTheLimitUnannounced() {
        InputStream endless =
                new InputStream() {
                    private int left = 50 << 20;

                    @Override
                    public int read() {
                        return left-- > 0 ? ' ' : -1;
                    }
                };
        HttpResponse<String> answer =
                server.send(
                        server.request(RECOMMEND)
                                .POST(BodyPublishers.ofInputStream(() -> endless))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void unpacksABombOnlyUpToTheLimit() throws IOException {
        byte[] bomb = gzip(new byte[100 << 20]);
        assertThat(bomb.length).isLessThan(200 << 10);
        HttpResponse<String> answer = post(RECOMMEND, bomb, "Content-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("after decompression");
    }

    @Test
    void takesGzipAndRefusesBrokenGzip() throws IOException {
        byte[] packed = gzip("{\"visitorId\":\"v\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(post(RECOMMEND, packed, "Content-Encoding", "gzip").statusCode()).isEqualTo(200);
        assertThat(post(RECOMMEND, new byte[] {1, 2, 3}, "Content-Encoding", "gzip").statusCode())
                .isEqualTo(400);
        byte[] half = java.util.Arrays.copyOf(packed, packed.length / 2);
        assertThat(post(RECOMMEND, half, "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
        assertThat(post(RECOMMEND, packed, "Content-Encoding", "br").statusCode()).isIn(400, 415);
    }

    @Test
    void takesDeflateWithinTheSameBounds() throws IOException {
        byte[] packed = deflate("{\"visitorId\":\"v\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(post(RECOMMEND, packed, "Content-Encoding", "deflate").statusCode())
                .isEqualTo(200);
        HttpResponse<String> bomb =
                post(RECOMMEND, deflate(new byte[100 << 20]), "Content-Encoding", "deflate");
        assertThat(bomb.statusCode()).isEqualTo(413);
        assertThat(bomb.body()).contains("after decompression");
        byte[] half = java.util.Arrays.copyOf(packed, packed.length / 2);
        for (byte[] broken : new byte[][] {{1, 2, 3}, {}, half}) {
            HttpResponse<String> answer = post(RECOMMEND, broken, "Content-Encoding", "deflate");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
        assertThat(post(RECOMMEND, half, "Content-Encoding", "deflate").body())
                .contains("not whole deflate");
    }

    private static byte[] deflate(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    @Test
    void importsMoreThanItsMemoryWouldHold() {
        byte[] line =
                "{\"eventType\":\"click\",\"visitorId\":\"v\"}\n".getBytes(StandardCharsets.UTF_8);
        int lines = (60 << 20) / line.length;
        InputStream many =
                new InputStream() {
                    private long at;

                    @Override
                    public int read() {
                        return at < (long) lines * line.length
                                ? line[(int) (at++ % line.length)]
                                : -1;
                    }
                };
        long before = server.shop.imported.get();
        HttpResponse<String> answer =
                server.send(
                        server.request("/v1/userEvents:import")
                                .POST(BodyPublishers.ofInputStream(() -> many))
                                .build());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(server.shop.imported.get() - before).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"visitorId\":}",
                "{\"visitorId\":\"a\"}{}",
                "{'a':1}"
            })
    void refusesWhatIsNotJson(String body) {
        HttpResponse<String> answer = server.post(RECOMMEND, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("JSON_INVALID").doesNotContain("Exception");
    }

    @Test
    void refusesDeepNesting() {
        String deep = "{\"cart\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(server.post(RECOMMEND, deep).statusCode()).isEqualTo(400);
        String event = "{\"eventType\":\"click\",\"visitorId\":\"v\",\"x\":" + "[".repeat(100_000);
        assertThat(server.post("/v1/userEvents:write", event).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesNamesAndNumbersWithoutEnd() {
        String name = "{\"" + "a".repeat(100_000) + "\":1}";
        assertThat(server.post(RECOMMEND, name).statusCode()).isEqualTo(400);
        assertThat(server.post("/v1/userEvents:write", name).statusCode()).isEqualTo(400);
        assertThat(server.post("/v2/models/echo/infer", name).statusCode()).isEqualTo(400);
        String number = "{\"pageSize\":" + "9".repeat(100_000) + "}";
        assertThat(server.post(RECOMMEND, number).statusCode()).isEqualTo(400);
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] body = "{\"visitorId\":\"vX\"}".getBytes(StandardCharsets.UTF_8);
        body[15] = (byte) 0xC0;
        assertThat(post(RECOMMEND, body).body()).contains("not UTF-8");
        assertThat(post("/v1/userEvents:write", body).body()).contains("not UTF-8");
        assertThat(server.get("/predict?user_id=%C0%80&item_id=p1").statusCode()).isEqualTo(400);
        assertThat(server.get("/v1/products/%FF").statusCode()).isEqualTo(400);
        assertThat(
                        server.raw(
                                "GET /predict?user_id=%zz&item_id=p1 HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(server.get("/v1/products/a%00b").statusCode()).isEqualTo(400);
    }

    @Test
    void namesTheFieldItDoesNotKnow() {
        HttpResponse<String> answer = server.post(RECOMMEND, "{\"visitorID\":\"v\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("FIELD_UNKNOWN")
                .contains("\"field\":\"visitorID\"")
                .contains("expected visitorId");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pageSize\":0}",
                "{\"pageSize\":1e9}",
                "{\"pageSize\":99999999999999999999}",
                "{\"diversity\":2}",
                "{\"visitorId\":{}}",
                "{\"cart\":\"a\"}",
                "{\"explain\":\"yes\"}",
                "{\"itemId\":\"a\",\"cart\":[\"b\"]}"
            })
    void refusesValuesOutOfBounds(String body) {
        HttpResponse<String> answer = server.post(RECOMMEND, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":");
    }

    @Test
    void refusesForeignContentTypes() {
        assertThat(
                        post(
                                        RECOMMEND,
                                        "{}".getBytes(StandardCharsets.UTF_8),
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .statusCode())
                .isEqualTo(415);
        assertThat(
                        post(
                                        RECOMMEND,
                                        "{}".getBytes(StandardCharsets.UTF_8),
                                        "Content-Type",
                                        "application/json; charset=utf-16")
                                .statusCode())
                .isEqualTo(415);
    }

    @Test
    void takesPlainTextFromBeaconsOnly() {
        byte[] event =
                """
                {"eventType":"click","visitorId":"v1","productDetails":[{"id":"p1"}]}\
                """
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(post("/v1/userEvents:write", event, "Content-Type", "text/plain").statusCode())
                .isEqualTo(200);
        byte[] command = "{}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = post(RECOMMEND, command, "Content-Type", "text/plain");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("expected application/json");
    }

    @Test
    void refusesAFieldThatIsGivenTwice() {
        HttpResponse<String> answer = server.post(RECOMMEND, "{\"pageSize\":1,\"pageSize\":2}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("JSON_INVALID").contains("pageSize");
    }

    @Test
    void saysWhereATextStandsForANumber() {
        assertThat(server.post(RECOMMEND, "{\"pageSize\":\"5\"}").body())
                .contains("expected a whole number from 1 to 100, found the text '5'");
    }

    @Test
    void refusesMoreThanAThousandEvents() {
        String events = "{\"eventType\":\"click\",\"visitorId\":\"v\"},".repeat(1001);
        HttpResponse<String> answer =
                server.post(
                        "/v1/userEvents:write",
                        "[" + events.substring(0, events.length() - 1) + "]");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("1000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/../openapi.json",
                "/console/%2e%2e/openapi.json",
                "/console/..%2fopenapi.json",
                "/console/%2e%2e%2fweb%2fopenapi.json",
                "/console//etc/passwd",
                "/console/.hidden.js",
                "/console/a%5c..%5cb.js",
                "/console/",
                "/console/dev/vitrine/server/http/Json.class"
            })
    void servesNothingOutsideTheConsole(String path) {
        String answer =
                server.raw(
                        "GET "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).doesNotContain("openapi\"").doesNotContain("root:");
        if (!path.equals("/console/")) {
            assertThat(answer).containsPattern("HTTP/1.1 40[04]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: +2",
                "Content-Length: -1",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: identity",
                "Content-Length : 2",
                "X-A: b\r\n folded: c",
                "Host: other"
            })
    void refusesAmbiguousFraming(String headers) {
        String answer =
                server.raw(
                        "POST "
                                + RECOMMEND
                                + " HTTP/1.1\r\nHost: localhost\r\n"
                                + headers
                                + "\r\n\r\n{}");
        assertThat(answer).containsPattern("^HTTP/1.1 (400|501) ");
    }

    @Test
    void boundsHeadersAndRequestLine() {
        String header = "X-A: " + "a".repeat(20 << 10) + "\r\n";
        assertThat(server.raw("GET / HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n"))
                .containsPattern("^HTTP/1.1 4\\d\\d ");
        assertThat(server.raw("GET /" + "a".repeat(20 << 10) + " HTTP/1.1\r\n\r\n"))
                .containsPattern("^HTTP/1.1 4\\d\\d ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff", "200000", "zz", "-1", "fffffffffffffffff"})
    void boundsChunks(String size) {
        String answer =
                server.raw(
                        "POST /v1/userEvents:import HTTP/1.1\r\nHost: localhost\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + size
                                + "\r\n"
                                + "x".repeat(100));
        assertThat(answer).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void showsNoStackTraces() {
        try (TestServer failing = TestServer.local()) {
            failing.shop.failure =
                    java.util.Optional.of(new IllegalStateException("secret /home/shop/key"));
            HttpResponse<String> answer = failing.post(RECOMMEND, "{}");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("INTERNAL")
                    .contains("requestId")
                    .doesNotContain("secret")
                    .doesNotContain("at dev.vitrine");
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
