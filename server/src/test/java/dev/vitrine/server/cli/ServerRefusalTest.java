package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import org.junit.jupiter.api.Test;

/** What commands make of answers that refuse something, whoever gave them. */
class ServerRefusalTest {
    private static VitrineException of(int status, String body) {
        return ServerRefusal.of("the server did not start r2", status, body);
    }

    @Test
    void theServersOwnMessageAndCodeAreTold() {
        VitrineException told =
                of(
                        409,
                        "{\"error\":{\"code\":\"ROLLOUT_CONFLICT\",\"message\":\"rollout r1 is"
                                + " CANARY; end it first\",\"field\":\"stages\",\"requestId\":\"7\"}}");
        assertThat(told)
                .hasMessage(
                        "the server did not start r2: rollout r1 is CANARY; end it first (stages)");
        assertThat(told.code().name()).isEqualTo("ROLLOUT_CONFLICT");
        assertThat(told.code().category()).isEqualTo(Category.CONFLICT);
        assertThat(of(404, "{\"error\":\"no model adder\"}"))
                .as("as paths of models answer")
                .hasMessage("the server did not start r2: no model adder");
    }

    @Test
    void whatIsNoErrorOfOursIsToldByItsStatus() {
        for (String body :
                new String[] {"", "<html>bad gateway</html>", "[]", "{\"error\":7}", "{", "null"}) {
            VitrineException told = of(502, body);
            assertThat(told).hasMessage(("the server did not start r2: 502 " + body).strip());
            assertThat(told.code().name()).isEqualTo("HTTP_502");
            assertThat(told.code().category()).isEqualTo(Category.OUTSIDE);
        }
    }

    @Test
    void nothingThatAServerSaysSteersTheTerminalOrFillsIt() {
        VitrineException told =
                of(
                        400,
                        "{\"error\":{\"code\":\"red\\u001b[31m\",\"message\":\"a\\nb\\u001b[31m\\u202e"
                                + "x".repeat(100_000)
                                + "\"}}");
        assertThat(told.code().name()).isEqualTo("HTTP_400");
        assertThat(told.getMessage())
                .startsWith("the server did not start r2: a b [31m xxx")
                .endsWith("x…")
                .hasSizeLessThan(2_100);
        assertThat(of(500, "y".repeat(100_000)).getMessage()).hasSizeLessThan(400);
        assertThat(of(500, "[".repeat(100_000)).getMessage()).hasSizeLessThan(400);
    }
}
