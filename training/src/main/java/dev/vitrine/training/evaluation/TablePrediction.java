package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.calibration.Isotonic;
import dev.vitrine.training.calibration.LogisticFit;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.util.Arrays;

/**
 * Yes or no from a table of features: boosted trees, and the plain logistic regression that they
 * stand beside. Rows are parted in three: those fitted to, those that end the growth of trees,
 * calibrate and choose the threshold of F1, and those that are asked.
 *
 * @param rows all of them, labels 0 or 1
 */
record TablePrediction(TreeRows rows, int[] fitted, int[] valid, int[] test) {
    /** Trees with calibrated probabilities. */
    BinaryFigures trees(TreeSettings settings, Progress progress) {
        BoostedTrees trees =
                BoostedTrees.validated(settings, rows.pick(fitted), rows.pick(valid), progress);
        double[] validScores = scores(trees, valid);
        Isotonic calibration = Isotonic.fit(validScores, labels(valid));
        double threshold =
                BinaryFigures.bestThreshold(calibrated(calibration, validScores), labels(valid));
        return BinaryFigures.of(
                calibrated(calibration, scores(trees, test)), labels(test), threshold);
    }

    private double[] scores(BoostedTrees trees, int[] picked) {
        return Arrays.stream(picked)
                .mapToDouble(row -> trees.ensemble().score(rows.features(), row))
                .toArray();
    }

    private static double[] calibrated(Isotonic calibration, double[] scores) {
        return Arrays.stream(scores).map(calibration::probability).toArray();
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
