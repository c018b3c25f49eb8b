package dev.vitrine.data.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.event.EventStoreSettings;
import dev.vitrine.data.event.LoggedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a writing process at random points; everything it said was kept must be there. */
@Timeout(120)
class KilledProcessTest {
    private static final int KILLS = Integer.getInteger("vitrine.kills", 5);
    private static final long SEED = Long.getLong("vitrine.seed", 1);

    @TempDir Path home;

    @Test
    void everythingAcknowledgedIsThereAfterKills() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> said = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int before = said.size();
            run("life" + kill, random.nextInt(1, 400), said);
            assertThat(said.size()).isGreaterThan(before);
            check(said);
        }
        assertThat(said).anyMatch(line -> line.startsWith("events"));
        assertThat(said).anyMatch(line -> line.startsWith("product"));
    }

    /** Lets the process write until it said so many lines, then kills it without warning. */
    private void run(String life, int lines, List<String> said)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Appender.class.getName(),
                                home.toString(),
                                life)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            StringBuilder line = new StringBuilder();
            int c;
            while ((c = out.read()) >= 0) {
                if (c != '\n') {
                    line.append((char) c);
                    continue;
                }
                // A line without its end is left out: the process was killed while it spoke.
                said.add(line.toString());
                line.setLength(0);
                if (++seen == lines) {
                    // By its handle, which leaves what it said readable.
                    process.toHandle().destroyForcibly();
                }
            }
            process.waitFor();
        }
        assertThat(process.exitValue()).isEqualTo(137);
    }

    private void check(List<String> said) {
        try (EventStore store =
                        EventStore.open(home, EventStoreSettings.DEFAULTS, InstantSource.system());
                Catalog catalog = Catalog.open(home.resolve("catalog"))) {
            List<LoggedEvent> events = new ArrayList<>();
            try (EventCursor cursor = store.read(0)) {
                while (cursor.next()) {
                    assertThat(cursor.event().offset()).isEqualTo(events.size());
                    events.add(cursor.event());
                }
            }
            for (String line : said) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "open" -> {}
                    case "events" -> checkEvents(words, events, store);
                    case "product" -> {
                        Product product = catalog.get(words[2]).orElseThrow();
                        assertThat(catalog.numberOf(words[2]))
                                .isEqualTo(Integer.parseInt(words[1]));
                        assertThat(product.price()).isEqualTo(Double.parseDouble(words[3]));
                    }
                    default -> throw new AssertionError("the process said: " + line);
                }
            }
            for (LoggedEvent event : events) {
                assertThat(event.visitor()).isPositive();
            }
        }
    }

    private static void checkEvents(String[] words, List<LoggedEvent> events, EventStore store) {
        int first = Integer.parseInt(words[1]);
        int count = Integer.parseInt(words[2]);
        long visitor = Long.parseLong(words[3]);
        assertThat(store.people().findVisitor(words[4])).hasValue(visitor);
        for (int i = 0; i < count; i++) {
            LoggedEvent event = events.get(first + i);
            assertThat(event.visitor()).isEqualTo(visitor);
            assertThat(event.products().getFirst().price()).isEqualTo(i);
            assertThat(event.products().getFirst().id())
                    .isEqualTo(words[4].replace("visitor-", "item-"));
        }
    }
}
