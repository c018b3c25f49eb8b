package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.data.DataError;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.http.DataPort;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataViewsTest {
    private static final String EVENT =
            "{\"eventType\":\"search\",\"visitorId\":\"v\",\"searchQuery\":\"x\",\"eventTime\":\"TIME\"}";

    @TempDir private Path folder;

    @Test
    void whatImportsAndRequestsRefusedIsCountedByItsRule() throws IOException {
        String good = EVENT.replace("TIME", "2026-03-01T10:00:00Z");
        String impossible = EVENT.replace("TIME", "1971-03-01T10:00:00Z");
        String nobody = good.replace("\"visitorId\":\"v\",", "");
        Files.writeString(folder.resolve("e.jsonl"), good + "\n" + impossible + "\n" + nobody);
        Path yaml = folder.resolve("shop.yaml");
        Files.writeString(yaml, "events: [{files: [e.jsonl]}]");
        InstantSource clock = InstantSource.system();
        try (Home home = Home.open(folder.resolve("home"));
                Shop shop = Shop.open(home, ShopSettings.defaults(), clock, Progress.NONE);
                ReleaseStore releases = ReleaseStore.open(home.registry(), clock);
                Jobs jobs = new Jobs(clock)) {
            new Importer(shop, Progress.NONE).files(Mapping.read(yaml, folder));
            AttributionTokens tokens =
                    new AttributionTokens(new byte[AttributionTokens.SECRET_BYTES]);
            EventIntake intake =
                    new EventIntake(
                            shop,
                            tokens,
                            (arm, purchase) -> {},
                            (who, what, why) -> {},
                            new SimpleMeterRegistry());
            DataViews views = new DataViews(shop, releases, jobs, intake::refused);
            assertThat(counts(views)).isEqualTo(Map.of("impossible-time", 1L, "missing-field", 1L));
            intake.write(List.of(EventJson.read(impossible.getBytes(StandardCharsets.UTF_8))));
            intake.unread(new VitrineException(DataError.EVENT_INVALID, "no event"));
            String stream = good + "\nno event\n" + impossible + "\n" + nobody;
            byte[] body = stream.getBytes(StandardCharsets.UTF_8);
            intake.importStream("vitrine", new ByteArrayInputStream(body));
            assertThat(counts(views))
                    .isEqualTo(Map.of("impossible-time", 3L, "missing-field", 2L, "malformed", 2L));
            assertThat(views.cleaning().read()).isEqualTo(7);
        }
    }

    private static Map<String, Long> counts(DataViews views) {
        Map<String, Long> counts = new TreeMap<>();
        for (DataPort.RuleCount rule : views.cleaning().rules()) {
            if (rule.count() > 0) {
                counts.put(rule.rule(), rule.count());
            }
        }
        return counts;
    }
}
