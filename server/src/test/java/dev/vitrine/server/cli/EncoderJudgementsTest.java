package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.server.cli.EncoderJudgements.Judged;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderJudgementsTest {
    @Test
    void aQueryIsAnsweredByWhatIsBestForTheOthers() {
        // The second settings are better for the last two queries, the first for any others.
        Judged first = new Judged(new double[] {1, .4, .4}, .1);
        Judged second = new Judged(new double[] {0, .6, .5}, .4);
        Judged chosen = EncoderJudgements.chosen(List.of(first, second), new int[] {0, 1, 2});
        assertThat(chosen.ndcg()).containsExactly(0, .4, .4);
        assertThat(chosen.mean()).isCloseTo(.8 / 3, within(1e-9));
        assertThat(chosen.unjudged()).isCloseTo((.4 + .1 + .1) / 3, within(1e-9));
    }
}
