package dev.vitrine.training.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The named arrays of a network that are fitted, and the state of their optimiser: Adam (Kingma and
 * Ba 2015) with a bound on the length of the whole gradient. The first values come from a seed and
 * not from the engine, so that they are the same on every machine.
 */
public final class Parameters {
    static final float FIRST_DECAY = 0.9f;
    static final float SECOND_DECAY = 0.999f;
    static final float EPSILON = 1e-9f;

    private final Torch torch;
    private final SplittableRandom random;
    private final Map<String, Parameter> all = new LinkedHashMap<>();
    private final Map<String, RowTable> tables = new LinkedHashMap<>();
    private long steps;

    private record Parameter(long[] shape, NDArray value, NDArray mean, NDArray square) {}

    public Parameters(Torch torch, long seed) {
        this.torch = torch;
        this.random = new SplittableRandom(seed);
    }

    /** Normal numbers of a standard deviation. */
    public void normal(String name, double deviation, long... shape) {
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        put(name, values, shape);
    }

    /**
     * Normal numbers in a table of which a step reads few rows, by {@link #rows}.
     *
     * @param deviation the standard one
     */
    public void table(String name, double deviation, int rows, int width) {
        float[] values = new float[Math.multiplyExact(rows, width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        if (tables.put(name, new RowTable(values, width)) != null) {
            throw twice(name);
        }
    }

    /**
     * Rows of a {@link #table}, as often as they are named, to compute a loss with.
     *
     * @return [numbers, width]
     */
    public NDArray rows(String table, long... numbers) {
        return table(table).read(torch, numbers);
    }

    /** Comes before a step computes: rows that were read before are of no step. */
    public void begin() {
        tables.values().forEach(RowTable::begin);
    }

    private RowTable table(String name) {
        RowTable table = tables.get(name);
        if (table == null) {
            throw unknown(name);
        }
        return table;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no parameter is called " + name);
    }

    private static IllegalArgumentException twice(String name) {
        return new IllegalArgumentException("two parameters are called " + name);
    }

    /** The same number everywhere. */
    public void constant(String name, float value, long... shape) {
        float[] values = new float[size(shape)];
        java.util.Arrays.fill(values, value);
        put(name, values, shape);
    }

    /** Given values. */
    public void put(String name, float[] values, long... shape) {
        NDArray value = torch.keep(values, shape);
        value.setRequiresGradient(true);
        Parameter parameter =
                new Parameter(
                        shape,
                        value,
                        torch.keep(new float[values.length], shape),
                        torch.keep(new float[values.length], shape));
        if (all.put(name, parameter) != null) {
            throw twice(name);
        }
    }

    private static int size(long... shape) {
        long size = 1;
        for (long dimension : shape) {
            size = Math.multiplyExact(size, dimension);
        }
        return Math.toIntExact(size);
    }

    public NDArray get(String name) {
        Parameter parameter = all.get(name);
        if (parameter == null) {
            throw unknown(name);
        }
        return parameter.value;
    }

    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>(all.keySet());
        names.addAll(tables.keySet());
        return names;
    }

    /** Numbers that are fitted, in all. */
    public long count() {
        return all.values().stream().mapToLong(parameter -> size(parameter.shape)).sum()
                + tables.values().stream().mapToLong(RowTable::size).sum();
    }

    /** The values of one, row by row. */
    public float[] values(String name) {
        RowTable table = tables.get(name);
        return table == null ? get(name).toFloatArray() : table.values();
    }

    /** The values of all, to come back to. */
    public Map<String, float[]> snapshot() {
        Map<String, float[]> values = new LinkedHashMap<>();
        all.forEach((name, parameter) -> values.put(name, parameter.value.toFloatArray()));
        tables.forEach((name, table) -> values.put(name, table.values()));
        return values;
    }

    /** Takes the values of a snapshot; the optimiser's state stays. */
    public void restore(Map<String, float[]> snapshot) {
        snapshot.forEach((name, values) -> {
            RowTable table = tables.get(name);
            if (table == null) {
                set(get(name), values);
            } else {
                table.set(values);
            }
        });
    }

    private static void set(NDArray array, float[] values) {
        array.set(java.nio.FloatBuffer.wrap(values));
    }

    /**
     * Moves every parameter against its gradient.
     *
     * @param rate of learning
     * @param decay of the weights, as a share of them at a rate of 1 (AdamW)
     * @param longest a gradient that is longer, over all parameters, is shortened to this
     * @throws VitrineException FIT_FAILED when the gradient is not finite
     */
    public void step(double rate, double decay, double longest) {
        NDList gradients = new NDList();
        double sum = 0;
        for (Parameter parameter : all.values()) {
            NDArray gradient = parameter.value.getGradient();
            gradients.add(gradient);
            sum += gradient.square().sum().getFloat();
        }
        for (RowTable table : tables.values()) {
            sum += table.gather();
        }
        double length = Math.sqrt(sum);
        if (!Double.isFinite(length)) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    "the gradient of step "
                            + (steps + 1)
                            + " is not finite: the rate of learning "
                            + rate
                            + " may be too high, or the data hold absurd numbers");
        }
        float shortened = length > longest ? (float) (longest / length) : 1f;
        steps++;
        // The engine's update leaves out the correction of the first steps.
        double corrected =
                rate
                        * Math.sqrt(1 - StrictMath.pow(SECOND_DECAY, steps))
                        / (1 - StrictMath.pow(FIRST_DECAY, steps));
        int at = 0;
        for (Parameter parameter : all.values()) {
            NDArray value = parameter.value;
            value.getNDArrayInternal()
                    .adamUpdate(
                            new NDList(
                                    value, gradients.get(at++), parameter.mean, parameter.square),
                            new NDList(value),
                            (float) rate,
                            (float) corrected,
                            (float) decay,
                            shortened,
                            -1f,
                            FIRST_DECAY,
                            SECOND_DECAY,
                            EPSILON,
                            false,
                            true);
        }
        for (RowTable table : tables.values()) {
            table.step(rate, corrected, decay, shortened);
        }
    }

    /** Writes values and optimiser, for {@link #read}. */
    void write(DataOutput out) throws IOException {
        out.writeLong(steps);
        out.writeInt(all.size());
        for (Map.Entry<String, Parameter> entry : all.entrySet()) {
            out.writeUTF(entry.getKey());
            write(out, entry.getValue().value);
            write(out, entry.getValue().mean);
            write(out, entry.getValue().square);
        }
        out.writeInt(tables.size());
        for (Map.Entry<String, RowTable> entry : tables.entrySet()) {
            out.writeUTF(entry.getKey());
            entry.getValue().write(out);
        }
    }

    private static void write(DataOutput out, NDArray array) throws IOException {
        Floats.write(out, array.toFloatArray());
    }

    /**
     * Takes what {@link #write} wrote of the same network.
     *
     * @throws IOException when it is of another
     */
    void read(DataInput in) throws IOException {
        long written = in.readLong();
        expect(in, all.size());
        for (Map.Entry<String, Parameter> entry : all.entrySet()) {
            expect(in, entry.getKey());
            int size = size(entry.getValue().shape);
            set(entry.getValue().value, Floats.read(in, size));
            set(entry.getValue().mean, Floats.read(in, size));
            set(entry.getValue().square, Floats.read(in, size));
        }
        expect(in, tables.size());
        for (Map.Entry<String, RowTable> entry : tables.entrySet()) {
            expect(in, entry.getKey());
            entry.getValue().read(in, written);
        }
        steps = written;
    }

    private static void expect(DataInput in, int parameters) throws IOException {
        if (in.readInt() != parameters) {
            throw new IOException("it holds the parameters of another network");
        }
    }

    private static void expect(DataInput in, String parameter) throws IOException {
        String name = in.readUTF();
        if (!name.equals(parameter)) {
            throw new IOException("it holds " + name + ", expected " + parameter);
        }
    }
}
