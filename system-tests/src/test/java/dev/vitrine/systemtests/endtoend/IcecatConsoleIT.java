package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.vitrine.data.intake.ShopConfig;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.pipeline.Importer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console on the open Icecat catalogue with simulated shoppers; says so where that is not in
 * the folder that VITRINE_DATA names. {@code -Dvitrine.screenshots=DIR} keeps the pictures of the
 * docs.
 */
class IcecatConsoleIT extends InTheBrowser {
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
        importer.files(ShopConfig.read(example()), data);
        importer.behaviour();
    }

    /** Tests run in their module's folder or in the root. */
    private static Path example() {
        return Files.exists(EXAMPLE) ? EXAMPLE : Path.of("..").resolve(EXAMPLE);
    }

    @Test
    void everyPageShowsTheShop() {
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

        for (String name : List.of("overview", "data", "models")) {
            go("#/" + name);
            page().locator("main h1").waitFor();
            page().locator(".card").first().waitFor();
            picture(name);
        }
        assertNothingForeignAndNoComplaint();
    }

    private void picture(String name) {
        String folder = System.getProperty("vitrine.screenshots", "");
        if (!folder.isEmpty()) {
            page().waitForTimeout(400);
            page().screenshot(
                            new Page.ScreenshotOptions()
                                    .setPath(Path.of(folder).resolve("console-" + name + ".png")));
        }
    }
}
