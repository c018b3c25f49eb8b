package dev.vitrine.training.calibration;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;

/**
 * Logistic regression by Newton's method with a small ridge, for a handful of inputs and any number
 * of rows: minimises the mean log loss plus {@code ridge / 2 * |weights|^2} (the intercept is not
 * held back). Converges in a few steps because the loss is convex and the Hessian is exact.
 *
 * @param weights one per input
 * @param logLoss mean over the rows it was fitted on, natural logarithm
 */
public record LogisticFit(double[] weights, double intercept, double logLoss) {
    private static final int MOST_STEPS = 50;
    private static final double RIDGE = 1e-4;

    /**
     * Fits.
     *
     * @param inputs rows by inputs, finite
     * @param labels one per row: true when it happened
     * @throws VitrineException DATA_UNSUITABLE when there are no rows, all labels are the same, or
     *     an input is not finite
     */
    public static LogisticFit of(double[][] inputs, boolean[] labels) {
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        if (inputs.length != labels.length || positives == 0 || positives == labels.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "a calibration needs rows of both kinds, found "
                            + positives
                            + " positive of "
                            + labels.length);
        }
        requireFinite(inputs);
        int width = inputs[0].length;
        double[] solution = new double[width + 1];
        solution[width] = Math.log(positives / (double) (labels.length - positives));
        double loss = loss(inputs, labels, solution);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] direction = direction(inputs, labels, solution);
            double size = 1;
            double[] next = moved(solution, direction, size);
            double nextLoss = loss(inputs, labels, next);
            while (nextLoss > loss && size > 1e-6) {
                size /= 2;
                next = moved(solution, direction, size);
                nextLoss = loss(inputs, labels, next);
            }
            double gain = loss - nextLoss;
            if (gain <= 0) {
                break;
            }
            solution = next;
            loss = nextLoss;
            if (gain < 1e-10) {
                break;
            }
        }
        double penalty = 0;
        for (int i = 0; i < width; i++) {
            penalty += RIDGE / 2 * solution[i] * solution[i];
        }
        return new LogisticFit(Arrays.copyOf(solution, width), solution[width], loss - penalty);
    }

    private static void requireFinite(double[][] inputs) {
        for (int row = 0; row < inputs.length; row++) {
            for (int i = 0; i < inputs[row].length; i++) {
                if (!Double.isFinite(inputs[row][i])) {
                    throw new VitrineException(
                            TrainingError.DATA_UNSUITABLE,
                            "input " + i + " of row " + row + " is " + inputs[row][i]);
                }
            }
        }
    }

    private static double[] moved(double[] from, double[] direction, double size) {
        double[] to = from.clone();
        for (int i = 0; i < to.length; i++) {
            to[i] -= size * direction[i];
        }
        return to;
    }

    private static double loss(double[][] inputs, boolean[] labels, double[] at) {
        double sum = 0;
        for (int row = 0; row < inputs.length; row++) {
            double margin = margin(inputs[row], at);
            double signed = labels[row] ? margin : -margin;
            sum +=
                    signed > 0
                            ? Math.log1p(Math.exp(-signed))
                            : -signed + Math.log1p(Math.exp(signed));
        }
        double penalty = 0;
        for (int i = 0; i < at.length - 1; i++) {
            penalty += RIDGE / 2 * at[i] * at[i];
        }
        return sum / inputs.length + penalty;
    }

    private static double margin(double[] row, double[] at) {
        double margin = at[row.length];
        for (int i = 0; i < row.length; i++) {
            margin += at[i] * row[i];
        }
        return margin;
    }

    /** The Newton direction: the inverse Hessian times the gradient. */
    private static double[] direction(double[][] inputs, boolean[] labels, double[] at) {
        int n = at.length;
        double[] gradient = new double[n];
        double[][] hessian = new double[n][n];
        double[] x = new double[n];
        x[n - 1] = 1;
        for (int row = 0; row < inputs.length; row++) {
            System.arraycopy(inputs[row], 0, x, 0, n - 1);
            double p = 1 / (1 + Math.exp(-margin(inputs[row], at)));
            double error = (p - (labels[row] ? 1 : 0)) / inputs.length;
            double curvature = p * (1 - p) / inputs.length;
            for (int i = 0; i < n; i++) {
                gradient[i] += error * x[i];
                for (int j = 0; j <= i; j++) {
                    hessian[i][j] += curvature * x[i] * x[j];
                }
            }
        }
        for (int i = 0; i < n - 1; i++) {
            gradient[i] += RIDGE * at[i];
            hessian[i][i] += RIDGE;
        }
        hessian[n - 1][n - 1] += 1e-12;
        return solve(hessian, gradient);
    }

    /** Solves a symmetric positive definite system (lower triangle given) by Cholesky. */
    private static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                a[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / a[j][j];
            }
        }
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= a[i][k] * x[k];
            }
            x[i] /= a[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= a[k][i] * x[k];
            }
            x[i] /= a[i][i];
        }
        return x;
    }
}
