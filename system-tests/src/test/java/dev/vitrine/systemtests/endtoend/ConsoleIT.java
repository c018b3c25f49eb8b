package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.pipeline.Importer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console on the demonstration shop. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT extends InTheBrowser {
    @BeforeAll
    void start(@TempDir Path folder) {
        open(folder, vitrine -> new Importer(vitrine.shop(), Progress.NONE).demo());
    }

    @Test
    @Order(1)
    void lookingAtAProductChangesTheShelves() {
        go("#/shop");
        Locator card = page().locator("[data-shelf=trending] .product").first();
        card.waitFor();
        String id = card.getAttribute("data-id");
        card.click();
        page().locator(".detail h1").waitFor();
        page().locator("[data-shelf=similar-items] .product").first().waitFor();
        go("#/shop");
        Locator viewed = page().locator("[data-shelf=recently-viewed] .product").first();
        viewed.waitFor();

        assertThat(viewed.getAttribute("data-id")).isEqualTo(id);
    }

    @Test
    @Order(2)
    void searchCompletesFiltersAndCounts() {
        go("#/shop");
        Locator box = page().locator("input[type=search]");
        box.fill("day cr");
        page().locator(".hints button").first().waitFor();
        box.fill("day cream");
        box.press("Enter");
        page().locator(".results .product").first().waitFor();
        Locator facet = page().locator("[data-facet=brand] label").first();
        facet.waitFor();
        int before = page().locator(".results .product").count();
        facet.locator("input").check();
        page().waitForCondition(() -> page().locator(".results .product").count() < before);

        assertThat(page().locator(".results .product").count()).isBetween(1, before - 1);
    }

    @Test
    @Order(3)
    void pagesShowDataModelsAndWhatGoesOn() {
        for (String name : List.of("overview", "data", "models")) {
            go("#/" + name);
            page().locator("main h1").waitFor();
            page().locator(".card").first().waitFor();
        }

        assertThat(page().locator(".meter").count()).isPositive();
        assertThat(page().locator("text=popularity").count()).isPositive();
    }

    @Test
    @Order(4)
    void nothingComesFromElsewhereAndNothingComplains() {
        assertThat(
                        page().evaluate(
                                        "document.fonts.ready.then(all =>"
                                                + " [...all].map(f => f.family + ' ' + f.status))"))
                .as("the typeface comes with the product")
                .isEqualTo(List.of("Inter loaded"));
        assertNothingForeignAndNoComplaint();
    }

    @Test
    @Order(5)
    void whatTheReadmeShowsIsAnswered() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (ReadmeCalls.Call call : ReadmeCalls.read(Instant.now())) {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(uri().resolve(call.path()))
                                        .header("content-type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(call.body()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

                assertThat(answer.statusCode()).as(call.body()).isEqualTo(200);
                JsonNode json = JsonMapper.shared().readTree(answer.body());
                boolean useful =
                        json.path("accepted").asInt(0) == 1 || json.path("results").size() > 0;
                assertThat(useful).as(call.body() + " -> " + answer.body()).isTrue();
            }
        }
    }
}
