package dev.vitrine.server.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.deployment.experiment.Comparison;
import dev.vitrine.deployment.experiment.TeamDraft;
import dev.vitrine.deployment.experiment.Verdict;
import dev.vitrine.server.audit.KeptTrail;
import dev.vitrine.server.wiring.ExperimentViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments whose truth is known, from their start over a kill to their end. */
class ExperimentsTest {
    private static final String SHELF = "recommended-for-you";
    private static final long START = 1_780_000_000_000L;

    @TempDir private Path folder;
    private final KeptTrail audit = new KeptTrail();
    private final Loaded releases = new Loaded();
    private final SplittableRandom random = new SplittableRandom(11);
    private final List<Experiments> opened = new ArrayList<>();
    private long now = START;
    private Experiments experiments;

    /** Releases that are loaded by a word. */
    private static final class Loaded implements Experiments.Releases {
        private final Set<String> pinned = new HashSet<>();
        private Optional<String> rollout = Optional.empty();
        private long switches;

        @Override
        public void pin(String release, String who) {
            pinned.add(release);
        }

        @Override
        public void unpin(String release) {
            pinned.remove(release);
        }

        @Override
        public boolean isOpen(String release) {
            return pinned.contains(release);
        }

        @Override
        public Optional<String> rolloutInMotion() {
            return rollout;
        }

        @Override
        public long switchesSince(long millis) {
            return switches;
        }
    }

    @BeforeEach
    void begin() {
        experiments = open(1_000_000);
    }

    @AfterEach
    void close() {
        opened.forEach(Experiments::close);
    }

    private Experiments open(int capacity) {
        Experiments fresh =
                new Experiments(
                        folder,
                        releases,
                        (visitor, user) -> Shopper.UNKNOWN,
                        audit,
                        () -> Instant.ofEpochMilli(now),
                        random,
                        capacity);
        fresh.open();
        opened.add(fresh);
        return fresh;
    }

    private void start(String id, String more) {
        experiments.create(
                ExperimentPlan.parse(
                        "{id: " + id + ", servingConfigs: [" + SHELF + "], " + more + "}", "plan"),
                "ada");
        experiments.start(id, "ada");
    }

    private Part part(String visitor) {
        return experiments.part(visitor, "", SHELF).orElseThrow();
    }

    private LoggedEvent event(EventType type, String product, double value) {
        return new LoggedEvent(
                0,
                1,
                0,
                type,
                now,
                now,
                "",
                "",
                List.of(new ProductDetail(product, 1, Double.NaN)),
                "",
                "",
                List.of(),
                "",
                value,
                "",
                "",
                Map.of());
    }

    private Optional<AttributionToken> token(Part part, String policy) {
        return Optional.of(new AttributionToken("r1", SHELF, part.marked(""), policy, now));
    }

    private void clicks(String visitor, Part part) {
        experiments.happened(
                visitor, event(EventType.CLICK, "p", Double.NaN), token(part, part.policy()));
    }

    private void sees(String visitor, Part part) {
        experiments.happened(
                visitor, event(EventType.IMPRESSION, "p", Double.NaN), token(part, part.policy()));
    }

    private void buys(String visitor, double value) {
        experiments.happened(
                visitor, event(EventType.PURCHASE_COMPLETE, "p", value), Optional.empty());
    }

    /** Visitors come, click by the rate of their arm, and buy at one that is the same for all. */
    private void traffic(int from, int to, Map<String, Double> rates) {
        for (int i = from; i < to; i++) {
            String visitor = "visitor-" + i;
            Part part = part(visitor);
            part.answered();
            if (random.nextDouble() < rates.getOrDefault(part.arm().name(), 0.0)) {
                clicks(visitor, part);
            }
            if (random.nextDouble() < .05) {
                buys(visitor, 10 + random.nextDouble() * 40);
            }
        }
    }

    private Findings findings(String id) {
        return experiments.get(id).findings().orElseThrow();
    }

    private Comparison of(String id, Metric metric) {
        return findings(id).metrics().stream()
                .filter(measured -> measured.metric() == metric)
                .findFirst()
                .orElseThrow()
                .analysis()
                .comparisons()
                .getFirst();
    }

