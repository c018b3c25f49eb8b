package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * How good predictions of yes and no are.
 *
 * @param rows that were asked
 * @param auc the chance that a positive scores above a negative, half for a tie
 * @param averagePrecision mean precision at the positives; ties count as one threshold
 * @param logLoss mean, natural logarithm
 * @param calibrationError mean distance of predicted and observed shares over {@value #BINS} bins
 *     of equally many rows
 * @param accuracy at a threshold
 * @param precision at the threshold
 * @param recall at the threshold
 * @param f1 at the threshold
 */
public record BinaryFigures(
        int rows,
        double auc,
        double averagePrecision,
        double logLoss,
        double calibrationError,
        double accuracy,
        double precision,
        double recall,
        double f1) {
    static final int BINS = 20;

    private static final double LEAST = 1e-12;

    /**
     * @param probabilities in [0, 1]
     * @param threshold from which on a row counts as yes
     * @throws VitrineException DATA_UNSUITABLE without rows of both kinds, or with NaN
     */
    public static BinaryFigures of(double[] probabilities, boolean[] labels, double threshold) {
        int positives = 0;
        for (int row = 0; row < labels.length; row++) {
            positives += labels[row] ? 1 : 0;
            if (!(probabilities[row] >= 0 && probabilities[row] <= 1)) {
                throw new VitrineException(
                        TrainingError.DATA_UNSUITABLE,
                        "row " + row + " has the probability " + probabilities[row]);
            }
        }
        if (positives == 0 || positives == labels.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "figures need rows of both kinds, found "
                            + positives
                            + " positive of "
                            + labels.length);
        }
        Integer[] order = new Integer[labels.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> probabilities[i]).reversed());
        double[] ranked = ranked(order, probabilities, labels, positives);
        int hits = 0;
        int named = 0;
        double loss = 0;
        for (int row = 0; row < labels.length; row++) {
            boolean yes = probabilities[row] >= threshold;
            named += yes ? 1 : 0;
            hits += yes && labels[row] ? 1 : 0;
            double chance = labels[row] ? probabilities[row] : 1 - probabilities[row];
            loss -= Math.log(Math.max(LEAST, chance));
        }
        double precision = named == 0 ? 0 : hits / (double) named;
        double recall = hits / (double) positives;
        int right = labels.length - named - positives + 2 * hits;
        return new BinaryFigures(
                labels.length,
                ranked[0],
                ranked[1],
                loss / labels.length,
                calibrationError(order, probabilities, labels),
                right / (double) labels.length,
                precision,
                recall,
                hits == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    /** As reports have them. */
    public Map<String, Double> byName() {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("auc", auc);
        figures.put("averagePrecision", averagePrecision);
        figures.put("logLoss", logLoss);
        figures.put("calibrationError", calibrationError);
        figures.put("accuracy", accuracy);
        figures.put("precision", precision);
        figures.put("recall", recall);
        figures.put("f1", f1);
        return figures;
    }

    /** AUC and average precision. */
    private static double[] ranked(
            Integer[] order, double[] probabilities, boolean[] labels, int positives) {
        double above = 0;
        double area = 0;
        double average = 0;
        int at = 0;
        while (at < order.length) {
            int end = at;
            int found = 0;
            while (end < order.length && probabilities[order[end]] == probabilities[order[at]]) {
                found += labels[order[end++]] ? 1 : 0;
            }
            int others = end - at - found;
            area += others * (above + found / 2.0);
            above += found;
            average += found * (above / end);
            at = end;
        }
        double negatives = labels.length - (double) positives;
        return new double[] {area / (positives * negatives), average / positives};
    }

    private static double calibrationError(
            Integer[] order, double[] probabilities, boolean[] labels) {
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            int from = (int) ((long) order.length * bin / BINS);
            int to = (int) ((long) order.length * (bin + 1) / BINS);
            double predicted = 0;
            double observed = 0;
            for (int i = from; i < to; i++) {
                predicted += probabilities[order[i]];
                observed += labels[order[i]] ? 1 : 0;
            }
            error += Math.abs(predicted - observed);
        }
        return error / order.length;
    }

    /** The threshold at which F1 is highest on given rows; to be chosen where nothing is judged. */
    public static double bestThreshold(double[] probabilities, boolean[] labels) {
        Integer[] order = new Integer[labels.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> probabilities[i]).reversed());
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        double best = -1;
        double threshold = .5;
        int hits = 0;
        for (int i = 0; i < order.length; i++) {
            hits += labels[order[i]] ? 1 : 0;
            boolean ends =
                    i + 1 == order.length || probabilities[order[i + 1]] != probabilities[order[i]];
            double f1 = 2.0 * hits / (i + 1 + positives);
            if (ends && f1 > best) {
                best = f1;
                threshold = probabilities[order[i]];
            }
        }
        return threshold;
    }
}
