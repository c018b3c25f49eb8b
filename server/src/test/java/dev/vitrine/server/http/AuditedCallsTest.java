package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Which calls are kept, and what the caller learns when one cannot be. */
class AuditedCallsTest {
    @Test
    void changesAreKeptWithTheirOutcomeAndQuestionsAreNot() {
        try (TestServer server = TestServer.local()) {
            server.get("/v1/releases");
            server.post("/v1/releases/r1:promote", "");
            server.post("/v1/releases/nothing:else", "");
            assertThat(server.shop.audit.lines)
                    .containsExactly("local | POST /v1/releases/{id}:promote | r1 | 200");
        }
    }

    @Test
    void theIdsOfPeopleAreNotKept() {
        try (TestServer server = TestServer.local()) {
            server.send(server.request("/v1/users/ada%40example.org").DELETE().build());
            assertThat(server.shop.audit.lines)
                    .singleElement()
                    .asString()
                    .startsWith("local | DELETE /v1/users/{id} |  | ");
        }
    }

    @Test
    void aCallThatCannotBeKeptSaysSo() {
        try (TestServer server = TestServer.local()) {
            server.shop.audit.full = true;
            HttpResponse<String> answer = server.post("/v1/releases/r1:promote", "");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("AUDIT_UNAVAILABLE").contains("answered with 200");
        }
    }

    @Test
    void theLogIsShownAndChecked() {
        try (TestServer server = TestServer.local()) {
            assertThat(server.get("/v1/audit?action=release&pageSize=5").body())
                    .contains("\"action\":\"release.live\"")
                    .contains("\"evidence\":{\"reason\":\"x\"}");
            assertThat(server.get("/v1/audit:verify").body()).contains("\"holds\":true");
        }
    }
}
