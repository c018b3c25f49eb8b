package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.List;

/**
 * How a recommender is judged.
 *
 * @param cutoffs the K of Recall@K and the others, rising
 * @param threads workers over which questions are spread
 * @param batch questions a worker hands to the recommender at once
 */
public record JudgeSettings(List<Integer> cutoffs, int threads, int batch) {
    public static final int DEFAULT_BATCH = 64;

    public JudgeSettings {
        cutoffs = List.copyOf(cutoffs);
        if (cutoffs.isEmpty() || cutoffs.getFirst() < 1) {
            throw invalid("cutoffs must be one or more positive numbers, found " + cutoffs);
        }
        for (int i = 1; i < cutoffs.size(); i++) {
            if (cutoffs.get(i) <= cutoffs.get(i - 1)) {
                throw invalid("cutoffs must rise, found " + cutoffs);
            }
        }
        if (threads < 1 || batch < 1) {
            throw invalid(
                    "threads and batch must be at least 1, found " + threads + " and " + batch);
        }
    }

    /** Cutoffs 10 and 20, the ones public tables report. */
    public static JudgeSettings of(int threads) {
        return new JudgeSettings(List.of(10, 20), threads, DEFAULT_BATCH);
    }

    int largestCutoff() {
        return cutoffs.getLast();
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(TrainingError.SETTING_INVALID, message);
    }
}
