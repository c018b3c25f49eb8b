package dev.vitrine.training.evaluation;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.retrieval.sequence.OpinionModel;
import dev.vitrine.training.calibration.IsotonicFit;
import dev.vitrine.training.calibration.LogisticFit;
import dev.vitrine.training.clicks.ClickRows;
import dev.vitrine.training.clicks.ClickSettings;
import dev.vitrine.training.clicks.ClickTrainer;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LogLoss;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.sequence.OpinionRows;
import dev.vitrine.training.sequence.OpinionSettings;
import dev.vitrine.training.sequence.OpinionTrainer;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Yes or no from a table of features: boosted trees, a network, both together, and beside them
 * plain logistic regression and a network that reads histories in place of features. Rows are
 * parted in three: those fitted to, those that end the fits, calibrate and choose the threshold of
 * F1, and those that are asked.
 *
 * @param rows all of them, labels 0 or 1
 */
record TablePrediction(TreeRows rows, int[] fitted, int[] valid, int[] test) {
    /** Log odds before they are calibrated, in the order of the rows that are asked. */
    record Scores(double[] valid, double[] test) {
        /** The mean of two models. */
        Scores with(Scores other) {
            return new Scores(mean(valid, other.valid), mean(test, other.test));
        }

        private static double[] mean(double[] one, double[] other) {
            double[] mean = new double[one.length];
            Arrays.setAll(mean, i -> (one[i] + other[i]) / 2);
            return mean;
        }
    }

    /** Calibrated probabilities, judged. */
    BinaryFigures figures(Scores scores) {
        Isotonic calibration = IsotonicFit.of(scores.valid(), labels(valid));
        double threshold =
                BinaryFigures.bestThreshold(calibrated(calibration, scores.valid()), labels(valid));
        return BinaryFigures.of(calibrated(calibration, scores.test()), labels(test), threshold);
    }

    private static double[] calibrated(Isotonic calibration, double[] scores) {
        return Arrays.stream(scores).map(calibration::probability).toArray();
    }

    Scores trees(TreeSettings settings, Progress progress) {
        BoostedTrees trees =
                BoostedTrees.validated(settings, rows.pick(fitted), rows.pick(valid), progress);
        return new Scores(scores(trees, valid), scores(trees, test));
    }

    private double[] scores(BoostedTrees trees, int[] picked) {
        return Arrays.stream(picked)
                .mapToDouble(row -> trees.ensemble().score(rows.features(), row))
                .toArray();
    }

    /**
     * A network over the same features, all of them numbers.
     *
     * @param work an empty folder
     */
    Scores deep(
            Torch torch, ClickSettings settings, FitSettings fit, Path work, Progress progress) {
        ClickRows all =
                new ClickRows(
                        rows.names(),
                        rows.features(),
                        List.of(),
                        new int[0],
                        labels(every(rows.rows())));
        ClickTrainer trainer =
                new ClickTrainer(torch, settings, fit, all.pick(fitted), all.pick(valid), work);
        trainer.fit(null, progress);
        return asked(trainer, all, work);
    }

    private Scores asked(ClickTrainer trainer, ClickRows all, Path work) {
        Path file = work.resolve("clicks.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            ClickModel model = trainer.model(session);
            return new Scores(
                    model.scores(all.pick(valid).values(), new int[0], valid.length),
                    model.scores(all.pick(test).values(), new int[0], test.length));
        }
    }

    /**
     * A network that reads histories and nothing of the features.
     *
     * @param opinions the same rows, in their order
     * @param work an empty folder
     */
    Scores recurrent(
            Torch torch,
            OpinionSettings settings,
            FitSettings fit,
            OpinionRows opinions,
            Path work,
            Progress progress) {
        OpinionTrainer trainer =
                new OpinionTrainer(
                        torch, settings, fit, opinions.pick(fitted), opinions.pick(valid), work);
        trainer.fit(null, progress);
        Path file = work.resolve("opinions.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            OpinionModel model = trainer.model(session);
            return new Scores(
                    logOdds(model.answers(opinions.pick(valid).questions())),
                    logOdds(model.answers(opinions.pick(test).questions())));
        }
    }

    private static double[] logOdds(float[] probabilities) {
        double[] logOdds = new double[probabilities.length];
        Arrays.setAll(logOdds, i -> LogLoss.logOdds(probabilities[i]));
        return logOdds;
    }

    private static int[] every(int rows) {
        int[] every = new int[rows];
        Arrays.setAll(every, i -> i);
        return every;
    }

    /** Logistic regression on standardised features; what is missing counts as the mean. */
    BinaryFigures logistic() {
        int width = rows.names().size();
        double[] mean = new double[width];
        double[] scale = new double[width];
        for (int i = 0; i < width; i++) {
            double sum = 0;
            double squares = 0;
            int count = 0;
            for (int row : fitted) {
                float value = rows.features()[row * width + i];
                if (!Float.isNaN(value)) {
                    sum += value;
                    squares += (double) value * value;
                    count++;
                }
            }
            mean[i] = sum / Math.max(1, count);
            double variance = squares / Math.max(1, count) - mean[i] * mean[i];
            scale[i] = variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
        }
        LogisticFit model = LogisticFit.of(inputs(fitted, mean, scale), labels(fitted));
        double threshold =
                BinaryFigures.bestThreshold(
                        probabilities(model, inputs(valid, mean, scale)), labels(valid));
        return BinaryFigures.of(
                probabilities(model, inputs(test, mean, scale)), labels(test), threshold);
    }

    private double[][] inputs(int[] picked, double[] mean, double[] scale) {
        int width = mean.length;
        double[][] inputs = new double[picked.length][width];
        for (int r = 0; r < picked.length; r++) {
            for (int i = 0; i < width; i++) {
                float value = rows.features()[picked[r] * width + i];
                inputs[r][i] = Float.isNaN(value) ? 0 : (value - mean[i]) * scale[i];
            }
        }
        return inputs;
    }

    private static double[] probabilities(LogisticFit model, double[][] inputs) {
        double[] probabilities = new double[inputs.length];
        for (int row = 0; row < inputs.length; row++) {
            double margin = model.intercept();
            for (int i = 0; i < inputs[row].length; i++) {
                margin += model.weights()[i] * inputs[row][i];
            }
            probabilities[row] = BoostedTrees.probability(margin);
        }
        return probabilities;
    }

    boolean[] labels(int[] picked) {
        boolean[] labels = new boolean[picked.length];
        for (int i = 0; i < picked.length; i++) {
            labels[i] = rows.labels()[picked[i]] > 0;
        }
        return labels;
    }
}