    @Test
    void aDifferenceThatIsThereIsFoundAndOneThatIsNotIsNot() {
        start("ab", "arms: [{name: control}, {name: mixed, diversity: .8}]");
        traffic(0, 20_000, Map.of("control", .10, "mixed", .13));

        Comparison clicked = of("ab", Metric.CLICKED);
        assertThat(clicked.verdict()).isEqualTo(Verdict.HIGHER);
        assertThat(clicked.difference().valid().contains(.03)).isTrue();
        assertThat(of("ab", Metric.BOUGHT).verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(of("ab", Metric.REVENUE).verdict()).isEqualTo(Verdict.NOT_SHOWN);
        Findings found = findings("ab");
        assertThat(found.verdict()).isEqualTo(Verdict.HIGHER);
        assertThat(found.words()).contains("higher with mixed than with control");
        assertThat(found.visitors().mismatch()).isFalse();
        assertThat(found.warnings()).isEmpty();
        assertThat(found.needed()).isPositive();
    }

    @Test
    void twiceTheSameIsNotToldApartHoweverOftenSomebodyLooks() {
        start("aa", "arms: [{name: one}, {name: other}], plannedVisitors: 10000");
        Set<Verdict> seen = new HashSet<>();
        for (int look = 0; look < 40; look++) {
            traffic(look * 500, (look + 1) * 500, Map.of("one", .1, "other", .1));
            seen.add(findings("aa").verdict());
        }
        assertThat(seen).containsExactly(Verdict.NOT_SHOWN);
    }

    @Test
    void aVisitorStaysInTheirArmThroughALogInAndARestart() {
        start("ab", "arms: [{name: a, share: 3}, {name: b}], traffic: .5");
        Map<String, String> before = new HashMap<>();
        int out = 0;
        for (int i = 0; i < 4_000; i++) {
            String visitor = "visitor-" + i;
            Optional<Part> part = experiments.part(visitor, "", SHELF);
            out += part.isEmpty() ? 1 : 0;
            part.ifPresent(p -> before.put(visitor, p.arm().name()));
            assertThat(experiments.part(visitor, "user", SHELF).map(p -> p.arm().name()))
                    .isEqualTo(part.map(p -> p.arm().name()));
        }
        assertThat(out).isBetween(1_850, 2_150);
        assertThat(before.values().stream().filter("a"::equals).count())
                .isBetween(before.size() * 71L / 100, before.size() * 79L / 100);
        assertThat(experiments.part("visitor-1", "", "trending")).isEmpty();
        assertThat(experiments.part("", "user", SHELF)).isEmpty();

        traffic(before, 500);
        Findings counted = findings("ab");
        // The process before was killed: nothing of it was closed.
        experiments = open(1_000_000);
        before.forEach((visitor, arm) -> assertThat(part(visitor).arm().name()).isEqualTo(arm));
        assertThat(findings("ab")).isEqualTo(counted);
    }

    private void traffic(Map<String, String> visitors, int most) {
        visitors.keySet().stream()
                .limit(most)
                .forEach(visitor -> {
                    Part part = part(visitor);
                    part.answered();
                    clicks(visitor, part);
                });
    }

    @Test
    void lostImpressionsOfOneArmAreNoticedAndNothingIsBelieved() {
        start("lossy", "arms: [{name: control}, {name: broken, diversity: 1}]");
        for (int i = 0; i < 6_000; i++) {
            String visitor = "visitor-" + i;
            Part part = part(visitor);
            part.answered();
            boolean lost = part.arm().name().equals("broken") && random.nextInt(10) < 3;
            if (!lost) {
                sees(visitor, part);
                if (random.nextDouble() < .1) {
                    clicks(visitor, part);
                }
            }
        }
        Findings found = findings("lossy");
        assertThat(found.visitors().mismatch()).as("all were answered").isFalse();
        assertThat(found.heard().orElseThrow().mismatch()).isTrue();
        assertThat(found.verdict()).isEqualTo(Verdict.MISMATCH);
        assertThat(found.words()).startsWith("do not believe any figure");
        assertThat(found.warnings().getFirst()).contains("storefront", "broken has");
        assertThat(found.metrics())
                .allMatch(m -> m.analysis().comparisons().getFirst().verdict() == Verdict.MISMATCH);
    }

    @Test
    void anArmWhoseAnswersFailLosesVisitorsAndThatIsNoticedToo() {
        start("failing", "arms: [{name: control}, {name: failing, diversity: 1}]");
        for (int i = 0; i < 15_000; i++) {
            Part part = part("visitor-" + i);
            if (part.arm().name().equals("control") || random.nextInt(10) > 0) {
                part.answered();
            }
        }
        assertThat(findings("failing").visitors().mismatch()).isTrue();
        assertThat(findings("failing").verdict()).isEqualTo(Verdict.MISMATCH);
    }

    @Test
    void whatSomebodyDidBeforeTheyWereAnsweredDoesNotCount() {
        start("ab", "arms: [{name: a}, {name: b}]");
        buys("early", 10);
        Part part = part("early");
        now += 3_600_000;
        part("early").answered();
        LoggedEvent late = event(EventType.PURCHASE_COMPLETE, "p", 5);
        now -= 3_600_000;
        buys("early", 7);
        experiments.happened("early", late, Optional.empty());
        double revenue =
                findings("ab").metrics().stream()
                        .filter(m -> m.metric() == Metric.REVENUE)
                        .flatMap(m -> m.analysis().arms().stream())
                        .filter(value -> value.arm().name().equals(part.arm().name()))
                        .findFirst()
                        .orElseThrow()
                        .value();
        assertThat(revenue).isEqualTo(5);
    }

    @Test
    void experimentsShareVisitorsWithoutAnybodyInTwo() {
        start("first", "arms: [{name: a}, {name: b}], traffic: .6");
        assertThatThrownBy(() -> start("second", "arms: [{name: a}, {name: b}], traffic: .5"))
                .hasMessageContaining("40.0 % in a row");
        assertThat(experiments.get("second").state()).isEqualTo("draft");
        start("third", "arms: [{name: a}, {name: b}], traffic: .4");
        int first = 0;
        for (int i = 0; i < 2_000; i++) {
            Part part = part("visitor-" + i);
            first += part.marked("").contains("/first/") ? 1 : 0;
        }
        assertThat(first).isBetween(1_100, 1_300);
        experiments.stop("first", "ada", "enough");
        experiments.start("second", "ada");
    }

    @Test
    void aStoppedOneKeepsItsResultsAndAnswersNobody() {
        start("ab", "arms: [{name: control}, {name: mixed, diversity: .8}]");
        traffic(0, 5_000, Map.of("control", .1, "mixed", .2));
        Findings last = findings("ab");
        Part late = part("visitor-1");
        experiments.stop("ab", "ada", "seen enough");
        late.answered();
        clicks("visitor-1", late);
        assertThat(experiments.part("visitor-1", "", SHELF)).isEmpty();
        experiments = open(1_000_000);
        assertThat(findings("ab")).isEqualTo(last);
        assertThat(experiments.get("ab").reason()).isEqualTo("seen enough");
        assertThatThrownBy(() -> experiments.start("ab", "ada")).hasMessageContaining("another id");
        experiments.delete("ab", "ada");
        assertThatThrownBy(() -> experiments.get("ab")).hasMessageContaining("no experiment 'ab'");
        assertThat(folder.resolve("ab")).doesNotExist();
        assertThat(audit.lines)
                .anyMatch(line -> line.startsWith("ada | experiment.created | ab"))
                .anyMatch(line -> line.startsWith("ada | experiment.started | ab"))
                .anyMatch(line -> line.startsWith("ada | experiment.stopped | ab"))
                .anyMatch(line -> line.startsWith("ada | experiment.deleted | ab"));
    }

    @Test
    void releasesAreLoadedForAsLongAsAnArmNamesThemAndContendWithRollouts() {
        releases.rollout = Optional.of("rollout r7 (canary)");
        String plan = "arms: [{name: old, release: r1}, {name: new, release: r2}]";
        assertThatThrownBy(() -> start("releases", plan))
                .hasMessageContaining("rollout r7 (canary)");
        releases.rollout = Optional.empty();
        experiments.start("releases", "ada");
        assertThat(releases.pinned).containsExactlyInAnyOrder("r1", "r2");
        assertThat(experiments.namingReleases()).containsExactly("releases");
        releases.pinned.remove("r2");
        assertThat(findings("releases").warnings()).anyMatch(w -> w.contains("r2 of arm new"));
        releases.switches = 3;
        assertThat(findings("releases").warnings()).noneMatch(w -> w.contains("became live"));
        experiments.stop("releases", "ada", "done");
        assertThat(releases.pinned).isEmpty();
        assertThat(experiments.namingReleases()).isEmpty();
    }

    @Test
    void clicksOnInterleavedListsSayWhoseArePreferred() {
        start(
                "lists",
                "kind: interleaving, arms: [{name: usual}, {name: popular, recipe: trending}]");
        List<String> usual = List.of("a", "b", "c", "d", "e");
        List<String> popular = List.of("e", "f", "g", "h", "a");
        Set<String> liked = Set.of("f", "g", "h");
        for (int i = 0; i < 1_000; i++) {
            String visitor = "visitor-" + i;
            Part part = part(visitor);
            assertThat(part.isInterleaved()).isTrue();
            List<TeamDraft.Pick<String>> list =
                    TeamDraft.interleave(usual, popular, 6, part.tosses(SHELF));
            part.answered();
            for (TeamDraft.Pick<String> pick : list) {
                if (random.nextDouble() < (liked.contains(pick.item()) ? .2 : .1)) {
                    experiments.happened(
                            visitor,
                            event(EventType.CLICK, pick.item(), Double.NaN),
                            token(part, Teams.policy(list)));
                }
            }
        }
        Findings found = findings("lists");
        assertThat(found.preference().orElseThrow().share()).isGreaterThan(.5);
        assertThat(found.verdict()).isEqualTo(Verdict.HIGHER);
        assertThat(found.words()).startsWith("clicks prefer popular");
        assertThat(found.metrics()).isEmpty();
    }

    @Test
    void aShopAnswersWithoutAnExperimentThatCannotBeRead() throws IOException {
        start("broken", "arms: [{name: a}, {name: b}], traffic: .5");
        start("whole", "arms: [{name: a}, {name: b}], traffic: .5");
        part("somebody").answered();
        Files.writeString(folder.resolve("broken").resolve("experiment.json"), "{\"plan\":");
        Files.writeString(folder.resolve("whole").resolve("visitors").resolve("no.log"), "");
        experiments = open(1_000_000);
        assertThat(experiments.list())
                .extracting(shown -> shown.plan().id())
                .containsExactly("whole");
        assertThat(experiments.part("somebody", "", SHELF)).isEmpty();
    }

    @Test
    void oneThatCannotBeGoneOnWithSaysSoKeepsItsVisitorsAndCanBeStopped() throws IOException {
        start("stuck", "arms: [{name: old, release: r1}, {name: new}], traffic: .5");
        part(IntStream.range(0, 100)
                        .mapToObj(i -> "visitor-" + i)
                        .filter(visitor -> experiments.part(visitor, "", SHELF).isPresent())
                        .findFirst()
                        .orElseThrow())
                .answered();
        Path stray = folder.resolve("stuck").resolve("visitors").resolve("no.log");
        Files.writeString(stray, "");
        experiments = open(1_000_000);
        Experiments.Shown shown = experiments.get("stuck");
        assertThat(shown.state()).isEqualTo("running");
        assertThat(shown.problem()).contains("cannot be read", "the file 'no.log'");
        assertThat(shown.findings()).isEmpty();
        assertThat(new ExperimentViews(experiments, () -> Instant.ofEpochMilli(now)).alerts())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.name()).isEqualTo("experiment-not-running");
                    assertThat(alert.since()).isEqualTo(START);
                    assertThat(alert.message()).contains("stuck", "cannot be read");
                });
        assertThatThrownBy(() -> start("other", "arms: [{name: a}, {name: b}], traffic: .6"))
                .as("mended, it would have the same visitors")
                .hasMessageContaining("50.0 % in a row");

        Files.delete(stray);
        experiments = open(1_000_000);
        assertThat(experiments.get("stuck").problem()).isEmpty();
        assertThat(findings("stuck").arms().stream().mapToLong(Findings.Count::visitors).sum())
                .isEqualTo(1);

        Files.writeString(stray, "");
        experiments = open(1_000_000);
        Experiments.Shown stopped = experiments.stop("stuck", "ada", "not readable");
        assertThat(stopped.state()).isEqualTo("stopped");
        assertThat(stopped.problem()).contains("cannot be read");
        assertThat(stopped.findings()).isEmpty();
        assertThat(experiments.stuck()).isEmpty();
        assertThat(stray).as("what may be looked into stays").exists();
        experiments = open(1_000_000);
        assertThat(experiments.get("stuck").problem()).contains("cannot be read");
        experiments.start("other", "ada");
        experiments.delete("stuck", "ada");
        assertThat(folder.resolve("stuck")).doesNotExist();
    }

    @Test
    void aForeignMarkCountsNowhere() {
        start("ab", "arms: [{name: a}, {name: b}]");
        part("v").answered();
        for (String arm : List.of("x/other/0/ff", "x/ab/0/zz", "x/ab", "r1/CANARY/ff", "")) {
            experiments.happened(
                    "v",
                    event(EventType.CLICK, "p", Double.NaN),
                    Optional.of(new AttributionToken("r1", SHELF, arm, "fixed", now)));
        }
        assertThat(findings("ab").metrics().getFirst().analysis().arms())
                .allMatch(value -> value.value() == 0);
    }
}
