package dev.vitrine.training.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.training.TrainingError;
import java.util.List;

/**
 * Shoppers and items, and whether they were liked.
 *
 * @param liked one for each question
 */
public record LikeRows(List<Question> questions, boolean[] liked) {
    public LikeRows {
        questions = List.copyOf(questions);
        if (questions.size() != liked.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    questions.size() + " questions and " + liked.length + " answers");
        }
    }

    public int size() {
        return liked.length;
    }

    /**
     * Refuses rows that teach nothing.
     *
     * @throws VitrineException DATA_UNSUITABLE
     */
    LikeRows requireBoth(String what) {
        int count = 0;
        for (boolean one : liked) {
            count += one ? 1 : 0;
        }
        if (count == 0 || count == liked.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "of "
                            + liked.length
                            + " rows "
                            + what
                            + ", "
                            + count
                            + " are liked; some have to be and some not");
        }
        return this;
    }
}
