package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.shop.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A shop that doubles its prices after a release, on the console's page of quality. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QualityConsoleIT extends InTheBrowser {
    private static final double RELEASE = .85;
    private static final int BATCH = 2_000;

    private final List<Event> events = new ArrayList<>();
    private final AtomicReference<Vitrine> vitrine = new AtomicReference<>();

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        SimulatedShop simulated =
                new SimulatedShop(
                        21,
                        SimulationSettings.of(
                                        400,
                                        2_000,
                                        40_000,
                                        Instant.now().truncatedTo(ChronoUnit.HOURS))
                                .with(Duration.ofDays(60)));
        simulated.events().forEachRemaining(events::add);
        Path settings = folder.resolve("server.yaml");
        Files.writeString(settings, "watch: {atLeastEvents: 1000000}");
        open(
                folder,
                ServerSettings.read(settings),
                started -> {
                    vitrine.set(started);
                    started.shop().upsert(simulated.products());
                    write(0, (int) (RELEASE * events.size()), event -> event);
                });
    }

    private void write(int from, int to, UnaryOperator<Event> change) {
        Shop shop = Objects.requireNonNull(vitrine.get()).shop();
        for (int i = from; i < to; i += BATCH) {
            shop.append(events.subList(i, Math.min(to, i + BATCH)).stream().map(change).toList());
        }
    }

    private static Event dearer(Event event) {
        return new Event(
                event.eventId(),
                event.type(),
                event.visitorId(),
                event.userId(),
                event.sessionId(),
                event.time(),
                event.products().stream()
                        .map(p -> new ProductDetail(p.id(), p.quantity(), 2 * p.price()))
                        .toList(),
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                event.attributes());
    }

    private JsonNode get(String path) {
        Object text =
                page().evaluate(
                                "path => fetch(path).then(answer => answer.text())",
                                uri().resolve(path).toString());
        return JsonMapper.shared().readTree(String.valueOf(text));
    }

    @Test
    @Order(1)
    void nothingIsSaidBeforeSomethingHappened() {
        go("#/quality");
        page().locator("text=Nothing was evaluated yet.").waitFor();
        page().locator("button:has-text('Evaluate now')").click();
        page().locator("text=no event came after the data of the live release").waitFor();
    }

    @Test
    @Order(2)
    void whatChangedAfterTheReleaseIsNamed() {
        write((int) (RELEASE * events.size()), events.size(), QualityConsoleIT::dearer);
        page().locator("button:has-text('Evaluate now')").click();
        Locator price = page().locator("[data-feature=price] .pill.down");
        price.waitFor(new Locator.WaitForOptions().setTimeout(120_000));

        assertThat(page().locator("[data-feature=eventType] .pill.down").count()).isZero();
        assertThat(get("/v1/alerts").toString()).contains("drift-strong", "prices");
        assertThat(get("/v1/audit?pageSize=20").toString()).contains("quality");
        assertThat(get("/v1/quality/evaluations").at("/items/0/questions").asInt())
                .isGreaterThan(50);
        assertThat(get("/v1/quality/evaluations/9").at("/error/code").asString())
                .isEqualTo("EVALUATION_NOT_FOUND");
        assertThat(get("/v1/quality/evaluations/..%2Fx").at("/error/code").asString())
                .isEqualTo("EVALUATION_NOT_FOUND");
    }

    @Test
    @Order(3)
    void whatWentWrongIsLookedThrough() {
        Locator cases = page().locator("#cases");
        cases.locator("button:has-text('Next')").click();
        cases.locator("text=2 of").waitFor();
        Locator taken = cases.locator("table a").first();
        String product = taken.textContent();

        assertThat(product).isNotBlank();
        assertThat(cases.locator("ol a").count()).isPositive();
        taken.click();
        page().locator(".detail h1").waitFor();
        assertThat(page().locator(".detail h1").textContent()).contains(product);
    }
}
