package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ResultFileTest {
    @Test
    void keepsTheCommitThatTheRunBeganWith() {
        JsonNode result =
                JsonMapper.shared()
                        .readTree(
                                ResultFile.json(
                                        "start",
                                        "vitrine benchmark start",
                                        "1a2b3c4",
                                        Instant.EPOCH,
                                        61.5,
                                        new Figures().put("upDemoSeconds", 20.123456)));
        assertThat(result.get("commit").asString()).isEqualTo("1a2b3c4");
        assertThat(result.get("date").asString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(result.get("figures").get("upDemoSeconds").asDouble()).isEqualTo(20.123);
    }
}
