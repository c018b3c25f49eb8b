package dev.vitrine.deployment.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.StringLength;

/** Visitors stay where they are put. */
class AssignmentProperties {
    @Property
    void aLargerShareMovesNobodyBack(
            @ForAll @StringLength(max = 30) String salt,
            @ForAll @StringLength(max = 40) String visitor,
            @ForAll @DoubleRange(min = 0.01, max = 1) double share,
            @ForAll @DoubleRange(min = 0.01, max = 1) double other) {
        double place = Assignment.place(salt, visitor);
        assertThat(place).isBetween(0.0, Math.nextDown(1.0));
        double less = Math.min(share, other);
        double more = Math.max(share, other);
        if (Assignment.group(Stage.Kind.CANARY, less, place).candidate()) {
            assertThat(Assignment.group(Stage.Kind.RAMP, more, place).candidate()).isTrue();
        }
    }

    @Property(tries = 50)
    void canaryAndBaselineAreOfEqualSize(
            @ForAll int salt, @ForAll @DoubleRange(min = 0.02, max = 0.98) double share) {
        int visitors = 20_000;
        int canary = 0;
        int baseline = 0;
        int candidate = 0;
        for (int v = 0; v < visitors; v++) {
            Group group =
                    Assignment.group(
                            Stage.Kind.RAMP,
                            share,
                            Assignment.place("rollout-" + salt, "visitor-" + v));
            canary += group == Group.CANARY ? 1 : 0;
            baseline += group == Group.BASELINE ? 1 : 0;
            candidate += group.candidate() ? 1 : 0;
        }
        double expected = Math.min(share, 1 - share) * visitors;
        double wide = 6 * Math.sqrt(visitors / 4.0);
        assertThat((double) canary).isBetween(expected - wide, expected + wide);
        assertThat((double) baseline).isBetween(expected - wide, expected + wide);
        assertThat((double) candidate).isBetween(share * visitors - wide, share * visitors + wide);
    }

    @Property(tries = 20)
    void rolloutsPlaceVisitorsIndependently(@ForAll int salt) {
        int both = 0;
        for (int v = 0; v < 20_000; v++) {
            String visitor = "visitor-" + v;
            boolean first = Assignment.place("a" + salt, visitor) < .5;
            boolean second = Assignment.place("b" + salt, visitor) < .5;
            both += first && second ? 1 : 0;
        }
        assertThat(both).isBetween(5_000 - 400, 5_000 + 400);
    }
}
