package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.shop.ShopSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console in a real Chromium on the demonstration shop. Says so where there is no Chromium.
 * {@code -Dvitrine.screenshots=DIR} keeps pictures.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private final List<String> foreign = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Page page;
    private String base = "";

    @BeforeAll
    void start(@TempDir Path folder) {
        assumeTrue(
                Files.isExecutable(CHROMIUM),
                "there is no " + CHROMIUM + ": install Debian's package chromium to run this test");
        Home home = own(Home.open(folder.resolve("home")));
        Vitrine vitrine =
                own(
                        Vitrine.start(
                                home,
                                ShopSettings.defaults(),
                                ServerSettings.defaults().at(0),
                                InstantSource.system(),
                                Progress.NONE));
        new Importer(vitrine.shop(), Progress.NONE).demo();
        vitrine.train();
        base = vitrine.uri() + "/console/";
        Playwright playwright =
                own(
                        Playwright.create(
                                new Playwright.CreateOptions()
                                        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
        Browser browser =
                own(
                        playwright
                                .chromium()
                                .launch(
                                        new BrowserType.LaunchOptions()
                                                .setExecutablePath(CHROMIUM)
                                                .setArgs(
                                                        List.of(
                                                                "--no-sandbox",
                                                                "--disable-gpu",
                                                                "--disable-background-networking",
                                                                "--disable-component-update",
                                                                "--disable-sync"))));
        page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 960));
        page.setDefaultTimeout(20_000);
        String host = vitrine.uri().getHost();
        page.onRequest(request -> {
            String to = URI.create(request.url()).getHost();
            if (to != null && !to.equals(host)) {
                foreign.add(request.url());
            }
        });
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    private <T extends AutoCloseable> T own(T part) {
        open.add(part);
        return part;
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    @Test
    @Order(1)
    void lookingAtAProductChangesTheShelves() {
        page.navigate(base + "#/shop");
        Locator card = page.locator("[data-shelf=trending] .product").first();
        card.waitFor();
        String id = card.getAttribute("data-id");
        picture("shop");
        card.click();
        page.locator(".detail h1").waitFor();
        page.locator("[data-shelf=similar-items] .product").first().waitFor();
        picture("product");
        page.navigate(base + "#/shop");
        Locator viewed = page.locator("[data-shelf=recently-viewed] .product").first();
        viewed.waitFor();

        assertThat(viewed.getAttribute("data-id")).isEqualTo(id);
    }

    @Test
    @Order(2)
    void searchCompletesFiltersAndCounts() {
        page.navigate(base + "#/shop");
        Locator box = page.locator("input[type=search]");
        box.fill("day cr");
        page.locator(".hints button").first().waitFor();
        box.fill("day cream");
        box.press("Enter");
        page.locator(".results .product").first().waitFor();
        Locator facet = page.locator("[data-facet=brand] label").first();
        facet.waitFor();
        int before = page.locator(".results .product").count();
        picture("search");
        facet.locator("input").check();
        page.waitForCondition(() -> page.locator(".results .product").count() < before);

        assertThat(page.locator(".results .product").count()).isBetween(1, before - 1);
    }

    @Test
    @Order(3)
    void pagesShowDataModelsAndWhatGoesOn() {
        for (String name : List.of("overview", "data", "models")) {
            page.navigate(base + "#/" + name);
            page.locator("main h1").waitFor();
            page.locator(".card").first().waitFor();
            picture(name);
        }

        assertThat(page.locator(".meter").count()).isPositive();
        assertThat(page.locator("text=popularity").count()).isPositive();
    }

    @Test
    @Order(4)
    void nothingComesFromElsewhereAndNothingComplains() {
        assertThat(foreign).isEmpty();
        assertThat(complaints).isEmpty();
    }

    private void picture(String name) {
        String folder = System.getProperty("vitrine.screenshots", "");
        if (!folder.isEmpty()) {
            page.waitForTimeout(400);
            page.screenshot(
                    new Page.ScreenshotOptions()
                            .setPath(Path.of(folder).resolve("console-" + name + ".png")));
        }
    }
}
