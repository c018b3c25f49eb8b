package dev.vitrine.training.linear;

import static org.bytedeco.openblas.global.openblas.CblasColMajor;
import static org.bytedeco.openblas.global.openblas.CblasLeft;
import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasTrans;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The few routines of OpenBLAS and LAPACK that the models call, on {@link NativeMatrix}. The number
 * of threads is a property of the native library, one for the whole process.
 */
public final class Blas {
    /** Matrices of fewer rows are worked on by one thread. */
    private static final int ALONE = 4_000;

    private Blas() {}

    /**
     * Sets how many threads one call may use for matrices of a size: one for small ones, which take
     * that about a second, where threads that wait for each other on a busy machine take minutes.
     */
    public static void threads(int threads, int rows) {
        threads(rows < ALONE ? 1 : threads);
    }

    /** Sets how many threads one call may use; calls from several threads share them. */
    public static void threads(int threads) {
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** {@code c = a' b}. */
    public static void multiplyTransposed(NativeMatrix a, NativeMatrix b, NativeMatrix c) {
        check(a.rows() == b.rows() && c.rows() == a.columns() && c.columns() == b.columns());
        gemm(CblasTrans, CblasNoTrans, a, b, a.rows(), c);
    }

    /** {@code c = a b'}. */
    public static void multiplyByTransposed(NativeMatrix a, NativeMatrix b, NativeMatrix c) {
        check(a.columns() == b.columns() && c.rows() == a.rows() && c.columns() == b.rows());
        gemm(CblasNoTrans, CblasTrans, a, b, a.columns(), c);
    }

    private static void gemm(
            int formA, int formB, NativeMatrix a, NativeMatrix b, int inner, NativeMatrix c) {
        try (FloatPointer left = a.pointer();
                FloatPointer right = b.pointer();
                FloatPointer out = c.pointer()) {
            openblas.cblas_sgemm(
                    CblasColMajor,
                    formA,
                    formB,
                    c.rows(),
                    c.columns(),
                    inner,
                    1f,
                    left,
                    a.rows(),
                    right,
                    b.rows(),
                    0f,
                    out,
                    c.rows());
        }
    }

    /** The lower triangle of {@code c = a a'}; the upper is left as it is. */
    public static void gramOfRows(NativeMatrix a, NativeMatrix c) {
        check(c.rows() == a.rows() && c.columns() == a.rows());
        try (FloatPointer in = a.pointer();
                FloatPointer out = c.pointer()) {
            openblas.cblas_ssyrk(
                    CblasColMajor,
                    CblasLower,
                    CblasNoTrans,
                    a.rows(),
                    a.columns(),
                    1f,
                    in,
                    a.rows(),
                    0f,
                    out,
                    c.rows());
        }
    }

    /** {@code a = inverse(l) a}, {@code l} lower triangular. */
    public static void solveLeft(NativeMatrix l, NativeMatrix a) {
        check(l.rows() == a.rows() && l.columns() == a.rows());
        try (FloatPointer triangle = l.pointer();
                FloatPointer out = a.pointer()) {
            openblas.cblas_strsm(
                    CblasColMajor,
                    CblasLeft,
                    CblasLower,
                    CblasNoTrans,
                    CblasNonUnit,
                    a.rows(),
                    a.columns(),
                    1f,
                    triangle,
                    l.rows(),
                    out,
                    a.rows());
        }
    }

    /**
     * Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor.
     *
     * @throws VitrineException {@code FIT_FAILED} when the matrix is not positive definite
     */
    public static void cholesky(NativeMatrix a) {
        check(a.rows() == a.columns());
        try (FloatPointer matrix = a.pointer()) {
            int info =
                    openblas.LAPACKE_spotrf(
                            openblas.LAPACK_COL_MAJOR, (byte) 'L', a.rows(), matrix, a.rows());
            if (info != 0) {
                throw new VitrineException(
                        TrainingError.FIT_FAILED,
                        "the matrix is not positive definite (pivot "
                                + info
                                + " of "
                                + a.rows()
                                + "); a larger regularisation is needed");
            }
        }
    }

    /** Replaces a Cholesky factor in the lower triangle by the lower triangle of the inverse. */
    public static void inverseFromCholesky(NativeMatrix a) {
        check(a.rows() == a.columns());
        try (FloatPointer matrix = a.pointer()) {
            int info =
                    openblas.LAPACKE_spotri(
                            openblas.LAPACK_COL_MAJOR, (byte) 'L', a.rows(), matrix, a.rows());
            if (info != 0) {
                throw new VitrineException(
                        TrainingError.FIT_FAILED,
                        "the Cholesky factor is singular at pivot " + info);
            }
        }
    }

    /**
     * Eigenvalues, rising, of the symmetric matrix whose lower triangle is given; the matrix is
     * replaced by the eigenvectors, one per column.
     */
    public static float[] eigen(NativeMatrix a) {
        check(a.rows() == a.columns());
        float[] values = new float[a.rows()];
        try (FloatPointer matrix = a.pointer();
                FloatPointer w = new FloatPointer(a.rows())) {
            int info =
                    openblas.LAPACKE_ssyevd(
                            openblas.LAPACK_COL_MAJOR,
                            (byte) 'V',
                            (byte) 'L',
                            a.rows(),
                            matrix,
                            a.rows(),
                            w);
            if (info != 0) {
                throw new VitrineException(
                        TrainingError.FIT_FAILED,
                        "the eigenvalues of a "
                                + a.rows()
                                + " x "
                                + a.rows()
                                + " matrix were not found (code "
                                + info
                                + ")");
            }
            w.get(values);
        }
        return values;
    }

    private static void check(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("the shapes of the matrices do not fit");
        }
    }
}
