package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.rollout.Interposed;
import dev.vitrine.server.shop.ShopSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** A whole server with a shop, and its console in a real Chromium. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InTheBrowser {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private final List<String> foreign = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable Page shown;
    private URI uri = URI.create("");
    private @Nullable Home home;

    /** Brings products and behaviour into a shop that has none. */
    interface Filling {
        void fill(Vitrine vitrine);
    }

    /** Starts all with a server as it is without a configuration. */
    void open(Path folder, Filling filling) {
        open(folder, ServerSettings.defaults(), filling);
    }

    /** Starts all with releases as they are. */
    void open(Path folder, ServerSettings settings, Filling filling) {
        open(folder, settings, Interposed.NOTHING, filling);
    }

    /** Starts all; says so where there is no Chromium. */
    void open(Path folder, ServerSettings settings, Interposed between, Filling filling) {
        assumeTrue(
                Files.isExecutable(CHROMIUM),
                "there is no " + CHROMIUM + ": install Debian's package chromium to run this test");
        Home made = own(Home.open(folder.resolve("home")));
        home = made;
        Vitrine vitrine =
                own(
                        Vitrine.start(
                                made,
                                ShopSettings.defaults(),
                                settings.at(0),
                                InstantSource.system(),
                                Progress.NONE,
                                between));
        filling.fill(vitrine);
        vitrine.train();
        uri = vitrine.uri();
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
        Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1280, 960));
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
        shown = page;
    }

    /** Keeps what is closed at the end, before what was made earlier. */
    <T extends AutoCloseable> T own(T part) {
        open.add(part);
        return part;
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    Page page() {
        Page page = shown;
        if (page == null) {
            throw new IllegalStateException("open() comes first");
        }
        return page;
    }

    /** The server's home directory. */
    Home home() {
        Home made = home;
        if (made == null) {
            throw new IllegalStateException("open() comes first");
        }
        return made;
    }

    /** Where the server is. */
    URI uri() {
        return uri;
    }

    /** Goes to a page of the console, such as {@code #/shop}. */
    void go(String where) {
        page().navigate(uri + "/console/" + where);
    }

    void assertNothingForeignAndNoComplaint() {
        assertThat(foreign).isEmpty();
        assertThat(complaints).isEmpty();
    }
}
