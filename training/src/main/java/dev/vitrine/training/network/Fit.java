package dev.vitrine.training.network;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits a network epoch by epoch until it stops getting better on what it is not trained on, and
 * leaves it as it was when it was best. A fit may be bound in time too: it has one epoch in any
 * case, and no further one that would, at the pace of those before it, end after the bound. What
 * has nothing to be validated on has a fixed number of epochs.
 */
public final class Fit {
    private static final Duration UNBOUND = Duration.ofDays(365);

    private final FitSettings settings;
    private final @Nullable Checkpoint checkpoint;
    private final Duration longest;
    private final LongSupplier nanos;
    private final Progress progress;

    /**
     * A fit that takes the time it takes.
     *
     * @param checkpoint where the fit is written down after each epoch, and goes on from; null for
     *     one that begins again when it is killed
     */
    public Fit(FitSettings settings, @Nullable Checkpoint checkpoint, Progress progress) {
        this(settings, checkpoint, UNBOUND, System::nanoTime, progress);
    }

    /**
     * @param checkpoint as above
     * @param longest for training and validation; what a fit took before it was killed counts
     * @param nanos a clock that only runs forwards, in nanoseconds
     */
    public Fit(
            FitSettings settings,
            @Nullable Checkpoint checkpoint,
            Duration longest,
            LongSupplier nanos,
            Progress progress) {
        this.settings = settings;
        this.checkpoint = checkpoint;
        this.longest = longest;
        this.nanos = nanos;
        this.progress = progress;
    }

    /** Where a fit is. */
    static final class State {
        final List<LearningCurve.Point> points = new ArrayList<>();
        int best;
        double bestValidation = Double.NEGATIVE_INFINITY;
        Map<String, float[]> bestValues = Map.of();
        long steps;

        /** Seconds of training and validation. */
        double spent;

        boolean another(Duration longest) {
            int epochs = points.size();
            return epochs == 0 || spent + spent / epochs <= longest.toNanos() * 1e-9;
        }
    }

    /**
     * @throws VitrineException FIT_FAILED when the loss is not finite, or the network never got
     *     better than it was at random
     */
    public LearningCurve run(Learner learner) {
        State state = new State();
        if (checkpoint != null) {
            checkpoint.read(learner, state);
            if (!state.points.isEmpty()) {
                progress.start(learner.name(), "", 0);
                progress.finish(
                        (wanted(state) ? "goes on after epoch " : "was fitted before: epochs ")
                                + state.points.size());
            }
        }
        while (wanted(state) && state.another(longest)) {
            epoch(learner, state);
            if (checkpoint != null) {
                checkpoint.write(learner, state);
            }
        }
        boolean cutShort = wanted(state);
        if (cutShort) {
            progress.start(learner.name(), "", 0);
            progress.finish(
                    "ended after epoch "
                            + state.points.size()
                            + ": another would not end within "
                            + longest.toSeconds()
                            + " s");
        }
        if (state.best == 0) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    learner.name() + ": no epoch gave a model that could be validated");
        }
        learner.parameters().restore(state.bestValues);
        return new LearningCurve(state.points, state.best, cutShort, state.spent);
    }

    /**
     * As {@link #run}, and refuses what learned nothing.
     *
     * @param bar validation of a model that says the same of all rows
     * @throws VitrineException FIT_FAILED when the best epoch's validation is not above that, too
     */
    public LearningCurve runAbove(Learner learner, double bar) {
        LearningCurve curve = run(learner);
        if (!(curve.bestValidation() > bar)) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    String.format(
                            Locale.ROOT,
                            "the %s learned nothing: its loss on validation is %.5f, that of saying"
                                    + " the same of all rows %.5f",
                            learner.name(),
                            -curve.bestValidation(),
                            -bar));
        }
        return curve;
    }

    private static String validated(double validation, boolean best) {
        return String.format(Locale.ROOT, ", validation %.4f%s", validation, best ? " (best)" : "");
    }

    private boolean wanted(State state) {
        int epochs = state.points.size();
        return epochs < settings.epochs() && epochs - state.best < settings.patience();
    }

    private void epoch(Learner learner, State state) {
        int epoch = state.points.size() + 1;
        learner.begin(epoch);
        int batches = learner.batches();
        long inAll = (long) batches * settings.epochs();
        long start = nanos.getAsLong();
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
        double seconds = (nanos.getAsLong() - start) * 1e-9;
        double validation = learner.judged() ? learner.validate() : Double.NaN;
        state.spent += (nanos.getAsLong() - start) * 1e-9;
        state.points.add(new LearningCurve.Point(epoch, sum / batches, validation, rows, seconds));
        boolean better = !learner.judged() || validation > state.bestValidation;
        if (better) {
            state.best = epoch;
            state.bestValidation = validation;
            state.bestValues = learner.parameters().snapshot();
        }
        progress.finish(
                String.format(
                        Locale.ROOT,
                        "loss %.4f%s, %.0f rows/s%s",
                        sum / batches,
                        learner.judged() ? validated(validation, better) : "",
                        rows / seconds,
                        left(state)));
    }

    /** How long the epochs that may still come would take, by those that were. */
    private String left(State state) {
        int epochs = state.points.size();
        if (!wanted(state) || !state.another(longest)) {
            return "";
        }
        double each = state.spent / epochs;
        double room = longest.toNanos() * 1e-9 - state.spent;
        double seconds = Math.min(each * (settings.epochs() - epochs), room);
        return seconds < 90
                ? String.format(Locale.ROOT, ", at most %.0f s left", Math.ceil(seconds))
                : String.format(Locale.ROOT, ", at most %.0f min left", Math.ceil(seconds / 60));
    }
}
