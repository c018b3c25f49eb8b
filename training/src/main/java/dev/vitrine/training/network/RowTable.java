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
 * steps that it missed when it is read next. So it is fitted as if all rows were moved in all
 * steps.
 */
final class RowTable {
    private static final float TINY = 1e-30f;

    /** Steps after which a gradient moves its row no further: by a millionth of the first move. */
    private static final int LASTS = 130;

    /** What a row's move keeps with each step that it misses. */
    private static final double RATIO = Parameters.FIRST_DECAY / Math.sqrt(Parameters.SECOND_DECAY);

    private final int width;
    private final float[] values;
    private final float[] means;
    private final float[] squares;

    /** The step up to which each row has been moved. */
    private final long[] moved;

    /** Where the gradient of each row of this step is gathered, from 1; 0 for none. */
    private final int[] slot;

    private final List<Read> reads = new ArrayList<>();
    private int[] touched = new int[0];
    private float[] gradients = new float[0];
    private int count;
    private long steps;

    /** The step before the first of those whose rates are known. */
    private long first;

    /** The rate of each step, with the correction of the first ones. */
    private double[] rates = new double[1 << 10];

    /** The logarithm of what all steps up to each keep of a value. */
    private double[] kept = new double[1 << 10];

    /** Rows that a step reads, and the array it gets. */
    private record Read(long[] numbers, NDArray rows) {}

    RowTable(float[] values, int width) {
        this.width = width;
        this.values = values;
        this.means = new float[values.length];
        this.squares = new float[values.length];
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
        int at = Math.toIntExact(steps - first);
        if (at == rates.length) {
            rates = Arrays.copyOf(rates, 2 * at);
            kept = Arrays.copyOf(kept, 2 * at);
        }
        rates[at] = corrected;
        kept[at] = kept[at - 1] + Math.log1p(-rate * decay);
        float shrunk = (float) (1 - rate * decay);
        for (int t = 0; t < count; t++) {
            int row = touched[t];
            int from = row * width;
            for (int d = 0; d < width; d++) {
                float gradient = gradients[t * width + d] * shortened;
                float mean =
                        Parameters.FIRST_DECAY * means[from + d]
                                + (1 - Parameters.FIRST_DECAY) * gradient;
                float square =
                        Parameters.SECOND_DECAY * squares[from + d]
                                + (1 - Parameters.SECOND_DECAY) * gradient * gradient;
                means[from + d] = mean;
                squares[from + d] = square;
                values[from + d] =
                        shrunk * values[from + d]
                                - (float) corrected
                                        * mean
                                        / ((float) Math.sqrt(square) + Parameters.EPSILON);
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
        int last = Math.toIntExact(moved[row] - first);
        double far = 0;
        double part = 1;
        for (int step = last + 1; step <= Math.min(steps - first, last + LASTS); step++) {
            part *= RATIO;
            far += part * rates[step];
        }
        float shrunk = (float) StrictMath.exp(kept[(int) (steps - first)] - kept[last]);
        float mean = (float) StrictMath.pow(Parameters.FIRST_DECAY, missed);
        float square = (float) StrictMath.pow(Parameters.SECOND_DECAY, missed);
        moved[row] = steps;
        int from = row * width;
        for (int i = from; i < from + width; i++) {
            float move =
                    (float) far * means[i] / ((float) Math.sqrt(squares[i]) + Parameters.EPSILON);
            values[i] = shrunk * values[i] - move;
            means[i] = large(mean * means[i]);
            squares[i] = large(square * squares[i]);
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
        Floats.write(out, means);
        Floats.write(out, squares);
    }

    /**
     * @param done steps that the table was moved in
     */
    void read(DataInput in, long done) throws IOException {
        System.arraycopy(Floats.read(in, values.length), 0, values, 0, values.length);
        System.arraycopy(Floats.read(in, means.length), 0, means, 0, means.length);
        System.arraycopy(Floats.read(in, squares.length), 0, squares, 0, squares.length);
        steps = done;
        first = done;
        Arrays.fill(moved, done);
    }
}
