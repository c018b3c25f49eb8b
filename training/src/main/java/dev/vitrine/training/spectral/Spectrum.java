package dev.vitrine.training.spectral;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.linear.Blas;
import dev.vitrine.training.linear.NativeMatrix;
import dev.vitrine.training.linear.Parallel;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The leading eigenvectors of {@code L = A'A}, by subspace iteration with Chebyshev filters.
 *
 * <p>A block of {@code components + 64} random vectors is multiplied by a polynomial of L that is
 * small on the unwanted end of the spectrum, made orthonormal by two Cholesky steps, and rotated to
 * its Ritz vectors; this repeats until the wanted Ritz values stand still. The work is sparse
 * products (all threads, ours) and products of the thin block (BLAS).
 *
 * <p>Blocks are stored transposed: one column of {@code width} floats per item.
 */
final class Spectrum implements AutoCloseable {
    private static final int OVERSAMPLING = 64;
    private static final int MOST_ROUNDS = 20;
    private static final int DEGREE = 4;
    private static final int EARLY_DEGREE = 2;
    private static final int EARLY_ROUNDS = 3;
    private static final double TOLERANCE = 1e-4;
    private static final float SHIFT = 1e-5f;

    private final float[] values;
    private final NativeMatrix vectors;

    private Spectrum(float[] values, NativeMatrix vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /** Eigenvalues, falling. */
    float[] values() {
        return values;
    }

    /** Components x items: column i holds the places of item i in each eigenvector. */
    NativeMatrix vectors() {
        return vectors;
    }

    @Override
    public void close() {
        vectors.close();
    }

    /** Native memory needed while finding so many components. */
    static long bytes(int people, int items, int components) {
        int width = width(items, components);
        return NativeMatrix.bytes(width, items) * 4
                + NativeMatrix.bytes(width, people)
                + NativeMatrix.bytes(width, width) * 2;
    }

    private static int width(int items, int components) {
        return Math.min(items, components + OVERSAMPLING);
    }

    static Spectrum leading(
            Adjacency adjacency, int components, long seed, int threads, Progress progress) {
        int items = adjacency.items();
        int kept = Math.min(components, items);
        int width = width(items, components);
        Blas.threads(threads, items);
        progress.start("eigenvectors", "rounds", 0);
        NativeMatrix a = new NativeMatrix(width, items);
        NativeMatrix b = new NativeMatrix(width, items);
        NativeMatrix c = new NativeMatrix(width, items);
        try (NativeMatrix between = new NativeMatrix(width, adjacency.people());
                NativeMatrix small = new NativeMatrix(width, width)) {
            Iteration iteration = new Iteration(adjacency, a, b, c, between, small, threads);
            boolean whole = width == items;
            if (whole) {
                iteration.identity();
            } else {
                iteration.randomize(seed);
            }
            float[] ritz = iteration.rotate();
            int round = 1;
            for (double change = whole ? 0 : 1; round < MOST_ROUNDS && change > TOLERANCE; ) {
                round++;
                float[] before = ritz;
                // A high degree would drown what is still mixed in the first rounds.
                int degree = round <= EARLY_ROUNDS ? EARLY_DEGREE : DEGREE;
                iteration.amplify(Math.max(ritz[0], ritz[width - 1] * 1e-3f), degree);
                ritz = iteration.rotate();
                change = change(before, ritz, kept);
                progress.advance(round);
            }
            progress.finish(kept + " eigenvectors of " + items + " items in " + round + " rounds");
            return iteration.keep(ritz, kept);
        } finally {
            a.close();
            b.close();
            c.close();
            Blas.threads(1);
        }
    }

    /** The largest relative change among the largest {@code kept} of rising values. */
    private static double change(float[] before, float[] after, int kept) {
        double change = 0;
        for (int i = after.length - kept; i < after.length; i++) {
            double size = Math.max(1e-6 * after[after.length - 1], Math.abs(after[i]));
            change = Math.max(change, Math.abs(after[i] - before[i]) / size);
        }
        return change;
    }

    /** The blocks of one run; {@code q} is the current one, the others scratch. */
    private static final class Iteration {
        private final Adjacency adjacency;
        private NativeMatrix q;
        private NativeMatrix r;
        private NativeMatrix s;
        private final NativeMatrix between;
        private final NativeMatrix small;
        private final int threads;

        Iteration(
                Adjacency adjacency,
                NativeMatrix q,
                NativeMatrix r,
                NativeMatrix s,
                NativeMatrix between,
                NativeMatrix small,
                int threads) {
            this.adjacency = adjacency;
            this.q = q;
            this.r = r;
            this.s = s;
            this.between = between;
            this.small = small;
            this.threads = threads;
        }

        void randomize(long seed) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            float[] column = new float[q.rows()];
            for (int item = 0; item < q.columns(); item++) {
                for (int k = 0; k < column.length; k++) {
                    column[k] = (float) random.nextGaussian();
                }
                q.setColumn(item, column, 0, column.length);
            }
            orthonormalize();
        }

        /** The block of all unit vectors: its Ritz vectors are the eigenvectors themselves. */
        void identity() {
            float[] column = new float[q.rows()];
            for (int item = 0; item < q.columns(); item++) {
                column[item] = 1f;
                q.setColumn(item, column, 0, column.length);
                column[item] = 0f;
            }
        }

        /** Rotates the orthonormal block to its Ritz vectors; Ritz values rise. */
        float[] rotate() {
            adjacency.smooth(q, between, r, threads);
            Blas.multiplyByTransposed(q, r, small);
            float[] ritz = Blas.eigen(small);
            Blas.multiplyTransposed(small, q, r);
            swapQR();
            return ritz;
        }

        /**
         * Chebyshev polynomial of L on the block, with 0 to {@code cut} as the damped interval:
         * {@code y_j+1 = 2 (L y_j - e y_j) / e - y_j-1}, {@code e = cut / 2}.
         */
        void amplify(float cut, int highest) {
            float e = cut / 2;
            adjacency.smooth(q, between, r, threads);
            combine(r, 1 / e, q, -1f, r, 0f);
            for (int degree = 2; degree <= highest; degree++) {
                adjacency.smooth(r, between, s, threads);
                combine(s, 2 / e, r, -2f, q, -1f);
                NativeMatrix oldest = q;
                q = r;
                r = s;
                s = oldest;
            }
            swapQR();
            orthonormalize();
        }

        /** {@code a = fa a + fb b + fc c}, column by column. */
        private void combine(
                NativeMatrix a, float fa, NativeMatrix b, float fb, NativeMatrix c, float fc) {
            Parallel.blocks(
                    a.columns(),
                    256,
                    threads,
                    () -> {
                        float[] sum = new float[a.rows()];
                        return (from, to) -> {
                            for (int column = from; column < to; column++) {
                                java.util.Arrays.fill(sum, 0f);
                                SparseProduct.addColumn(a, column, fa, sum);
                                SparseProduct.addColumn(b, column, fb, sum);
                                SparseProduct.addColumn(c, column, fc, sum);
                                a.setColumn(column, sum, 0, sum.length);
                            }
                        };
                    });
        }

        /**
         * Rows to unit length, then twice {@code q = inverse(l) q} with {@code l l' = q q'}; the
         * shift keeps the first Cholesky step possible when rows are nearly dependent.
         */
        private void orthonormalize() {
            scaleRows();
            for (int pass = 0; pass < 2; pass++) {
                Blas.gramOfRows(q, small);
                for (int k = 0; k < small.rows() && pass == 0; k++) {
                    small.set(k, k, small.get(k, k) + SHIFT);
                }
                Blas.cholesky(small);
                Blas.solveLeft(small, q);
            }
        }

        private void scaleRows() {
            int width = q.rows();
            double[] squares = new double[width];
            float[] column = new float[width];
            for (int item = 0; item < q.columns(); item++) {
                q.getColumn(item, column);
                for (int k = 0; k < width; k++) {
                    squares[k] += (double) column[k] * column[k];
                }
            }
            for (int item = 0; item < q.columns(); item++) {
                q.getColumn(item, column);
                for (int k = 0; k < width; k++) {
                    column[k] /= (float) Math.sqrt(Math.max(1e-30, squares[k]));
                }
                q.setColumn(item, column, 0, width);
            }
        }

        private void swapQR() {
            NativeMatrix swap = q;
            q = r;
            r = swap;
        }

        Spectrum keep(float[] ritz, int kept) {
            int width = q.rows();
            float[] values = new float[kept];
            NativeMatrix vectors = new NativeMatrix(kept, q.columns());
            float[] column = new float[width];
            float[] out = new float[kept];
            for (int k = 0; k < kept; k++) {
                values[k] = ritz[width - 1 - k];
            }
            for (int item = 0; item < q.columns(); item++) {
                q.getColumn(item, column);
                for (int k = 0; k < kept; k++) {
                    out[k] = column[width - 1 - k];
                }
                vectors.setColumn(item, out, 0, kept);
            }
            return new Spectrum(values, vectors);
        }
    }
}
