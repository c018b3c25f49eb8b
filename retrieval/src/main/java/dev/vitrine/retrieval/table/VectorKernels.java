package dev.vitrine.retrieval.table;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DenseKernels} with the Vector API.
 *
 * <p>Products are made in tiles of 4 rows by 2 registers: eight sums stay in registers while {@code
 * k} runs, which is as many as two multiply-add units with a latency of four cycles need to stay
 * busy, and each step loads two registers and four broadcast values for its eight multiply-adds.
 * The Cholesky factor removes four pivot rows at a time from what is left, so that one load and one
 * store of a register pay for four multiply-adds.
 */
public final class VectorKernels implements DenseKernels {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int L = LANES.length();
    private static final int PIVOTS = 4;

    @Override
    public void addProduct(
            float[] a,
            int aOffset,
            int stepK,
            int stepI,
            float[] b,
            int bOffset,
            int bStride,
            int count,
            int rows,
            int columns,
            boolean upper,
            float[] c,
            int cStride) {
        for (int i = 0; i < rows; i += 4) {
            int first = upper ? i / (2 * L) * (2 * L) : 0;
            for (int j = first; j < columns; j += 2 * L) {
                addTile(
                        a,
                        aOffset + i * stepI,
                        stepK,
                        stepI,
                        b,
                        bOffset + j,
                        bStride,
                        count,
                        c,
                        i * cStride + j,
                        cStride);
            }
        }
    }

    private static void addTile(
            float[] a,
            int aOffset,
            int stepK,
            int stepI,
            float[] b,
            int bOffset,
            int bStride,
            int count,
            float[] c,
            int cOffset,
            int cStride) {
        FloatVector s00 = FloatVector.fromArray(LANES, c, cOffset);
        FloatVector s01 = FloatVector.fromArray(LANES, c, cOffset + L);
        FloatVector s10 = FloatVector.fromArray(LANES, c, cOffset + cStride);
        FloatVector s11 = FloatVector.fromArray(LANES, c, cOffset + cStride + L);
        FloatVector s20 = FloatVector.fromArray(LANES, c, cOffset + 2 * cStride);
        FloatVector s21 = FloatVector.fromArray(LANES, c, cOffset + 2 * cStride + L);
        FloatVector s30 = FloatVector.fromArray(LANES, c, cOffset + 3 * cStride);
        FloatVector s31 = FloatVector.fromArray(LANES, c, cOffset + 3 * cStride + L);
        for (int k = 0; k < count; k++) {
            int at = aOffset + k * stepK;
            FloatVector b0 = FloatVector.fromArray(LANES, b, bOffset + k * bStride);
            FloatVector b1 = FloatVector.fromArray(LANES, b, bOffset + k * bStride + L);
            FloatVector a0 = FloatVector.broadcast(LANES, a[at]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            FloatVector a1 = FloatVector.broadcast(LANES, a[at + stepI]);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            FloatVector a2 = FloatVector.broadcast(LANES, a[at + 2 * stepI]);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            FloatVector a3 = FloatVector.broadcast(LANES, a[at + 3 * stepI]);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
        }
        s00.intoArray(c, cOffset);
        s01.intoArray(c, cOffset + L);
        s10.intoArray(c, cOffset + cStride);
        s11.intoArray(c, cOffset + cStride + L);
        s20.intoArray(c, cOffset + 2 * cStride);
        s21.intoArray(c, cOffset + 2 * cStride + L);
        s30.intoArray(c, cOffset + 3 * cStride);
        s31.intoArray(c, cOffset + 3 * cStride + L);
    }

    @Override
    public boolean cholesky(float[] a, int n, int stride) {
        int end = DenseKernels.padded(n);
        for (int p = 0; p < n; p += PIVOTS) {
            int last = Math.min(p + PIVOTS, n);
            if (!factorPanel(a, p, last, end, stride)) {
                return false;
            }
            for (int i = last; i < n; i++) {
                removePanel(a, p, i, end, stride);
            }
        }
        return true;
    }

    /** Turns rows {@code p} to {@code last - 1} into rows of the factor. */
    private static boolean factorPanel(float[] a, int p, int last, int end, int stride) {
        for (int q = p; q < last; q++) {
            int first = q / L * L;
            for (int r = p; r < q; r++) {
                FloatVector factor = FloatVector.broadcast(LANES, -a[r * stride + q]);
                for (int j = first; j < end; j += L) {
                    factor.fma(
                                    FloatVector.fromArray(LANES, a, r * stride + j),
                                    FloatVector.fromArray(LANES, a, q * stride + j))
                            .intoArray(a, q * stride + j);
                }
            }
            float pivot = a[q * stride + q];
            if (!(pivot > 0)) {
                return false;
            }
            FloatVector inverse = FloatVector.broadcast(LANES, (float) (1 / Math.sqrt(pivot)));
            for (int j = first; j < end; j += L) {
                FloatVector.fromArray(LANES, a, q * stride + j)
                        .mul(inverse)
                        .intoArray(a, q * stride + j);
            }
        }
        return true;
    }

    /** Subtracts from row {@code i} its share of the four pivot rows that begin at {@code p}. */
    private static void removePanel(float[] a, int p, int i, int end, int stride) {
        int r0 = p * stride;
        int r1 = r0 + stride;
        int r2 = r1 + stride;
        int r3 = r2 + stride;
        FloatVector f0 = FloatVector.broadcast(LANES, -a[r0 + i]);
        FloatVector f1 = FloatVector.broadcast(LANES, -a[r1 + i]);
        FloatVector f2 = FloatVector.broadcast(LANES, -a[r2 + i]);
        FloatVector f3 = FloatVector.broadcast(LANES, -a[r3 + i]);
        int row = i * stride;
        for (int j = i / L * L; j < end; j += L) {
            FloatVector rest = FloatVector.fromArray(LANES, a, row + j);
            rest = f0.fma(FloatVector.fromArray(LANES, a, r0 + j), rest);
            rest = f1.fma(FloatVector.fromArray(LANES, a, r1 + j), rest);
            rest = f2.fma(FloatVector.fromArray(LANES, a, r2 + j), rest);
            rest = f3.fma(FloatVector.fromArray(LANES, a, r3 + j), rest);
            rest.intoArray(a, row + j);
        }
    }

    @Override
    public void solve(float[] u, int n, int stride, float[] b) {
        for (int i = 0; i < n; i++) {
            b[i] /= u[i * stride + i];
            addScaled(-b[i], u, i * stride + i + 1, b, i + 1, n - i - 1);
        }
        for (int i = n - 1; i >= 0; i--) {
            float rest = b[i] - dot(u, i * stride + i + 1, b, i + 1, n - i - 1);
            b[i] = rest / u[i * stride + i];
        }
    }

    @Override
    public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
        int end = LANES.loopBound(n);
        float sum = 0;
        if (end > 0) {
            FloatVector sums = FloatVector.zero(LANES);
            for (int i = 0; i < end; i += L) {
                sums =
                        FloatVector.fromArray(LANES, a, aOffset + i)
                                .fma(FloatVector.fromArray(LANES, b, bOffset + i), sums);
            }
            sum = sums.reduceLanes(VectorOperators.ADD);
        }
        for (int i = end; i < n; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = LANES.loopBound(n);
        FloatVector factors = FloatVector.broadcast(LANES, factor);
        for (int i = 0; i < end; i += L) {
            factors.fma(
                            FloatVector.fromArray(LANES, x, xOffset + i),
                            FloatVector.fromArray(LANES, y, yOffset + i))
                    .intoArray(y, yOffset + i);
        }
        for (int i = end; i < n; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }
}
