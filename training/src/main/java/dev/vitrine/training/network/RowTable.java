package dev.vitrine.training.network;

import ai.djl.ndarray.NDArray;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of which a step reads few rows. It lies outside of the engine; a step gets the rows that
 * it reads, and only those are moved after it, so that a step costs what it reads and not what
 * there is. Adam moves a parameter on for a while after its last gradient: a row makes up for the
 * steps that it missed, in closed form, when it is read next. So it is fitted as if all rows were
 * moved in all steps, but that the rate of the missed ones is taken to be the last one's.
 */
final class RowTable {
    private static final float TINY = 1e-30f;

    private final int width;
    private final float[] values;
    private final float[] mean;
    private final float[] square;

    /** The step up to which each row has been moved. */
    private final long[] moved;

    /** Where the gradient of each row of this step is gathered, from 1; 0 for none. */
    private final int[] slot;

    private final List<Read> reads = new ArrayList<>();
    private int[] touched = new int[0];
    private float[] gradients = new float[0];
    private int count;
    private long steps;
    private double lastCorrected;
    private double lastRate;
    private double lastDecay;

    /** Rows that a step reads, and the array it gets. */
    private record Read(long[] numbers, NDArray rows) {}

    RowTable(float[] values, int width) {
        this.width = width;
        this.values = values;
        this.mean = new float[values.length];
        this.square = new float[values.length];
        this.moved = new long[values.length / width];
        this.slot = new int[moved.length];
    }

    int size() {
        return values.length;
    }

    /** Forgets what was read and not followed by a step. */
    void begin() {
        reads.clear();
    }

    /**
     * Rows by their numbers, as often as they are named.
     *
     * @return [numbers, width]
     */
    NDArray read(Torch torch, long... numbers) {
        float[] rows = new float[numbers.length * width];
        for (int i = 0; i < numbers.length; i++) {
            int row = (int) numbers[i];
            catchUp(row);
            System.arraycopy(values, row * width, rows, i * width, width);
        }
        NDArray array = torch.floats(rows, numbers.length, width);
        array.setRequiresGradient(true);
        reads.add(new Read(numbers, array));
        return array;
    }

    /** Gathers the gradients of the rows that were read; their squared length. */
    double gather() {
        int most = reads.stream().mapToInt(read -> read.numbers().length).sum();
        if (touched.length < most) {
            touched = new int[most];
            gradients = new float[most * width];
        }
        Arrays.fill(gradients, 0, most * width, 0);
        count = 0;
        for (Read read : reads) {
            float[] gradient = read.rows().getGradient().toFloatArray();
            for (int i = 0; i < read.numbers().length; i++) {
                int row = (int) read.numbers()[i];
                if (slot[row] == 0) {
                    touched[count++] = row;
                    slot[row] = count;
                }
                int to = (slot[row] - 1) * width;
                for (int d = 0; d < width; d++) {
                    gradients[to + d] += gradient[i * width + d];
                }
            }
        }
        reads.clear();
        double sum = 0;
        for (int i = 0; i < count * width; i++) {
            sum += (double) gradients[i] * gradients[i];
        }
        return sum;
    }

    /**
     * Moves the rows whose gradients were gathered.
     *
     * @param corrected the rate with the correction of the first steps
     * @param shortened what each gradient is multiplied by
     */
    void step(double rate, double corrected, double decay, float shortened) {
        steps++;
        lastRate = rate;
        lastCorrected = corrected;
        lastDecay = decay;
        float kept = (float) (1 - rate * decay);
        for (int t = 0; t < count; t++) {
            int row = touched[t];
            int from = row * width;
            for (int d = 0; d < width; d++) {
                float gradient = gradients[t * width + d] * shortened;
                float first =
                        Parameters.FIRST_DECAY * mean[from + d]
                                + (1 - Parameters.FIRST_DECAY) * gradient;
                float second =
                        Parameters.SECOND_DECAY * square[from + d]
                                + (1 - Parameters.SECOND_DECAY) * gradient * gradient;
                mean[from + d] = first;
                square[from + d] = second;
                values[from + d] =
                        kept * values[from + d]
                                - (float) corrected
                                        * first
                                        / ((float) Math.sqrt(second) + Parameters.EPSILON);
            }
            moved[row] = steps;
            slot[row] = 0;
        }
    }

    /** Moves a row by what its mean gradient would have moved it in the steps that it missed. */
    private void catchUp(int row) {
        long missed = steps - moved[row];
        if (missed == 0) {
            return;
        }
        moved[row] = steps;
        double ratio = Parameters.FIRST_DECAY / Math.sqrt(Parameters.SECOND_DECAY);
        float far =
                (float) (lastCorrected * ratio * (1 - StrictMath.pow(ratio, missed)) / (1 - ratio));
        float first = (float) StrictMath.pow(Parameters.FIRST_DECAY, missed);
        float second = (float) StrictMath.pow(Parameters.SECOND_DECAY, missed);
        float kept = (float) StrictMath.pow(1 - lastRate * lastDecay, missed);
        int from = row * width;
        for (int i = from; i < from + width; i++) {
            float move = far * mean[i] / ((float) Math.sqrt(square[i]) + Parameters.EPSILON);
            values[i] = kept * values[i] - move;
            mean[i] = large(first * mean[i]);
            square[i] = large(second * square[i]);
        }
    }

    /** Zero in place of numbers so small that processors are slow with them. */
    private static float large(float value) {
        return Math.abs(value) < TINY ? 0 : value;
    }

    /** Brings all rows to the last step. */
    private void catchUp() {
        for (int row = 0; row < moved.length; row++) {
            catchUp(row);
        }
    }

    /** All values as they are after the last step. */
    float[] values() {
        catchUp();
        return values.clone();
    }

    void set(float[] other) {
        System.arraycopy(other, 0, values, 0, values.length);
        Arrays.fill(moved, steps);
    }

    void write(DataOutput out) throws IOException {
        catchUp();
        Floats.write(out, values);
        Floats.write(out, mean);
        Floats.write(out, square);
    }

    /**
     * @param done steps that the table was moved in
     */
    void read(DataInput in, long done) throws IOException {
        System.arraycopy(Floats.read(in, values.length), 0, values, 0, values.length);
        System.arraycopy(Floats.read(in, mean.length), 0, mean, 0, mean.length);
        System.arraycopy(Floats.read(in, square.length), 0, square, 0, square.length);
        steps = done;
        Arrays.fill(moved, done);
    }
}
