package dev.vitrine.server.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.deployment.experiment.SampleSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be tried, and what is refused by name. */
class ExperimentPlanTest {
    private static ExperimentPlan plan(String rest) {
        return ExperimentPlan.parse("{\"id\":\"e1\"," + rest + "}", "plan");
    }

    @Test
    void littleIsEnough() {
        ExperimentPlan plan =
                plan(
                        "\"servingConfigs\":[\"recommended-for-you\"],"
                                + "\"arms\":[{\"name\":\"a\"},{\"name\":\"b\",\"diversity\":0.9}]");
        assertThat(plan.primaryMetric()).isEqualTo(Metric.CLICKED);
        assertThat(plan.metrics()).containsExactly(Metric.values());
        assertThat(plan.traffic()).isEqualTo(1);
        assertThat(plan.minimumEffect()).isEqualTo(.05);
        assertThat(plan.plannedVisitors()).isEqualTo(20_000);
        assertThat(plan.arms().getFirst().differs()).isEmpty();
        assertThat(plan.arms().getLast().differs()).containsEntry("diversity", "0.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "search; {name: b, diversity: .5}; does not mix",
                "search; {name: b, recipe: trending}; is no shelf",
                "search; {name: b, ranker: false}; does not ask the ranker",
                "personalized-ranking; {name: b, ranker: false}; does not ask the ranker",
                "similar-items; {name: b, meaning: false}; is no search",
                "recently-viewed; {name: b, personalized: false}; is what somebody did",
                "similar-items; {name: b, recipe: search}; there is no shelf 'search'",
                "similar-items; {name: b, recipe: bogus}; there is no shelf 'bogus'",
                "similar-items; {name: b, diversity: 2}; expected 0 to 1",
                "similar-items; {name: b, boost: 2}; unknown key 'boost'",
                "similar-items; {name: a}; two arms are called a",
                "similar-items; {name: b c}; is not a name",
                "similar-items; {name: b, share: 0}; weight",
                "bogus; {name: b}; there is no serving config 'bogus'"
            })
    void whatCannotBeDoneIsRefusedByName(String config, String arm, String because) {
        assertThatThrownBy(() ->
                        plan("servingConfigs: [" + config + "], arms: [{name: a}, " + arm + "]"))
                .hasMessageContaining(because);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "traffic: 0; traffic",
                "traffic: 1.5; traffic",
                "minimumEffect: 0; minimumEffect",
                "plannedVisitors: 3; plannedVisitors",
                "confidence: 1; confidence",
                "primaryMetric: happiness; there is no metric 'happiness'",
                "metrics: [bought, bought]; once",
                "kind: bandit; expected arms or interleaving",
                "colour: red; unknown key 'colour'"
            })
    void soIsEveryBadSetting(String setting, String because) {
        assertThatThrownBy(() ->
                        plan(
                                "servingConfigs: [trending], arms: [{name: a}, {name: b}], "
                                        + setting))
                .hasMessageContaining(because);
    }

    @Test
    void listsOfShelvesAloneAreInterleavedAndOfTwoArms() {
        assertThatThrownBy(() ->
                        plan(
                                "kind: interleaving, servingConfigs: [search],"
                                        + " arms: [{name: a}, {name: b}]"))
                .hasMessageContaining(":recommend");
        assertThatThrownBy(() ->
                        plan(
                                "kind: interleaving, servingConfigs: [trending],"
                                        + " arms: [{name: a}, {name: b}, {name: c}]"))
                .hasMessageContaining("two arms");
    }

    @Test
    void anEstimateIsThatOfTheStatistics() {
        Estimate.Size size =
                Estimate.parse(
                                "{metric: clicked, baseline: .05, minimumEffect: .1,"
                                        + " visitorsPerDay: 1000}",
                                "question")
                        .size();
        SampleSize wanted = SampleSize.ofRates(.05, .005, SampleSize.Goal.USUAL);
        assertThat(size.control()).isEqualTo(wanted.control()).isEqualTo(31_231);
        assertThat(size.total()).isEqualTo(2 * wanted.control());
        assertThat(size.withPeeking()).isBetween(size.total() * 18 / 10, size.total() * 2);
        assertThat(size.days()).contains(size.total() / 1000.0);
        assertThatThrownBy(() -> Estimate.parse("{metric: revenuePerVisitor, baseline: 3}", "q"))
                .hasMessageContaining("deviation");
        assertThatThrownBy(() -> Estimate.parse("{metric: clicked}", "q"))
                .hasMessageContaining("baseline");
    }

    @Test
    void moreAndLopsidedArmsTakeMore() {
        long two = Estimate.parse("{baseline: .1, minimumEffect: .1}", "q").size().total();
        long lopsided =
                Estimate.parse("{baseline: .1, minimumEffect: .1, shares: [9, 1]}", "q")
                        .size()
                        .total();
        long three =
                Estimate.parse("{baseline: .1, minimumEffect: .1, shares: [1, 1, 1]}", "q")
                        .size()
                        .total();
        assertThat(lopsided).isGreaterThan(two * 2);
        assertThat(three).isGreaterThan(two * 3 / 2);
    }
}
