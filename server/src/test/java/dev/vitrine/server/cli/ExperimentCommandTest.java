package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What of {@code vitrine experiment} needs no server. */
class ExperimentCommandTest {
    @TempDir private Path folder;

    @Test
    void saysHowManyVisitorsItTakes() {
        Ran ran =
                Ran.of(
                        "experiment",
                        "estimate",
                        "--baseline",
                        ".05",
                        "--effect",
                        ".1",
                        "--visitors-per-day",
                        "10000");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("62462 visitors", "6.2 days");
        assertThat(Ran.of("experiment", "estimate", "--baseline", "7").err())
                .contains("below 1, found 7");
    }

    @Test
    void saysWhatAnotherPolicyWouldHaveEarned() throws IOException {
        Path file =
                Files.write(
                        folder.resolve("log.csv"),
                        List.of(
                                "unit,reward,propensity,target,position",
                                "ann,1,0.5,1,1",
                                "ann,0,0.5,0,2",
                                "bob,1,0.25,0.25,1",
                                "cem,0,0.25,0.5,3"));
        Ran ran = Ran.of("experiment", "off-policy", file.toString(), "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode found = JsonMapper.shared().readTree(ran.out());
        assertThat(found.at("/estimates/LOGGED/value").asDouble()).isEqualTo(.5);
        assertThat(found.at("/estimates/IPS/value").asDouble()).isEqualTo((2.0 + 1) / 4);
        assertThat(found.at("/estimates/SNIPS/value").asDouble()).isCloseTo(3.0 / 5, within(1e-12));

        Ran plain = Ran.of("experiment", "off-policy", file.toString());
        assertThat(plain.out()).contains("snips").doesNotContain("doubly");
        assertThat(plain.err()).contains("too few decisions", "far from 1");
    }

    @Test
    void readsJsonLinesWithAModel() throws IOException {
        Path file =
                Files.write(
                        folder.resolve("log.jsonl"),
                        List.of(
                                "{\"reward\":1,\"propensity\":0.5,\"target\":1,\"predicted\":0.5,"
                                        + "\"expected\":0.6}",
                                "{\"reward\":0,\"propensity\":0.5,\"target\":0,\"predicted\":0.5,"
                                        + "\"expected\":0.4}"));
        Ran ran = Ran.of("experiment", "off-policy", file.toString(), "--json");
        JsonNode found = JsonMapper.shared().readTree(ran.out());
        assertThat(found.at("/estimates/DOUBLY_ROBUST/value").asDouble()).isEqualTo(1.0);
        assertThat(Ran.of("experiment", "off-policy", file.toString()).out())
                .contains("doubly-robust", "direct");
    }

    @Test
    void namesTheLineThatCannotBeUsed() throws IOException {
        Path file =
                Files.write(
                        folder.resolve("log.csv"),
                        List.of("reward,propensity,target", "1,0.5,1", "1,0,1"));
        Ran ran = Ran.of("experiment", "off-policy", file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("log.csv line 3", "says nothing of another policy");
        assertThat(Ran.of("experiment", "off-policy", folder.resolve("no").toString()).code())
                .isEqualTo(2);
    }
}
