package dev.vitrine.retrieval.table;

/**
 * The few dense loops that factor models spend their time in, on row-major float arrays. {@link
 * #best()} is the Vector API form where the JVM was started with it, else the scalar twin; both
 * compute the same up to rounding. Stateless and safe for concurrent callers.
 *
 * <p>Widths that are multiples of {@link #WIDTH} (in columns) and of 4 (in rows) are asked for
 * where stated, so that no loop has a tail.
 */
public sealed interface DenseKernels permits VectorKernels, ScalarKernels {
    /** Columns of padded arrays come in multiples of this, two registers of 512 bits. */
    int WIDTH = 32;

    /** The fastest form that this JVM can run. */
    static DenseKernels best() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? new VectorKernels()
                : new ScalarKernels();
    }

    /** {@code columns} rounded up to a multiple of {@link #WIDTH}. */
    static int padded(int columns) {
        return (columns + WIDTH - 1) / WIDTH * WIDTH;
    }

    /**
     * Adds a product to {@code c}: {@code c[i][j] += sum over k < count of a(k,i) * b[k][j]}, where
     * {@code a(k,i)} is at {@code aOffset + k * stepK + i * stepI}. With {@code stepI = 1} that is
     * the transpose of {@code a} times {@code b}, with {@code stepK = 1} it is {@code a} times
     * {@code b}.
     *
     * @param rows of {@code c}, a multiple of 4
     * @param columns of {@code b} and {@code c}, a multiple of {@link #WIDTH}
     * @param upper leaves out tiles that lie wholly below the diagonal; what they hold is undefined
     */
    void addProduct(
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
            int cStride);

    /**
     * Replaces the upper triangle of a symmetric positive definite {@code a} by {@code u} with
     * {@code a = u' u}; what is below the diagonal becomes undefined.
     *
     * @param stride a multiple of {@link #WIDTH} and at least {@code n}
     * @return false when a pivot was not positive, and then {@code a} is of no use
     */
    boolean cholesky(float[] a, int n, int stride);

    /** Solves {@code u' u x = b} in place of {@code b}, with {@code u} from {@link #cholesky}. */
    void solve(float[] u, int n, int stride, float[] b);

    /** The inner product of {@code n} values. */
    float dot(float[] a, int aOffset, float[] b, int bOffset, int n);

    /** {@code y += factor * x} over {@code n} values. */
    void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int n);
}
