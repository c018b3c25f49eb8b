package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console on the open Icecat catalogue with simulated shoppers; says so where that is not in
 * the folder that VITRINE_DATA names. {@code -Dvitrine.screenshots=DIR} keeps the pictures of the
 * docs, with six minutes of traffic before them.
 */
class IcecatConsoleIT extends InTheBrowser {
    private static final String PICTURES = System.getProperty("vitrine.screenshots", "");
    private static final int SHOPPERS = 12;
    private static final List<String> QUERIES =
            List.of("wireless mouse", "laser printer", "notebook bag", "hdmi cable");
    private static final Path EXAMPLE = Path.of("examples/icecat-shop/shop.yaml");

    @BeforeAll
    void start(@TempDir Path folder) {
        Path data =
                Path.of(System.getenv().getOrDefault("VITRINE_DATA", "data"))
                        .resolve("icecat-shop");
        assumeTrue(
                Files.isDirectory(data),
                "the Icecat catalogue is not here; name the folder of the data sets by VITRINE_DATA");
        open(folder, vitrine -> fill(vitrine, data));
    }

    private static void fill(Vitrine vitrine, Path data) {
        Importer importer = new Importer(vitrine.shop(), Progress.NONE);
        importer.files(Mapping.read(example(), data));
        importer.behaviour();
    }

    /** Tests run in their module's folder or in the root. */
    private static Path example() {
        return Files.exists(EXAMPLE) ? EXAMPLE : Path.of("..").resolve(EXAMPLE);
    }

    @Test
    void everyPageShowsTheShop() throws InterruptedException {
        go("#/shop");
        Locator card = page().locator("[data-shelf=trending] .product").first();
        card.waitFor();
        picture("shop");

        page().locator("input[type=search]").fill("wireless mouse");
        page().locator("input[type=search]").press("Enter");
        page().locator(".results .product").first().waitFor();
        page().locator("[data-facet=brand] label").first().waitFor();
        assertThat(
                        page().locator(".results .product")
                                .first()
                                .innerText()
                                .toLowerCase(java.util.Locale.ROOT))
                .contains("wireless");
        picture("search");

        page().locator(".results .product").first().click();
        page().locator(".detail h1").waitFor();
        page().locator("[data-shelf=similar-items] .product").first().waitFor();
        picture("product");

        shoppersCome(PICTURES.isEmpty() ? Duration.ofSeconds(2) : Duration.ofMinutes(6));
        for (String name : List.of("overview", "data", "models")) {
            go("#/" + name);
            page().locator("main h1").waitFor();
            page().locator(".card").first().waitFor();
            picture(name);
        }
        assertNothingForeignAndNoComplaint();
    }

    /** Some shoppers browse and search, each with pauses, so that there is traffic to show. */
    private void shoppersCome(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> visits = new ArrayList<>();
            for (int k = 0; k < SHOPPERS; k++) {
                int shopper = k;
                visits.add(() -> visit(client, shopper, end));
            }
            assertThat(shoppers.invokeAll(visits)).allMatch(answers -> answers.resultNow() > 0);
        }
    }

    private int visit(HttpClient client, int shopper, long end)
            throws IOException, InterruptedException {
        Random random = new Random(shopper);
        int answers = 0;
        while (System.nanoTime() < end) {
            boolean searches = random.nextInt(3) == 0;
            String config =
                    searches
                            ? "search:search"
                            : List.of("recommended-for-you:recommend", "trending:recommend")
                                    .get(random.nextInt(2));
            String query = searches ? "\"query\":\"" + QUERIES.get(random.nextInt(4)) + "\"," : "";
            HttpRequest request =
                    HttpRequest.newBuilder(uri().resolve("/v1/servingConfigs/" + config))
                            .header("Content-Type", "application/json")
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            "{"
                                                    + query
                                                    + "\"visitorId\":\"guest-"
                                                    + shopper
                                                    + "\"}"))
                            .build();
            answers +=
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200
                            ? 1
                            : 0;
            Thread.sleep(random.nextInt(1_000));
        }
        return answers;
    }

    private void picture(String name) {
        if (!PICTURES.isEmpty()) {
            page().waitForTimeout(400);
            page().screenshot(
                            new Page.ScreenshotOptions()
                                    .setPath(
                                            Path.of(PICTURES).resolve("console-" + name + ".png")));
        }
    }
}
