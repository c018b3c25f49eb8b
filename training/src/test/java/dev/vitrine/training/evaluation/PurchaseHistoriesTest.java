package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.retrieval.sequence.OpinionQuestions;
import dev.vitrine.training.evaluation.PurchasePrediction.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A history is what the same person did strictly before. */
class PurchaseHistoriesTest {
    private static final List<Event> EVENTS =
            List.of(
                    new Event(0, 1, 7, "view"),
                    new Event(10, 0, 3, "view"),
                    new Event(30, 1, 8, "cart"),
                    new Event(500, 1, 8, "buy"),
                    new Event(500, 1, 9, "view"),
                    new Event(90_000, 1, 2, "view"));

    @Test
    void knowsNothingOfItsOwnEventNorOfOthersAtItsMoment() {
        OpinionQuestions questions = new PurchaseHistories(EVENTS).before(EVENTS);
        assertThat(questions.items()).isEqualTo(10);
        assertThat(questions.asked()).containsExactly(7, 3, 8, 8, 9, 2);
        assertThat(side(questions, 0).last()).containsExactly(-1);
        assertThat(side(questions, 1).last()).containsExactly(-1);
        assertThat(side(questions, 2).history()).containsExactly(7);
        assertThat(side(questions, 3).history()).containsExactly(7, 8);
        assertThat(side(questions, 4).history()).containsExactly(7, 8);
        assertThat(side(questions, 5).history()).containsExactly(7, 8, 8, 9);
    }

    /** Six kinds of each behaviour, by the time until the next event: here 0, 1, 0 and 4. */
    @Test
    void kindsSayWhatWasDoneAndForHowLongNothingWas() {
        OpinionQuestions questions = new PurchaseHistories(EVENTS).before(EVENTS);
        assertThat(side(questions, 5).tags()).containsExactly(0, 6 + 1, 12, 4);
    }

    private static OpinionQuestions.Side side(OpinionQuestions questions, int question) {
        return questions.side(new int[] {question}, 20);
    }
}
