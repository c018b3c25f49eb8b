package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.vitrine.benchmarks.crash.CrashDriver;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that wants keys: the console asks for one, and pages of the shop, on an origin of their
 * own, bring the storefront snippet.
 */
class BehindKeysIT extends InTheBrowser {
    private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\"([^\"]+)\"");

    private final Map<Role, String> keys = new EnumMap<>(Role.class);
    private final ShopPages pages = own(ShopPages.start());
    private final HttpClient client = own(HttpClient.newHttpClient());

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        SecureRandom random = new SecureRandom();
        StringBuilder yaml = new StringBuilder("access:\n  keys:\n");
        for (Role role : Role.values()) {
            keys.put(role, ApiKeys.newSecret(role, random));
            yaml.append(
                    """
                        - name: our-%1$s
                          role: %1$s
                          hash: %2$s
                          origins: ["%3$s"]
                    """
                            .formatted(role.wire(), ApiKeys.hash(key(role)), pages.origin()));
        }
        Path file = Files.writeString(folder.resolve("server.yaml"), yaml);
        Path shop = CrashDriver.smallShop(folder.resolve("shop"));
        open(
                folder,
                ServerSettings.read(file),
                vitrine ->
                        new Importer(vitrine.shop(), Progress.NONE)
                                .files(Mapping.read(shop.resolve("shop.yaml"), shop)));
        pages.include(uri(), key(Role.STOREFRONT));
    }

    private String key(Role role) {
        return keys.getOrDefault(role, "");
    }

    private void signIn(String key) {
        Locator field = page().getByLabel("Key");
        field.fill(key);
        field.press("Enter");
    }

    @Test
    void theConsoleIsThereForWhoSignsIn() {
        go("#/overview");
        signIn("vt_admin_guessed");
        page().getByText("This key is not known.").waitFor();
        signIn(key(Role.STOREFRONT));
        page().getByText("Role storefront may not do this; it needs operator.").waitFor();
        assertThat(page().locator("nav").isVisible()).isFalse();

        signIn(key(Role.OPERATOR));
        page().locator(".card .figure").first().waitFor();
        page().getByText("our-operator, operator").waitFor();
        go("#/shop");
        page().locator("[data-shelf=trending] .product").first().waitFor();
        go("#/models");
        page().getByText("None was live before it.").waitFor();
        assertThat(page().getByText("Roll back").isDisabled()).isTrue();
        go("#/shop");
        page().reload();
        page().locator("[data-shelf=trending] .product").first().waitFor();
        assertThat(page().evaluate("localStorage.length + document.cookie.length"))
                .as("the visitor alone outlives the tab")
                .isEqualTo(1);

        page().getByText("Sign out").click();
        page().getByLabel("Key").waitFor();
        assertThat(page().locator(".product").count()).isZero();
        assertThat(page().evaluate("sessionStorage.length")).isEqualTo(0);
    }

    /** A shopper on a device of their own. */
    private Page visit(String path) {
        Page page = page().context().browser().newPage();
        page.setDefaultTimeout(20_000);
        page.clock().install();
        page.navigate(pages.origin() + path);
        page.locator("[data-vitrine-id]").first().waitFor();
        return page;
    }

    private static String visitor(Page page) {
        return (String) page.evaluate("vitrine.visitorId()");
    }

    /** What Vitrine knows of a visitor; empty when nothing. */
    private String known(String visitor) {
        HttpRequest request =
                HttpRequest.newBuilder(uri().resolve("/v1/users/" + visitor + ":export"))
                        .header("Authorization", "Bearer " + key(Role.ADMIN))
                        .build();
        try {
            HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(reply.statusCode()).isIn(200, 404);
            return reply.statusCode() == 200 ? reply.body() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks at the four products, clicks the first, and lets time pass until that is known. */
    private List<String> clickAndWait(Page page) {
        String visitor = visitor(page);
        page.locator("[data-vitrine-id]").first().click();
        page.waitForCondition(() -> {
            page.clock().fastForward(500);
            String events = known(visitor);
            return events.contains("\"eventType\":\"click\"")
                    && events.split("\"eventType\":\"impression\"", -1).length == 5;
        });
        return known(visitor).lines().toList();
    }

    @Test
    void whatAShopperSeesAndClicksArrivesOnce() {
        Page page = visit("/granted");
        String first = page.locator("[data-vitrine-id]").first().getAttribute("data-vitrine-id");
        List<String> events = clickAndWait(page);
        assertThat(events)
                .hasSize(5)
                .allMatch(event -> event.contains("\"consent\":\"granted\""))
                .allMatch(event -> event.contains("\"placement\":\"front\""))
                .allMatch(event -> event.contains("\"attributionToken\":"))
                .anyMatch(event -> event.contains("\"productDetails\":[{\"id\":\"" + first));
        page.close();
    }

    @Test
    void whoDeclinesSendsNothingAndIsNotKept() {
        Page page = visit("/denied");
        List<String> sent = new CopyOnWriteArrayList<>();
        page.onRequest(request -> sent.add(request.url()));
        String visitor = visitor(page);
        page.locator("[data-vitrine-id]").first().click();
        page.clock().fastForward(5_000);
        page.evaluate("vitrine.flush()");
        assertThat(page.evaluate("localStorage.length")).isEqualTo(0);
        page.navigate("about:blank");
        assertThat(sent).noneMatch(url -> url.contains("userEvents"));
        assertThat(known(visitor)).isEmpty();
        page.close();
    }

    @Test
    void whatIsRefusedTwiceArrivesOnce() {
        Page page = visit("/overloaded");
        List<String> events = clickAndWait(page);
        String click = id(pages.received().getFirst());
        assertThat(pages.received().subList(0, 3)).allMatch(batch -> id(batch).equals(click));
        assertThat(events).hasSize(5);
        assertThat(events.stream().map(BehindKeysIT::id).distinct()).hasSize(5).contains(click);
        page.close();
    }

    /** The first id of an event in a text. */
    private static String id(String event) {
        Matcher found = EVENT_ID.matcher(event);
        assertThat(found.find()).as(event).isTrue();
        return found.group(1);
    }
}
