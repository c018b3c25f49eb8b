package dev.vitrine.deployment.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.deployment.rollout.judge.Signal;
import dev.vitrine.kernel.error.VitrineException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan may say, and what is refused by name. */
class RolloutPlanTest {
    @Test
    void aReleaseIsPlanEnough() {
        RolloutPlan plan = RolloutPlan.parse("{\"release\": \"r2\"}", "plan");
        assertThat(plan).isEqualTo(RolloutPlan.of("r2"));
        assertThat(plan.stages())
                .extracting(Stage::kind)
                .containsExactly(
                        Stage.Kind.SHADOW, Stage.Kind.CANARY, Stage.Kind.RAMP, Stage.Kind.RAMP);
        assertThat(plan.judge().required())
                .containsExactlyInAnyOrder(Signal.LATENCY, Signal.ERRORS, Signal.EMPTY);
        assertThat(plan.judge().falseAlarms()).isEqualTo(.05);
        assertThat(plan.limits().keepWarm()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void everythingCanBeSaid() {
        RolloutPlan plan =
                RolloutPlan.parse(
                        """
                        {"release": "r2",
                         "stages": [
                           {"kind": "SHADOW", "percent": 10, "minRequests": 100},
                           {"kind": "CANARY", "percent": 1.5, "minRequests": 5000,
                            "minTime": "PT1H", "maxTime": "P2D",
                            "audience": {"segment": "country = 'de'", "sites": ["north"],
                              "windows": [{"days": ["MONDAY"], "from": "09:00", "to": "17:00",
                                           "zone": "Europe/Berlin"}]}},
                           {"kind": "RAMP", "percent": 50}],
                         "judge": {"required": ["CLICKS", "ERRORS"], "groups": ["new"],
                           "errors": {"tolerate": 0.002, "exclude": 0.01}},
                         "limits": {"load": "PT5M", "keepWarm": "PT1H"}}
                        """,
                        "plan");
        Stage canary = plan.stages().get(1);
        assertThat(canary.audience().windows().getFirst().days()).containsExactly(DayOfWeek.MONDAY);
        assertThat(canary.percent()).isEqualTo(1.5);
        assertThat(plan.judge().errors().exclude()).isEqualTo(.01);
        assertThat(plan.limits().load()).isEqualTo(Duration.ofMinutes(5));
        assertThat(plan.limits().promote()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void thePlanMostPeopleWriteEndsWithTheSwitch() {
        RolloutPlan plan =
                RolloutPlan.parse(
                        """
                        release: r2
                        stages:
                          - {kind: canary, percent: 5}
                          - {kind: ramp, percent: 25}
                          - {kind: Ramp, percent: 50}
                          - {kind: RAMP, percent: 100}
                        judge: {required: [errors]}
                        """,
                        "plan");
        assertThat(plan.stages()).hasSize(4);
        assertThat(plan.judge().required()).containsExactly(Signal.ERRORS);
        double sum = plan.falseAlarms(0) + plan.falseAlarms(1) + plan.falseAlarms(2);
        assertThat(sum)
                .as("the switch raises no alarm")
                .isCloseTo(.05, org.assertj.core.data.Offset.offset(1e-12));
    }

    @Test
    void whatIsShownCanBeSentAgain() {
        RolloutPlan plan =
                RolloutPlan.parse(
                        """
                        {"release": "r2", "stages": [{"kind": "CANARY", "percent": 1.5, "audience":
                          {"segment": "new", "sites": ["north"], "windows": [{"days": ["monday"],
                            "from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}]}}],
                         "judge": {"groups": ["new"]}, "limits": {"load": "PT5M"}}
                        """,
                        "plan");
        assertThat(RolloutPlan.parse(plan.text(), "plan")).isEqualTo(plan);
        assertThat(RolloutPlan.parse(RolloutPlan.of("r2").text(), "plan"))
                .isEqualTo(RolloutPlan.of("r2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|release",
                "{\"release\": \"../x\"}|release",
                "{\"release\": \"r\", \"stage\": []}|unknown key 'stage'",
                "{\"release\": \"r\", \"stages\": [{\"percent\": 5}]}|kind",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\"}]}|percent",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 0}]}|percent",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 101}]}|percent",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"CANARY\", \"percent\": 60}]}|baseline",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"CANARY\", \"percent\": 5,"
                        + " \"minTime\": \"PT2H\", \"maxTime\": \"PT1H\"}]}|shorter",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 20},"
                        + " {\"kind\": \"RAMP\", \"percent\": 10}]}|takes in all",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 20},"
                        + " {\"kind\": \"CANARY\", \"percent\": 30}]}|shadow, canary, ramp",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"CANARY\", \"percent\": 5},"
                        + " {\"kind\": \"RAMP\", \"percent\": 10,"
                        + " \"audience\": {\"segment\": \"a\"}}]}|leave some",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 100},"
                        + " {\"kind\": \"RAMP\", \"percent\": 100}]}|write it last",
                "{\"release\": \"r\", \"stages\": [{\"kind\": \"RAMP\", \"percent\": 100,"
                        + " \"audience\": {\"segment\": \"new\"}}]}|write at most 99",
                "{\"release\": \"r\", \"judge\": {\"required\": []}}|no data is no pass",
                "{\"release\": \"r\", \"judge\": {\"falseAlarms\": 0}}|falseAlarms",
                "{\"release\": \"r\", \"judge\": {\"errors\": {\"tolerate\": 0.5,"
                        + " \"exclude\": 0.1}}}|at least what is tolerated",
                "{\"release\": \"r\", \"limits\": {\"load\": \"PT0S\"}}|load",
            })
    void whatCannotBeCarriedOutIsRefused(String plan, String complaint) {
        assertThatThrownBy(() -> RolloutPlan.parse(plan, "plan"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void tooMuchIsRefused() {
        String stage = "{\"kind\": \"RAMP\", \"percent\": 5},";
        String stages = stage.repeat(21);
        assertThatThrownBy(() ->
                        RolloutPlan.parse(
                                "{\"release\": \"r\", \"stages\": ["
                                        + stages.substring(0, stages.length() - 1)
                                        + "]}",
                                "plan"))
                .hasMessageContaining("at most 20 stages");
        assertThatThrownBy(() -> RolloutPlan.parse(" ".repeat(100_001), "plan"))
                .hasMessageContaining("100000");
    }

    @Test
    void windowsOfTheWeekGoByLocalTime() {
        TimeWindow evening =
                new TimeWindow(
                        List.of(DayOfWeek.FRIDAY),
                        LocalTime.of(22, 0),
                        LocalTime.of(6, 0),
                        "Europe/Berlin");
        assertThat(evening.contains(Instant.parse("2026-11-20T21:30:00Z"))).isTrue();
        assertThat(evening.contains(Instant.parse("2026-11-21T04:30:00Z"))).isTrue();
        assertThat(evening.contains(Instant.parse("2026-11-21T05:30:00Z"))).isFalse();
        assertThat(evening.contains(Instant.parse("2026-11-21T21:30:00Z"))).isFalse();
    }

    @Test
    void falseAlarmsAreSharedOutAmongStages() {
        RolloutPlan plan = RolloutPlan.of("r2");
        double sum = 0;
        for (int i = 0; i < plan.stages().size(); i++) {
            sum += plan.falseAlarms(i);
        }
        assertThat(sum).isCloseTo(.05, org.assertj.core.data.Offset.offset(1e-12));
        assertThat(plan.falseAlarms(1)).isCloseTo(.04, org.assertj.core.data.Offset.offset(1e-12));
    }
}
