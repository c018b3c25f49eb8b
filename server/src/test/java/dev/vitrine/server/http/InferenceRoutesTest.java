package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol as its clients speak it. */
class InferenceRoutesTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.local();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void describesServerAndModel() {
        assertThat(server.get("/v2").body()).contains("binary_tensor_data");
        assertThat(server.get("/v2/health/live").statusCode()).isEqualTo(200);
        String model = server.get("/v2/models/echo").body();
        assertThat(model)
                .contains("\"versions\":[\"3\"]")
                .contains("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}");
        assertThat(server.get("/v2/models/echo/versions/3/ready").statusCode()).isEqualTo(200);
        assertThat(server.post("/v2/repository/index", "{}").body())
                .contains("\"state\":\"READY\"");
        assertThat(server.post("/v2/repository/models/echo/load", "{}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void nobodyIsAskedToLoadAgainWhatDoesNotFit() {
        HttpResponse<String> answer = server.post("/v2/repository/models/large/load", "{}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"error\":\"it does not fit\"}");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void tellsHowAModelIsSetUpAndWhatItCost() {
        assertThat(server.get("/v2/models/echo/config").body())
                .contains("\"max_batch_size\":0")
                .contains("{\"name\":\"x\",\"data_type\":\"TYPE_FP32\",\"dims\":[-1,2]}");
        String all = server.get("/v2/models/stats").body();
        assertThat(all)
                .startsWith("{\"model_stats\":[{\"name\":\"echo\",\"version\":\"3\"")
                .contains("\"inference_count\":5,\"execution_count\":4")
                .contains("\"success\":{\"count\":5,\"ns\":10000}")
                .contains("{\"batch_size\":2,\"compute_input\":{\"count\":1,\"ns\":150}");
        assertThat(all)
                .contains("\"cache_hit\":{\"count\":7,\"ns\":700}", "\"cache_miss\":{\"count\":4");
        assertThat(server.get("/v2/models/echo/versions/3/stats").body()).isEqualTo(all);
        assertThat(server.get("/v2/models/nobody/stats").statusCode()).isEqualTo(404);
        assertThat(server.get("/v2").body()).contains("statistics", "model_configuration");
    }

    @Test
    void runsAModelOnJson() {
        HttpResponse<String> answer =
                server.post(
                        "/v2/models/echo/infer",
                        """
                        {"id":"a","inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[[1,2]]}]}
                        """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"model_name\":\"echo\",\"model_version\":\"3\",\"id\":\"a\",\"outputs\":"
                                + "[{\"name\":\"same-x\",\"datatype\":\"FP32\",\"shape\":[1,2],"
                                + "\"data\":[1.0,2.0]}]}");
    }

    @Test
    void runsAModelOnBytes() throws Exception {
        byte[] head =
                """
                {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32",
                "parameters":{"binary_data_size":8}}],"parameters":{"binary_data_output":true}}\
                """
                        .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(.5f)
                        .putFloat(7f)
                        .array());
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + server.server.port()
                                                            + "/v2/models/echo/versions/3/infer"))
                                    .header("Content-Type", "application/octet-stream")
                                    .header(
                                            "Inference-Header-Content-Length",
                                            Integer.toString(head.length))
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    body.toByteArray()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            int json =
                    Integer.parseInt(
                            answer.headers()
                                    .firstValue("Inference-Header-Content-Length")
                                    .orElseThrow());
            ByteBuffer raw =
                    ByteBuffer.wrap(answer.body(), json, answer.body().length - json)
                            .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(raw.getFloat()).isEqualTo(.5f);
            assertThat(raw.getFloat()).isEqualTo(7f);
            assertThat(new String(answer.body(), 0, json, StandardCharsets.UTF_8))
                    .contains("\"binary_data_size\":8");
        }
    }

    @Test
    void errorsAreTextAsItsClientsExpect() {
        HttpResponse<String> unknown = server.get("/v2/models/nobody");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("{\"error\":\"there is no model 'nobody'\"}");
        HttpResponse<String> broken = server.post("/v2/models/echo/infer", "{\"inputs\":");
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(broken.body()).startsWith("{\"error\":\"not JSON at byte");
        HttpResponse<String> large = server.post("/v2/models/echo/infer", "x".repeat(600_000));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).startsWith("{\"error\":\"the body is larger");
        HttpResponse<String> upload =
                server.post(
                        "/v2/repository/models/echo/load",
                        "{\"parameters\":{\"file:1/model.onnx\":\"AAAA\"}}");
        assertThat(upload.statusCode()).isEqualTo(400);
        assertThat(upload.body()).contains("vitrine model import");
    }

    @Test
    void listsThoseThatAnswerWhereOnlyTheyAreAskedFor() {
        String index = "/v2/repository/index";
        String[] all = {"", "{}", "{\"ready\":false}", "{\"other\":{\"a\":[1]}}"};
        for (String body : all) {
            assertThat(server.post(index, body).body()).contains("\"READY\"", "\"UNAVAILABLE\"");
        }
        assertThat(server.post(index, "{\"ready\":true}").body())
                .contains("\"READY\"")
                .doesNotContain("UNAVAILABLE");
        assertThat(server.post(index, "{\"ready\":1}").statusCode()).isEqualTo(400);
    }

    @Test
    void whatWouldGiveSomethingElseThanWasAskedForIsRefused() {
        String input = "{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\"";
        String shared =
                "\"parameters\":{\"shared_memory_byte_size\":8,\"shared_memory_region\":\"r\"}";
        String infer = "/v2/models/echo/infer";
        refused(infer, "{\"inputs\":[" + input + "," + shared + "}]}", "shared memory");
        String data = "{\"inputs\":[" + input + ",\"data\":[1,2]}],";
        data += "\"outputs\":[{\"name\":\"same-x\",";
        refused(infer, data + shared + "}]}", "shared memory");
        refused(
                infer,
                data + "\"parameters\":{\"classification\":2}}]}",
                "'classification' is not done here");
        String load = "/v2/repository/models/echo/load";
        refused(load, "{\"parameters\":{\"config\":\"{}\"}}", "vitrine model import");
        refused(load, "{\"parameters\":{\"\\u0066ile:1/m\":\"AA==\"}}", "vitrine model import");
        assertThat(server.post(load, "").statusCode()).isEqualTo(200);
        assertThat(server.post(load, "{\"parameters\":{\"a\":{\"config\":1}}}").statusCode())
                .isEqualTo(200);
    }

    private static void refused(String path, String body, String why) {
        HttpResponse<String> answer = server.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":").contains(why);
    }

    private static String echo(String parameters) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}],"
                + "\"parameters\":{"
                + parameters
                + "}}";
    }

    @Test
    void saysWhichStepOfTheLadderAnswered() {
        HttpResponse<String> answer = server.post("/v2/models/echo/infer", echo("\"priority\":9"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("{\"model_name\":\"smaller\",\"model_version\":\"7\",")
                .contains("\"parameters\":{\"served_by\":\"smaller\"}");
        assertThat(answer.headers().firstValue("X-Served-By")).contains("smaller");
    }

    @Test
    void operatorsHaveRequestsRecorded() {
        String path = "/v2/repository/models/echo/record";
        assertThat(server.post(path + "?requests=100", "").body())
                .isEqualTo("{\"file\":\"recordings/echo-100\"}");
        assertThat(server.post(path + "?requests=1001", "").statusCode()).isEqualTo(400);
        assertThat(server.post(path, "").statusCode()).isEqualTo(400);
        assertThat(server.post(path.replace("echo", "nobody") + "?requests=1", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatCannotBeInTimeIsToldToComeAgain() {
        HttpResponse<String> answer =
                server.post("/v2/models/echo/infer", echo("\"timeout\":9000"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).isEqualTo("{\"error\":\"'echo' could not answer in time\"}");
    }
}
