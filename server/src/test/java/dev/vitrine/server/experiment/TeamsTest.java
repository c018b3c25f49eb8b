package dev.vitrine.server.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.deployment.experiment.TeamDraft;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A token says which ranking brought which product. */
class TeamsTest {
    private static List<String> ids(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "product-" + i).toList();
    }

    @Test
    void aClickIsCreditedToWhoBroughtTheProduct() {
        int ambiguous = 0;
        int asked = 0;
        for (int seed = 0; seed < 200; seed++) {
            List<TeamDraft.Pick<String>> list =
                    TeamDraft.interleave(
                            ids(seed, 60), ids(seed + 30, 60), 80, new SplittableRandom(seed));
            String policy = Teams.policy(list);
            assertThat(policy.length()).isLessThanOrEqualTo(255);
            for (TeamDraft.Pick<String> pick : list) {
                int credit = Teams.credit(policy, pick.item());
                int wanted =
                        switch (pick.team()) {
                            case FIRST -> -1;
                            case SECOND -> 1;
                            case NEITHER -> 0;
                        };
                asked++;
                ambiguous += credit == 0 && wanted != 0 ? 1 : 0;
                assertThat(credit).isIn(wanted, 0);
            }
        }
        assertThat(ambiguous).as("of " + asked).isLessThan(asked / 100);
    }

    @Test
    void nothingElseIsCredited() {
        String policy =
                Teams.policy(
                        TeamDraft.interleave(ids(0, 5), ids(5, 5), 5, new SplittableRandom(1)));
        assertThat(Teams.credit(policy, "another")).isZero();
        assertThat(Teams.credit("fixed", "product-1")).isZero();
        assertThat(Teams.credit("team-draft:???", "product-1")).isZero();
        assertThat(Teams.credit("team-draft:", "product-1")).isZero();
    }

    @Test
    void theLongestTokenCanBeWritten() {
        List<TeamDraft.Pick<String>> list =
                TeamDraft.interleave(ids(0, 100), ids(50, 100), 100, new SplittableRandom(1));
        String arm =
                "r"
                        + "z".repeat(12)
                        + "/BASELINE/ffffffffffffffff "
                        + new Mark("x".repeat(60), Mark.BOTH, -1).text();
        AttributionTokens tokens = new AttributionTokens(new byte[AttributionTokens.SECRET_BYTES]);
        String token =
                tokens.write(
                        new AttributionToken(
                                "20261121-010203-3fa9c2d41b7e",
                                "frequently-bought-together",
                                arm,
                                Teams.policy(list),
                                1));
        assertThat(tokens.read(token).policy()).isEqualTo(Teams.policy(list));
        assertThat(Mark.parse(tokens.read(token).arm().split(" ", -1)[1]))
                .contains(new Mark("x".repeat(60), Mark.BOTH, -1));
    }
}
