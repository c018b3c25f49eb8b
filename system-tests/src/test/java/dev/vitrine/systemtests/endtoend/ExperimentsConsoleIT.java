package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.vitrine.benchmarks.crash.CrashDriver;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Experiments on the console: what has been shown, what is not to be believed, and the stop. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExperimentsConsoleIT extends InTheBrowser {
    private static final String ARMS =
            "\"arms\":[{\"name\":\"usual\"},{\"name\":\"trending\",\"recipe\":\"trending\"}]}";
    private static final String PICTURES = System.getProperty("vitrine.screenshots", "");

    private final HttpClient client = own(HttpClient.newHttpClient());
    private final SplittableRandom random = new SplittableRandom(3);

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path shop = CrashDriver.smallShop(folder.resolve("shop"));
        open(
                folder,
                vitrine ->
                        new Importer(vitrine.shop(), Progress.NONE)
                                .files(Mapping.read(shop.resolve("shop.yaml"), shop)));
        begin("trending-home", "0.5", "\"description\":\"What everybody buys, first\",");
        begin("broken-page", "0.3", "");
        begin("lists", "0.2", "\"kind\":\"interleaving\",");
        ask("POST", "/v1/experiments", plan("next-week", "1", ""));
        for (int i = 0; i < 3_000; i++) {
            visit("shopper-" + i);
        }
    }

    private static String plan(String id, String traffic, String more) {
        return "{\"id\":\""
                + id
                + "\",\"servingConfigs\":[\"recommended-for-you\"],\"traffic\":"
                + traffic
                + ",\"plannedVisitors\":1000,"
                + more
                + ARMS;
    }

    private void begin(String id, String traffic, String more)
            throws IOException, InterruptedException {
        ask("POST", "/v1/experiments", plan(id, traffic, more));
        ask("POST", "/v1/experiments/" + id + ":start", "");
    }

    private JsonNode ask(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri().resolve(path))
                                .header("content-type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JsonMapper.shared().readTree(answer.body());
    }

    /** Products that are trending are clicked more; the broken page tells nothing of them. */
    private void visit(String visitor) throws IOException, InterruptedException {
        JsonNode answer =
                ask(
                        "POST",
                        "/v1/servingConfigs/recommended-for-you:recommend",
                        "{\"visitorId\":\"" + visitor + "\"}");
        String token = answer.get("attributionToken").asString();
        String step = answer.get("servedBy").asString();
        boolean broken =
                new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1)
                        .contains("broken-page");
        if (broken && step.equals("trending") && random.nextInt(2) == 0) {
            return;
        }
        List<String> events = new ArrayList<>();
        int place = random.nextInt(3);
        String item = answer.at("/results/" + place + "/id").asString();
        String rest =
                ",\"visitorId\":\""
                        + visitor
                        + "\",\"eventTime\":"
                        + System.currentTimeMillis()
                        + ",\"attributionToken\":\""
                        + token
                        + "\"";
        events.add(
                "{\"eventType\":\"impression\""
                        + rest
                        + ",\"impressions\":[{\"id\":\""
                        + item
                        + "\"}]}");
        if (random.nextDouble() < (step.equals("trending") ? .3 : .15)) {
            events.add(
                    "{\"eventType\":\"click\""
                            + rest
                            + ",\"productDetails\":[{\"id\":\""
                            + item
                            + "\"}]}");
        }
        if (random.nextDouble() < .08) {
            events.add(
                    "{\"eventType\":\"purchase-complete\""
                            + rest
                            + ",\"value\":30,\"currency\":\"EUR\",\"productDetails\":[{\"id\":\""
                            + item
                            + "\"}]}");
        }
        ask("POST", "/v1/userEvents:write", "[" + String.join(",", events) + "]");
    }

    /** For people to look at, where {@code -Dvitrine.screenshots=DIR} names a folder. */
    private void picture(String name) {
        if (!PICTURES.isEmpty()) {
            page().screenshot(
                            new Page.ScreenshotOptions()
                                    .setPath(Path.of(PICTURES, name + ".png"))
                                    .setFullPage(true));
        }
    }

    @Test
    @Order(1)
    void theListSaysWhatEachHasShown() {
        go("#/experiments");
        page().getByText("higher with trending than with usual").waitFor();
        assertThat(page().locator("tbody tr").count()).isEqualTo(4);
        assertThat(page().getByText("mismatch", new Page.GetByTextOptions().setExact(true)).count())
                .isEqualTo(1);
        picture("experiments");
    }

    @Test
    @Order(2)
    void oneShowsItsIntervalsAndWhatIsStillNeeded() {
        go("#/experiments/trending-home");
        page().locator(".forest circle").first().waitFor();
        assertThat(page().locator(".forest circle").count()).isPositive();
        assertThat(page().getByText("clicked is higher with trending").count()).isPositive();
        assertThat(page().locator("[role=alert]").count()).isZero();
        picture("experiment");
    }

    @Test
    @Order(3)
    void lostEventsAreSaidLoudly() {
        go("#/experiments/broken-page");
        Locator alert = page().locator("[role=alert]");
        alert.waitFor();
        assertThat(alert.textContent())
                .contains("No figure below is to be believed", "storefront told of an impression");
        picture("experiment-mismatch");
    }

    @Test
    @Order(4)
    void interleavedListsSayWhatIsPreferred() {
        go("#/experiments/lists");
        page().getByText("Whose products are clicked").waitFor();
        assertThat(page().locator(".forest circle").count()).isEqualTo(1);
        picture("experiment-lists");
    }

    @Test
    @Order(5)
    void stoppingIsAskedForTwiceAndStartingADraftToo() {
        go("#/experiments/trending-home");
        page().getByText("Stop", new Page.GetByTextOptions().setExact(true)).click();
        page().getByText("cannot be started anew").waitFor();
        page().getByText("Cancel").click();
        page().getByText("Stop", new Page.GetByTextOptions().setExact(true)).click();
        picture("experiment-stop");
        page().getByText("Stop it").click();
        page().getByText("stopped on the console").waitFor();
        assertThat(page().getByText("clicked is higher with trending").count()).isPositive();
        go("#/experiments/next-week");
        page().getByText("A draft: it answers nobody yet.").waitFor();
        page().getByText("Delete", new Page.GetByTextOptions().setExact(true)).click();
        page().getByText("Delete it").click();
        go("#/experiments");
        page().getByText("Drafts, and those that have stopped").waitFor();
        page().waitForCondition(() -> page().getByText("next-week").count() == 0);
        assertNothingForeignAndNoComplaint();
    }
}
