package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.vitrine.benchmarks.story.HarmfulReleases;
import dev.vitrine.benchmarks.story.Operator;
import dev.vitrine.benchmarks.story.Sabotage;
import dev.vitrine.benchmarks.story.SameAgain;
import dev.vitrine.benchmarks.story.Shoppers;
import dev.vitrine.benchmarks.story.StoryShop;
import dev.vitrine.benchmarks.story.Visit;
import dev.vitrine.deployment.rollout.Assignment;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Releases rolled out while simulated shoppers visit, seen on the console: a good one becomes live
 * by itself, each that does harm is taken back with the reason shown. What is tolerated of latency
 * is coarse, so that a machine that is busy with other things fails no good release.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutStoryIT extends InTheBrowser {
    private static final double CANARY = .4;
    private static final double PER_SECOND = 150;
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Path PICTURES = Path.of("target", "pictures");

    private final StoryShop shop = new StoryShop(7, 600, 1_500, 30_000, Instant.now());
    private final HarmfulReleases harmful = new HarmfulReleases(shop.products());
    private Optional<Vitrine> vitrine = Optional.empty();
    private Optional<Shoppers> shoppers = Optional.empty();
    private Optional<Operator> operator = Optional.empty();

    @BeforeAll
    void start(@TempDir Path folder) {
        open(
                folder,
                ServerSettings.defaults(),
                harmful,
                server -> {
                    shop.fill(server.shop());
                    vitrine = Optional.of(server);
                });
        SameAgain.of(home(), vitrine.orElseThrow().live().id().orElseThrow());
        operator = Optional.of(own(new Operator(uri())));
        shoppers =
                Optional.of(own(new Shoppers(uri(), shop, PER_SECOND, 7, InstantSource.system())));
    }

    private Operator operator() {
        return operator.orElseThrow();
    }

    /** A canary that nothing passes before it was to show all harm, or a short one and a ramp. */
    private static String plan(String release, boolean ramp) {
        String stage =
                "{\"kind\":\"%s\",\"percent\":40,\"minRequests\":"
                        + (ramp ? 500 : 4_000)
                        + ",\"minTime\":\"PT4S\",\"maxTime\":\"PT5M\"}";
        return "{\"release\":\""
                + release
                + "\",\"stages\":["
                + stage.formatted("CANARY")
                + (ramp ? "," + stage.formatted("RAMP") : "")
                + "],\"judge\":{\"falseAlarms\":0.02,\"groups\":[\"loggedIn\"],"
                + "\"latency\":1,\"latencyExclude\":3,\"latencyMillis\":20}}";
    }

    private Locator text(String words) {
        return page().getByText(words, new Page.GetByTextOptions().setExact(false)).first();
    }

    private void await(String words) {
        text(words).waitFor(new Locator.WaitForOptions().setTimeout(LONGEST.toMillis()));
    }

    /** The first row of a table that has these words. */
    private String row(String words) {
        return page().locator("tr", new Page.LocatorOptions().setHasText(words))
                .first()
                .textContent();
    }

    /** Waits until the page says that a rollout has come to a state. */
    private void shown(String rollout, String state) {
        page().locator("[data-rollout=" + rollout + "][data-state=" + state + "]")
                .waitFor(new Locator.WaitForOptions().setTimeout(LONGEST.toMillis()));
    }

    private void picture(String name) {
        page().screenshot(
                        new Page.ScreenshotOptions()
                                .setPath(PICTURES.resolve(name + ".png"))
                                .setFullPage(true));
    }

    /** Whoever the candidate was not to answer noticed nothing. */
    private void assertOthersNoticedNothing(String rollout, String candidate) {
        List<Visit> others =
                shoppers.orElseThrow().take().stream()
                        .filter(visit -> Assignment.place(rollout, visit.key()) >= CANARY)
                        .toList();
        assertThat(others).hasSizeGreaterThan(200);
        assertThat(others).noneMatch(Visit::failed).noneMatch(Visit::empty);
        assertThat(others).noneMatch(visit -> visit.release().equals(candidate));
    }

    @Test
    @Order(1)
    void aGoodReleaseBecomesLiveByItselfAndOneClickTakesItBack()
            throws IOException, InterruptedException {
        String before = operator().live();
        String candidate = operator().other();
        harmful.spoil(candidate, Sabotage.NONE, 1);
        go("#/rollouts");
        await("None yet");
        String rollout = operator().begin(plan(candidate, true));
        await("In motion");
        shown(rollout, "canary");
        page().locator("[data-signal=latency] svg.chart").waitFor();
        picture("rollout-canary");
        shown(rollout, "ramp");
        await("Live, the way back open");
        picture("rollout-live");
        assertThat(operator().live()).isEqualTo(candidate);
        assertThat(shoppers.orElseThrow().take()).noneMatch(Visit::failed).noneMatch(Visit::empty);

        page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Roll back")).click();
        Locator dialog = page().locator("dialog");
        assertThat(dialog.textContent()).contains(before);
        dialog.locator("button.main").click();
        shown(rollout, "rolled-back");
        assertThat(operator().live()).isEqualTo(before);
        assertThat(shoppers.orElseThrow().take()).noneMatch(Visit::failed).noneMatch(Visit::empty);
    }

    @ParameterizedTest
    @Order(2)
    @CsvSource({
        "SLOW, 'The median answer takes [0-9.]+ ms'",
        "SHUFFLED, 'Clicks: [0-9.]+ % of [0-9]+ requests'",
        "FAILING, 'Errors: [0-9.]+ % of [0-9]+ requests'",
        "EMPTY_FOR_GROUP, '(?i)empty answers.*: [0-9.]+ % of [0-9]+ requests'",
    })
    void oneThatDoesHarmIsTakenBackWithTheReasonShown(Sabotage sabotage, String reason)
            throws IOException, InterruptedException {
        String before = operator().live();
        String candidate = operator().other();
        harmful.spoil(candidate, sabotage, 1);
        go("#/rollouts");
        shoppers.orElseThrow().take();
        String rollout = operator().begin(plan(candidate, false));
        shown(rollout, "rolled-back");
        picture("rollout-" + sabotage.wire());
        assertThat(page().locator("[role=status].reason").textContent())
                .containsPattern(Pattern.compile(reason));
        if (sabotage == Sabotage.EMPTY_FOR_GROUP) {
            assertThat(row("empty answers of a user group: " + Sabotage.GROUP))
                    .contains("100.00 %");
        }
        assertThat(operator().live()).isEqualTo(before);
        Operator.Standing end = operator().look(rollout);
        assertThat(end.stage()).isEqualTo("canary");
        assertOthersNoticedNothing(rollout, candidate);
    }

    @Test
    @Order(3)
    void theAuditSaysWhyAndNothingComplains() {
        go("#/audit");
        text("rollout.rolling-back").waitFor();
        assertThat(
                        page().locator(
                                        "tr",
                                        new Page.LocatorOptions()
                                                .setHasText("rollout.rolling-back"))
                                .first()
                                .textContent())
                .contains("empty answers");
        assertNothingForeignAndNoComplaint();
    }
}
