package dev.vitrine.retrieval.table;

/** The plain form of {@link DenseKernels}: what the vector form must agree with. */
public final class ScalarKernels implements DenseKernels {
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
        for (int i = 0; i < rows; i++) {
            int first = upper ? i / 4 * 4 / WIDTH * WIDTH : 0;
            for (int k = 0; k < count; k++) {
                float left = a[aOffset + k * stepK + i * stepI];
                for (int j = first; j < columns; j++) {
                    c[i * cStride + j] += left * b[bOffset + k * bStride + j];
                }
            }
        }
    }

    @Override
    public boolean cholesky(float[] a, int n, int stride) {
        for (int p = 0; p < n; p++) {
            float pivot = a[p * stride + p];
            if (!(pivot > 0)) {
                return false;
            }
            float inverse = (float) (1 / Math.sqrt(pivot));
            for (int j = p; j < n; j++) {
                a[p * stride + j] *= inverse;
            }
            for (int i = p + 1; i < n; i++) {
                float factor = a[p * stride + i];
                for (int j = i; j < n; j++) {
                    a[i * stride + j] -= factor * a[p * stride + j];
                }
            }
        }
        return true;
    }

    @Override
    public void solve(float[] u, int n, int stride, float[] b) {
        for (int i = 0; i < n; i++) {
            b[i] /= u[i * stride + i];
            for (int j = i + 1; j < n; j++) {
                b[j] -= b[i] * u[i * stride + j];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            float sum = b[i];
            for (int j = i + 1; j < n; j++) {
                sum -= u[i * stride + j] * b[j];
            }
            b[i] = sum / u[i * stride + i];
        }
    }

    @Override
    public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
        float sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }
}
