package dev.vitrine.data.cleaning;

import static dev.vitrine.data.dataset.Logged.NOON;
import static dev.vitrine.data.dataset.Logged.detail;
import static dev.vitrine.data.dataset.Logged.event;
import static dev.vitrine.data.dataset.Logged.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchCleaningTest {
    private static final long MINUTE = 60_000;

    private final List<LoggedEvent> aside = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    @Test
    void eachEventFallsUnderItsRule() {
        List<LoggedEvent> events = new ArrayList<>();
        events.add(view(0, 1, "a", NOON));
        events.add(event(1, 1, 0, EventType.CLICK, NOON + MINUTE, ""));
        events.add(event(2, 1, 0, EventType.CLICK, NOON, "", detail("a", -1, 1)));
        events.add(view(3, 1, "a", 1_430_623_510L));
        events.add(view(4, 1, "a", NOON + 2_000_000_000L));
        events.add(event(5, 1, 0, EventType.CLICK, NOON, "e", detail("a", 1, 1)));
        events.add(event(6, 2, 0, EventType.CLICK, NOON + MINUTE, "e", detail("a", 1, 1)));
        events.add(view(7, 1, "a", NOON + 999));
        events.add(view(8, 1, "nowhere", NOON));
        CleaningReport report = clean(events);
        assertThat(report.in()).isEqualTo(9);
        assertThat(report.kept()).isEqualTo(2);
        assertThat(rules())
                .containsExactly(
                        Rule.MISSING_FIELD,
                        Rule.MALFORMED,
                        Rule.IMPOSSIBLE_TIME,
                        Rule.IMPOSSIBLE_TIME,
                        Rule.DUPLICATE_ID,
                        Rule.REPEATED,
                        Rule.UNKNOWN_ITEM);
        assertThat(report.count(Rule.IMPOSSIBLE_TIME)).isEqualTo(2);
        assertThat(findings.get(2).reason()).contains("looks like seconds");
        assertThat(report.rules()).hasSize(Rule.values().length);
    }

    @Test
    void theSameActAMomentLaterIsKept() {
        CleaningReport report =
                clean(List.of(view(0, 1, "a", NOON), view(1, 1, "a", NOON + 1_000)));
        assertThat(report.kept()).isEqualTo(2);
    }

    @Test
    void aPurchaseWithSomeUnknownItemsIsKeptForTheOthers() {
        CleaningReport report =
                clean(
                        List.of(
                                event(
                                        0,
                                        1,
                                        0,
                                        EventType.PURCHASE_COMPLETE,
                                        NOON,
                                        "",
                                        detail("a", 1, 1),
                                        detail("nowhere", 1, 1))));
        assertThat(report.kept()).isEqualTo(1);
        assertThat(report.unknownDetails()).isEqualTo(1);
    }

    @Test
    void aPriceFarFromTheUsualIsOutlying() {
        List<LoggedEvent> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double price = 20 + i % 3;
            events.add(event(i, i + 1, 0, EventType.ADD_TO_CART, NOON, "", detail("a", 1, price)));
        }
        events.add(event(20, 50, 0, EventType.ADD_TO_CART, NOON, "", detail("a", 1, 2_000)));
        events.add(event(21, 51, 0, EventType.ADD_TO_CART, NOON, "", detail("a", 1, 0.2)));
        events.add(event(22, 52, 0, EventType.ADD_TO_CART, NOON, "", detail("a", 1, 40)));
        events.add(event(23, 53, 0, EventType.ADD_TO_CART, NOON, "", detail("a", 0.5e6, 20)));
        CleaningReport report = clean(events);
        assertThat(report.count(Rule.OUTLYING_PRICE)).isEqualTo(2);
        assertThat(report.count(Rule.OUTLYING_QUANTITY)).isEqualTo(1);
        assertThat(aside).extracting(LoggedEvent::offset).containsExactly(20L, 21L, 23L);
        assertThat(findings.getFirst().reason()).isEqualTo("a costs 2000.0 here, usually 21.00");
    }

    @Test
    void fastAndRegularVisitorsAreRobotsAndPeopleAreNot() {
        List<LoggedEvent> events = new ArrayList<>();
        Random random = new Random(7);
        long person = NOON;
        for (int i = 0; i < 200; i++) {
            events.add(view(events.size(), 1, "i" + i, NOON + i * 200L));
            events.add(view(events.size(), 2, "i" + i, NOON + i * 5_000L));
            person += 2_000 + random.nextInt(40_000);
            events.add(view(events.size(), 3, "i" + i, person));
            events.add(view(events.size(), 4, "i" + i, NOON + i * MINUTE));
        }
        CleaningReport report = clean(events);
        assertThat(report.count(Rule.ROBOT)).isEqualTo(400);
        assertThat(aside).extracting(LoggedEvent::visitor).containsOnly(1L, 2L);
        assertThat(findings.get(0).reason()).contains("200 things within a minute");
        assertThat(findings.get(1).reason()).contains("every 5.0 s");
    }

    @Test
    void samplesAreFewAndNameTheEvent() {
        List<LoggedEvent> events = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            events.add(view(i, i + 1, "nowhere", NOON));
        }
        CleaningReport.RuleCount unknown =
                Objects.requireNonNull(clean(events).rules().get(Rule.UNKNOWN_ITEM.wire()));
        assertThat(unknown.count()).isEqualTo(50);
        assertThat(unknown.samples())
                .hasSize(CleaningReport.SAMPLES)
                .contains("event 0: the catalogue does not know 'nowhere'");
    }

    private List<Rule> rules() {
        return findings.stream().map(Finding::rule).toList();
    }

    private CleaningReport clean(List<LoggedEvent> events) {
        BatchCleaning cleaning =
                new BatchCleaning(
                        CleaningSettings.DEFAULTS,
                        id -> id.equals("nowhere") ? -1 : Math.floorMod(id.hashCode(), 1_000),
                        (finding, event) -> {
                            findings.add(finding);
                            aside.add(event);
                        });
        events.forEach(cleaning::observe);
        cleaning.conclude();
        long kept = events.stream().filter(cleaning::keep).count();
        CleaningReport report = cleaning.report();
        assertThat(report.kept()).isEqualTo(kept);
        assertThat(report.in()).isEqualTo(report.kept() + report.setAside());
        assertThat(report.setAside()).isEqualTo(aside.size());
        return report;
    }
}
