package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** TensorFlow Serving's REST interface as its clients speak it. */
class PredictRoutesTest {
    private static final TestServer SERVER = TestServer.local();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static String predict(String path, String body) {
        HttpResponse<String> answer = SERVER.post("/v1/models/" + path + ":predict", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void refused(String body, int status, String why) {
        HttpResponse<String> answer = SERVER.post("/v1/models/echo:predict", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":\"").contains(why);
    }

    @Test
    void rowsAreAnsweredByRows() {
        String rows = "{\"predictions\":[[1.0,2.0],[3.5,-4.0]]}";
        assertThat(predict("echo", "{\"instances\":[[1,2],[3.5,-4]]}")).isEqualTo(rows);
        assertThat(predict("echo/versions/3", "{\"instances\":[{\"x\":[1,2]},{\"x\":[3.5,-4]}]}"))
                .isEqualTo(rows);
        assertThat(
                        predict(
                                "echo/labels/stable",
                                "{\"instances\":[[1,2],[3.5,-4]],\"signature_name\":"
                                        + "\"serving_default\"}"))
                .isEqualTo(rows);
    }

    @Test
    void columnsAreAnsweredByColumns() {
        assertThat(predict("echo", "{\"inputs\":[[1,2]]}")).isEqualTo("{\"outputs\":[[1.0,2.0]]}");
        assertThat(predict("echo", "{\"signature_name\":\"\",\"inputs\":{\"x\":[[1,2]]}}"))
                .isEqualTo("{\"outputs\":[[1.0,2.0]]}");
    }

    @Test
    void saysWhichStepOfTheLadderAnswered() {
        HttpResponse<String> answer = SERVER.post("/v1/models/echo:predict", rows(9));
        assertThat(answer.headers().firstValue("X-Served-By")).contains("smaller");
        answer = SERVER.post("/v1/models/echo:predict", rows(8));
        assertThat(answer.headers().firstValue("X-Served-By")).isEmpty();
    }

    @Test
    void whoHasNoKeyHasNoNameToBeCountedUnder() {
        SERVER.shop.models.clients.clear();
        predict("echo", rows(1));
        SERVER.post("/v2/models/echo/infer", FakeInference.REQUEST);
        assertThat(SERVER.shop.models.clients).containsExactly("", "");
    }

    private static String rows(int count) {
        return "{\"instances\":[" + "[1,2],".repeat(count - 1) + "[1,2]]}";
    }

    @Test
    void statesAndMetadataAreTold() {
        String states = SERVER.get("/v1/models/echo").body();
        assertThat(states)
                .isEqualTo(
                        "{\"model_version_status\":[{\"version\":\"3\",\"state\":\"AVAILABLE\","
                                + "\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}]}");
        assertThat(SERVER.get("/v1/models/echo/versions/3").body()).isEqualTo(states);
        assertThat(SERVER.get("/v1/models/echo/labels/stable").body()).isEqualTo(states);
        assertThat(SERVER.get("/v1/models/echo/metadata").body())
                .startsWith("{\"model_spec\":{\"name\":\"echo\",\"signature_name\":\"\",")
                .contains("\"serving_default\":{\"inputs\":{\"x\":{\"dtype\":\"DT_FLOAT\"")
                .contains("{\"size\":\"-1\",\"name\":\"rows\"},{\"size\":\"2\",\"name\":\"\"}")
                .contains("\"method_name\":\"tensorflow/serving/predict\"");
        assertThat(SERVER.get("/v1/models/echo/versions/4").statusCode()).isEqualTo(404);
        assertThat(SERVER.get("/v1/models/echo/labels/canary").statusCode()).isEqualTo(404);
        assertThat(SERVER.get("/v1/models/nobody").body())
                .isEqualTo("{\"error\":\"there is no model 'nobody'\"}");
    }

    @Test
    void whatCouldNotBeLoadedIsToldWithTheReason() {
        assertThat(SERVER.get("/v1/models/broken").body())
                .contains("\"state\":\"END\"")
                .contains("{\"error_code\":\"UNKNOWN\",\"error_message\":\"it is no model\"}");
        assertThat(SERVER.get("/v1/models/resting").body())
                .contains("\"state\":\"END\"")
                .contains("{\"error_code\":\"OK\",\"error_message\":\"unloaded\"}");
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() {
        refused("{\"instances\":[[1,2],[3]]}", 400, "not rectangular");
        refused("{\"instances\":[[1,\"a\"]]}", 400, "element 1 is no FP32: a");
        refused("{\"instances\":[{\"y\":[1,2]}]}", 400, "there is no input 'y'");
        refused("{\"instances\":[{\"x\":[1,2],\"x\":[1,2]}]}", 400, "twice input 'x'");
        refused("{\"instances\":[{}]}", 400, "instance 0 has the inputs [] of [x]");
        refused("{\"instances\":[]}", 400, "'instances' is empty");
        refused("{\"instances\":[[1,2]],\"inputs\":[[1,2]]}", 400, "one of 'instances'");
        refused("{}", 400, "one of 'instances'");
        refused("{\"signature_name\":\"other\",\"inputs\":[]}", 400, "'serving_default'");
        refused("{\"inputs\":" + "[".repeat(20) + "]".repeat(20) + "}", 400, "deeper than 8");
        refused("{\"inputs\":[[1,2]", 400, "not JSON at byte");
        refused("{\"inputs\":[[1,2]]} 7", 400, "after the end");
    }
}
