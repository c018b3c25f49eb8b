package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.audit.AuditLog;
import dev.vitrine.registry.audit.AuditSettings;
import dev.vitrine.server.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code vitrine audit}, from what a training and a caller left in the log. */
class AuditCommandTest {
    @TempDir private Path folder;

    private Path home(int entries) {
        Path home = folder.resolve("home");
        Map<String, String> figures = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            figures.put("test.figure" + i, "0." + i);
        }
        figures.put("previous", "r1");
        figures.put("reason", "a\nb\u001b[31m" + "x".repeat(500));
        try (Home opened = Home.open(home);
                AuditLog log =
                        AuditLog.open(
                                opened.audit(), AuditSettings.DEFAULT, InstantSource.system())) {
            for (int i = 0; i < entries; i++) {
                log.append("training", "release.live", "r2", figures);
            }
        }
        return home;
    }

    @Test
    void anEntryIsALineForPeopleAndWholeInJson() {
        String home = home(1).toString();
        Ran shown = Ran.of("audit", "list", "--home", home);
        assertThat(shown.out())
                .hasLineCount(1)
                .contains("previous=r1", "reason=a b [31mxxx", ", and 48 more (--json)")
                .hasSizeLessThan(400);
        Ran whole = Ran.of("audit", "list", "--json", "--home", home);
        assertThat(whole.out()).hasLineCount(1);
        JsonNode entry = JsonMapper.shared().readTree(whole.out());
        assertThat(entry.get("evidence").size()).isEqualTo(52);
        assertThat(entry.get("sequence").asLong()).isEqualTo(1);
        assertThat(entry.get("hash").asString()).hasSize(64);
    }

    @Test
    void aRemovedBeginningIsFound() throws IOException {
        Path home = home(5);
        assertThat(Ran.of("audit", "verify", "--home", home.toString()).code()).isZero();
        try (Stream<Path> files = Files.list(home.resolve("audit"))) {
            Path file =
                    files.filter(f -> f.toString().endsWith(".jsonl")).findFirst().orElseThrow();
            Files.write(file, Files.readAllLines(file).subList(2, 5));
        }
        Ran found = Ran.of("audit", "verify", "--home", home.toString());
        assertThat(found.code()).isEqualTo(1);
        assertThat(found.out()).contains("kept     3 to 5", "holds    no");
        assertThat(found.err()).contains("entries 1 to 2 are missing");
    }
}
