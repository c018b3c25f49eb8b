package dev.vitrine.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Dropout (Srivastava et al. 2014): values are zeroed by chance and the others grow so that the
 * mean stays. The chances are drawn here, one byte for each value, because the engine's own draws
 * take longer than all else of a small network; a share is therefore rounded to a 256th.
 */
public final class DropMask {
    private final Torch torch;
    private long state;
    private float[] scratch = new float[0];

    public DropMask(Torch torch, long seed) {
        this.torch = torch;
        this.state = seed;
    }

    /**
     * @param share of the values that are zeroed; 0 leaves all as they are
     */
    public NDArray apply(NDArray values, double share) {
        if (share <= 0) {
            return values;
        }
        Shape shape = values.getShape();
        return values.mul(mask(share, shape.getShape()));
    }

    private NDArray mask(double share, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size = Math.toIntExact(size * dimension);
        }
        if (scratch.length != size) {
            scratch = new float[size];
        }
        int below = (int) Math.round(share * 256);
        float kept = 256f / (256 - below);
        for (int i = 0; i < size; i += 8) {
            long bits = next();
            int end = Math.min(8, size - i);
            for (int j = 0; j < end; j++) {
                scratch[i + j] = (bits & 255) < below ? 0f : kept;
                bits >>>= 8;
            }
        }
        return torch.floats(scratch, shape);
    }

    /** SplitMix64 (Steele, Lea and Flood 2014). */
    private long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Where the draws are, for a checkpoint. */
    long state() {
        return state;
    }

    void continueFrom(long earlier) {
        this.state = earlier;
    }
}
