package dev.vitrine.training.network;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits a network epoch by epoch until it stops getting better on what it is not trained on, and
 * leaves it as it was when it was best.
 */
public final class Fit {
    private final FitSettings settings;
    private final @Nullable Checkpoint checkpoint;
    private final Progress progress;

    /**
     * @param checkpoint where the fit is written down after each epoch, and goes on from; null for
     *     one that begins again when it is killed
     */
    public Fit(FitSettings settings, @Nullable Checkpoint checkpoint, Progress progress) {
        this.settings = settings;
        this.checkpoint = checkpoint;
        this.progress = progress;
    }

    /** Where a fit is. */
    static final class State {
        final List<LearningCurve.Point> points = new ArrayList<>();
        int best;
        double bestValidation = Double.NEGATIVE_INFINITY;
        Map<String, float[]> bestValues = Map.of();
        long steps;
    }

    /**
     * @throws VitrineException FIT_FAILED when the loss is not finite, or the network never got
     *     better than it was at random
     */
    public LearningCurve run(Learner learner) {
        State state = new State();
        if (checkpoint != null) {
            checkpoint.read(learner, state);
        }
        while (state.points.size() < settings.epochs()
                && state.points.size() - state.best < settings.patience()) {
            epoch(learner, state);
            if (checkpoint != null) {
                checkpoint.write(learner, state);
            }
        }
        if (state.best == 0) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    learner.name() + ": no epoch gave a model that could be validated");
        }
        learner.parameters().restore(state.bestValues);
        return new LearningCurve(state.points, state.best);
    }

    private void epoch(Learner learner, State state) {
        int epoch = state.points.size() + 1;
        learner.begin(epoch);
        int batches = learner.batches();
        long inAll = (long) batches * settings.epochs();
        long start = System.nanoTime();
        long rows = 0;
        double sum = 0;
        progress.start(
                learner.name() + ", epoch " + epoch + " of at most " + settings.epochs(),
                "steps",
                batches);
        for (int batch = 0; batch < batches; batch++) {
            float loss = learner.train(batch, settings.rate(state.steps++, inAll));
            if (!Float.isFinite(loss)) {
                throw new VitrineException(
                        TrainingError.FIT_FAILED,
                        learner.name()
                                + ": the loss of epoch "
                                + epoch
                                + ", step "
                                + (batch + 1)
                                + " is "
                                + loss);
            }
            sum += loss;
            rows += learner.rows(batch);
            progress.advance(batch + 1);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        double validation = learner.validate();
        state.points.add(new LearningCurve.Point(epoch, sum / batches, validation, rows, seconds));
        boolean better = validation > state.bestValidation;
        if (better) {
            state.best = epoch;
            state.bestValidation = validation;
            state.bestValues = learner.parameters().snapshot();
        }
        progress.finish(
                String.format(
                        Locale.ROOT,
                        "loss %.4f, validation %.4f%s, %.0f rows/s",
                        sum / batches,
                        validation,
                        better ? " (best)" : "",
                        rows / seconds));
    }
}
