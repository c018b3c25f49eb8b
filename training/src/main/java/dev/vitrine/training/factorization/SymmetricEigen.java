package dev.vitrine.training.factorization;

/**
 * All eigenvalues and eigenvectors of a small symmetric matrix, in doubles: Householder reduction
 * to tridiagonal form, then implicit QL (Bowdler, Martin, Reinsch and Wilkinson, "The QR and QL
 * algorithms for symmetric matrices", 1968; the EISPACK routines tred2 and tql2). About 9 n^3
 * multiply-adds.
 */
public final class SymmetricEigen {
    private static final int MOST_STEPS = 60;

    private final int n;
    private final double[][] vectors;
    private final double[] values;
    private final double[] off;
    private double negligible;

    /**
     * @param matrix n by n; only its lower triangle is read, and it is not changed
     * @throws ArithmeticException when it has entries that are not finite
     */
    public SymmetricEigen(double[][] matrix) {
        n = matrix.length;
        vectors = new double[n][n];
        values = new double[n];
        off = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                if (!Double.isFinite(matrix[i][j])) {
                    throw new ArithmeticException(
                            "entry " + i + "," + j + " is " + matrix[i][j] + ", not finite");
                }
                vectors[i][j] = matrix[i][j];
                vectors[j][i] = matrix[i][j];
            }
        }
        tridiagonalize();
        accumulate();
        diagonalize();
    }

    /** The eigenvalues, in no particular order. */
    public double[] values() {
        return values.clone();
    }

    /** Entry {@code [i][k]} is component i of the unit eigenvector of value k. */
    public double[][] vectors() {
        return vectors;
    }

    private void tridiagonalize() {
        for (int i = n - 1; i > 0; i--) {
            double[] row = vectors[i];
            double scale = 0;
            for (int k = 0; k < i; k++) {
                scale += Math.abs(row[k]);
            }
            if (i == 1 || scale == 0) {
                off[i] = row[i - 1];
                values[i] = 0;
                continue;
            }
            double h = 0;
            for (int k = 0; k < i; k++) {
                row[k] /= scale;
                h += row[k] * row[k];
            }
            double f = row[i - 1];
            double g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
            off[i] = scale * g;
            h -= f * g;
            row[i - 1] = f - g;
            values[i] = h;
            reflect(i, h);
        }
        values[0] = 0;
        off[0] = 0;
    }

    /** Applies the reflection kept in row {@code i} to the block above it. */
    private void reflect(int i, double h) {
        double[] u = vectors[i];
        double f = 0;
        for (int j = 0; j < i; j++) {
            vectors[j][i] = u[j] / h;
            double g = 0;
            for (int k = 0; k <= j; k++) {
                g += vectors[j][k] * u[k];
            }
            for (int k = j + 1; k < i; k++) {
                g += vectors[k][j] * u[k];
            }
            off[j] = g / h;
            f += off[j] * u[j];
        }
        double hh = f / (h + h);
        for (int j = 0; j < i; j++) {
            double fj = u[j];
            double gj = off[j] - hh * fj;
            off[j] = gj;
            double[] row = vectors[j];
            for (int k = 0; k <= j; k++) {
                row[k] -= fj * off[k] + gj * u[k];
            }
        }
    }

    private void accumulate() {
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            if (values[i] != 0) {
                java.util.Arrays.fill(weights, 0, i, 0);
                for (int k = 0; k < i; k++) {
                    double u = vectors[i][k];
                    for (int j = 0; j < i; j++) {
                        weights[j] += u * vectors[k][j];
                    }
                }
                for (int k = 0; k < i; k++) {
                    double v = vectors[k][i];
                    for (int j = 0; j < i; j++) {
                        vectors[k][j] -= weights[j] * v;
                    }
                }
            }
            values[i] = vectors[i][i];
            vectors[i][i] = 1;
            for (int j = 0; j < i; j++) {
                vectors[i][j] = 0;
                vectors[j][i] = 0;
            }
        }
    }

    private void diagonalize() {
        // Rotations mix two columns; on the transpose these are two rows, and memory is walked in
        // order.
        transpose();
        System.arraycopy(off, 1, off, 0, n - 1);
        off[n - 1] = 0;
        double norm = 0;
        for (int i = 0; i < n; i++) {
            norm = Math.max(norm, Math.abs(values[i]) + Math.abs(off[i]));
        }
        negligible = Math.ulp(norm);
        for (int l = 0; l < n; l++) {
            int steps = 0;
            for (int m = smallFrom(l); m != l; m = smallFrom(l)) {
                if (steps++ == MOST_STEPS) {
                    throw new ArithmeticException("QL did not converge in " + steps + " steps");
                }
                step(l, m);
            }
        }
        transpose();
    }

    /** The first place at or after {@code l} where the matrix falls apart. */
    private int smallFrom(int l) {
        int m = l;
        while (m < n - 1) {
            double size = Math.abs(values[m]) + Math.abs(values[m + 1]);
            // Beside the whole matrix too: a block of nearly nothing would never fall apart.
            if (Math.abs(off[m]) <= Math.max(Math.ulp(size), negligible)) {
                break;
            }
            m++;
        }
        return m;
    }

    private void step(int l, int m) {
        double g = (values[l + 1] - values[l]) / (2 * off[l]);
        double r = Math.hypot(g, 1);
        g = values[m] - values[l] + off[l] / (g + Math.copySign(r, g));
        double s = 1;
        double c = 1;
        double p = 0;
        for (int i = m - 1; i >= l; i--) {
            double f = s * off[i];
            double b = c * off[i];
            r = Math.hypot(f, g);
            off[i + 1] = r;
            if (r == 0) {
                values[i + 1] -= p;
                off[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = values[i + 1] - p;
            r = (values[i] - g) * s + 2 * c * b;
            p = s * r;
            values[i + 1] = g + p;
            g = c * r - b;
            rotate(vectors[i], vectors[i + 1], c, s);
        }
        values[l] -= p;
        off[l] = g;
        off[m] = 0;
    }

    private static void rotate(double[] low, double[] high, double c, double s) {
        for (int k = 0; k < low.length; k++) {
            double f = high[k];
            high[k] = s * low[k] + c * f;
            low[k] = c * low[k] - s * f;
        }
    }

    private void transpose() {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double t = vectors[i][j];
                vectors[i][j] = vectors[j][i];
                vectors[j][i] = t;
            }
        }
    }
}
