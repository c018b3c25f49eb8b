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

    /** Search's weights were chosen on half of the queries: nothing of it may come through. */
    @Test
    void aRankerKnowsNothingOfSearchUnlessItIsNamedAfterIt() {
        List<String> names = List.of("lexicalScore", "bm25Score", "encoderPlace", "nearBest");
        assertThat(hidden(names, EncoderJudgements.Known.ENCODER))
                .containsExactly(Float.NaN, 1, 1, 1, Float.NaN, 1, 1, 1);
        assertThat(hidden(names, EncoderJudgements.Known.WORDS))
                .containsExactly(
                        Float.NaN, 1, Float.NaN, Float.NaN, Float.NaN, 1, Float.NaN, Float.NaN);
        assertThat(hidden(names, EncoderJudgements.Known.ALL)).containsOnly(1);
    }

    private static float[] hidden(List<String> names, EncoderJudgements.Known known) {
        float[] rows = {1, 1, 1, 1, 1, 1, 1, 1};
        EncoderJudgements.hide(names, rows, known);
        return rows;
    }

    @Test
    void theHeldOutQueriesAreThoseAtOddPlaces() {
        assertThat(EncoderJudgements.heldOut(new double[] {.1, .2, .3, .4, .5}))
                .containsExactly(.2, .4);
    }
}
