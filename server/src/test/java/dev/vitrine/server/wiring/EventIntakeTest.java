package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted as caused by an answer: each thing that somebody did, once. */
class EventIntakeTest {
    private static final String SOME_TIME = "2023-11-14T22:13:20Z";

    private final AttributionTokens tokens =
            new AttributionTokens(new byte[AttributionTokens.SECRET_BYTES]);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final String token =
            tokens.write(new AttributionToken("r1", "trending", "", "fixed", 1));
    private Home home;
    private Shop shop;
    private EventIntake intake;

    @BeforeEach
    void open(@TempDir Path folder) {
        home = Home.open(folder.resolve("home"));
        shop = Shop.open(home, ShopSettings.defaults(), InstantSource.system(), Progress.NONE);
        intake =
                new EventIntake(
                        shop, tokens, (arm, purchase) -> {}, (who, what, why) -> {}, metrics);
    }

    @AfterEach
    void close() {
        shop.close();
        home.close();
    }

    private String click(String eventId, String time) {
        return """
        {"eventId":"%s","eventType":"click","visitorId":"v","eventTime":"%s",\
        "productDetails":[{"id":"p1"}],"attributionToken":"%s"}\
        """
                .formatted(eventId, time, token);
    }

    private static Event event(String json) {
        return EventJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private double clicks() {
        Counter counter =
                metrics.find("vitrine.attributed.events")
                        .tag("serving_config", "trending")
                        .tag("type", "click")
                        .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void countsAClickOnceHoweverOftenItIsSent() {
        Event once = event(click("c1", SOME_TIME));
        assertThat(intake.write(List.of(once, once))).isEmpty();
        assertThat(intake.write(List.of(once))).isEmpty();

        assertThat(clicks()).isEqualTo(1);
    }

    @Test
    void countsNothingThatWasRefused() {
        Event old = event(click("c1", "1960-01-01T00:00:00Z"));
        assertThat(intake.write(List.of(old, event(click("c2", SOME_TIME))))).hasSize(1);

        assertThat(clicks()).isEqualTo(1);
    }

    @Test
    void countsWhatAnImportBringsUnlessItWasWrittenBefore() {
        intake.write(List.of(event(click("c1", SOME_TIME))));
        String lines = click("c1", SOME_TIME) + "\n" + click("c2", SOME_TIME) + "\n";
        intake.importStream(
                "vitrine", new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));

        assertThat(clicks()).isEqualTo(2);
    }
}
