package dev.vitrine.retrieval.sequence;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorSource;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A sequence model: a graph that turns a history into a query vector, and a vector for each item,
 * which the graph is given for the items of a history and whose inner product with the query is an
 * item's score. An item whose vector is zero is not known: it says nothing in a history and is
 * never proposed. Items that nobody had met when the model was fitted may be given a vector by what
 * they say about themselves, then or later ({@link #describe}). Safe for concurrent callers when
 * the encoder is.
 */
public final class SequenceModel implements ItemScorer {
    private static final String KIND = "sequence";
    private static final int VERSION = 2;

    /** Had no items but those it was fitted on. */
    private static final int OLDEST_VERSION = 1;

    /** Items that can be given a vector after the fit; those beyond wait for the next fit. */
    static final int MOST_DESCRIBED = 100_000;

    /** As long as {@link VectorTable} takes. */
    private static final double LONGEST_VECTOR = 1e15;

    /** Histories that are scored together. */
    private static final int ROWS = 64;

    /** Items whose vectors stay in the processor's cache while all histories meet them. */
    private static final int BLOCK = 256;

    private final GraphRunner encoder;
    private final int items;
    private final int width;
    private final int longest;
    private final boolean cosine;
    private final float[] vectors;
    private final BitSet known;
    private final BitSet learned;
    private final Map<Integer, float[]> described = new ConcurrentHashMap<>();
    private final int stride;
    private final DenseKernels kernels = DenseKernels.best();

    /** Made when all items are scored, which a model that serves does not do. */
    private volatile float @Nullable [] columns;

    /**
     * @param encoder runs the graph: {@code history} FP32 [visitors, length, width] and {@code
     *     last} INT64 [visitors] to {@code query} FP32 [visitors, width]
     * @param longest newest items of a history that the graph is given
     * @param cosine whether item vectors are made one long for scoring
     * @param vectors {@code width} floats for each item; not copied
     */
    public SequenceModel(
            GraphRunner encoder,
            int items,
            int width,
            int longest,
            boolean cosine,
            float[] vectors) {
        this(encoder, items, width, longest, cosine, vectors, null);
    }

    /**
     * @param learned items that the model was fitted on; null for all that have a vector
     */
    private SequenceModel(
            GraphRunner encoder,
            int items,
            int width,
            int longest,
            boolean cosine,
            float[] vectors,
            @Nullable BitSet learned) {
        if (width < 1 || longest < 1 || vectors.length != (long) items * width) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    items
                            + " items of width "
                            + width
                            + " do not fit to "
                            + vectors.length
                            + " numbers");
        }
        this.encoder = encoder;
        this.items = items;
        this.width = width;
        this.longest = longest;
        this.cosine = cosine;
        this.vectors = vectors;
        this.stride = (items + BLOCK - 1) / BLOCK * BLOCK;
        this.known = new BitSet(items);
        for (int item = 0; item < items; item++) {
            known.set(item, length(vectors, item * width) > 0);
        }
        this.learned = learned == null ? known : learned;
    }

    private double length(float[] in, int at) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
            double value = in[at + d];
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** What an item's vector is multiplied by where it is scored. */
    private float scale(float[] in, int at) {
        return cosine ? (float) (1 / Math.max(1e-12, length(in, at))) : 1;
    }

    /** Where an item's vector lies. */
    private record Row(float[] in, int at) {}

    /** The vector that an item has now; null for one that is not known. */
    private @Nullable Row row(int item) {
        boolean fitted = item < items && known.get(item);
        if (fitted && learned.get(item)) {
            return new Row(vectors, item * width);
        }
        float[] own = described.get(item);
        if (own != null) {
            return new Row(own, 0);
        }
        return fitted ? new Row(vectors, item * width) : null;
    }

    /** Whether an item was learned of from who met it. */
    public boolean isLearned(int item) {
        return item < items && learned.get(item);
    }

    /**
     * Gives an item a vector by what it says about itself, in place of the one it may have had so.
     * Readers see the one or the other, whole.
     *
     * @param vector as wide as the model; not copied, must not change any more
     * @return the vector as it is scored; empty when the item was learned of, the vector is zero,
     *     not finite or absurdly long, or {@link #MOST_DESCRIBED} others came before
     */
    public synchronized Optional<float[]> describe(int item, float[] vector) {
        double length = length(vector, 0);
        if (isLearned(item) || !(length > 0 && length <= LONGEST_VECTOR)) {
            return Optional.empty();
        }
        if (described.size() >= MOST_DESCRIBED && !described.containsKey(item)) {
            return Optional.empty();
        }
        described.put(item, vector);
        float scale = scale(vector, 0);
        float[] scored = new float[width];
        for (int d = 0; d < width; d++) {
            scored[d] = scale * vector[d];
        }
        return Optional.of(scored);
    }

    /** Item vectors as they are scored, one column for each item. */
    private float[] columns() {
        float[] made = columns;
        if (made == null) {
            made = new float[width * stride];
            for (int item = 0; item < items; item++) {
                float scale = scale(vectors, item * width);
                for (int d = 0; d < width; d++) {
                    made[d * stride + item] = scale * vectors[item * width + d];
                }
            }
            columns = made;
        }
        return made;
    }

    /**
     * The same model for a catalogue with more items, of which it was fitted on these.
     *
     * @param numbers for each item of this model, its number there
     * @param all items there are
     * @param others gives those that it was not fitted on a vector by what they say about
     *     themselves
     */
    public SequenceModel over(int[] numbers, int all, VectorSource others) {
        float[] spread = new float[Math.multiplyExact(all, width)];
        BitSet fitted = new BitSet(all);
        for (int item = 0; item < items; item++) {
            System.arraycopy(vectors, item * width, spread, numbers[item] * width, width);
            fitted.set(numbers[item]);
        }
        float[] vector = new float[width];
        int item = fitted.nextClearBit(0);
        while (item < all) {
            if (others.read(item, vector)) {
                System.arraycopy(vector, 0, spread, item * width, width);
            }
            item = fitted.nextClearBit(item + 1);
        }
        return new SequenceModel(encoder, all, width, longest, cosine, spread, fitted);
    }

    /**
     * Writes all but the graph to a file, and no vector that was given since the fit.
     *
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(items);
            out.putInt(width);
            out.putInt(longest);
            out.putInt(cosine ? 1 : 0);
            out.putFloats(vectors);
            out.putInts(learned.stream().toArray());
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param encoder runs the graph that was written with it
     * @throws VitrineException MODEL_DAMAGED, MODEL_FORMAT or STORE_FAILED
     */
    public static SequenceModel load(Path file, GraphRunner encoder) {
        try (TableReader in = new TableReader(file, KIND, OLDEST_VERSION, VERSION)) {
            int items = in.getInt();
            int width = in.getInt();
            int longest = in.getInt();
            int cosine = in.getInt();
            float[] vectors = in.getFloats();
            if (items < 0 || longest < 1 || vectors.length != (long) items * width) {
                throw in.damaged("its counts do not fit together");
            }
            BitSet learned = in.version() == OLDEST_VERSION ? null : numbers(in, items);
            return new SequenceModel(encoder, items, width, longest, cosine == 1, vectors, learned);
        }
    }

    private static BitSet numbers(TableReader in, int items) {
        BitSet numbers = new BitSet(items);
        for (int item : in.getInts()) {
            if (item < 0 || item >= items) {
                throw in.damaged("it has no item " + item);
            }
            numbers.set(item);
        }
        return numbers;
    }

    @Override
    public int items() {
        return items;
    }

    public int width() {
        return width;
    }

    /** Newest items of a history that count. */
    public int longest() {
        return longest;
    }

    /**
     * The item vectors as they are scored, to search in.
     *
     * @param seed see {@link VectorTable#build}
     */
    public VectorTable table(long seed) {
        return VectorTable.build(
                Similarity.INNER_PRODUCT,
                width,
                items,
                (item, vector) -> {
                    float scale = scale(vectors, item * width);
                    for (int d = 0; d < width; d++) {
                        vector[d] = scale * vectors[item * width + d];
                    }
                    return known.get(item);
                },
                seed);
    }

    /**
     * The query vectors of histories, {@code width} floats each; zeros for one without a known
     * item.
     */
    public float[] queries(History[] histories, int count) {
        int[][] known = new int[count][];
        int[] rows = new int[count];
        int asked = 0;
        int length = 0;
        for (int i = 0; i < count; i++) {
            known[i] = newest(histories[i].items());
            if (known[i].length > 0) {
                rows[asked++] = i;
                length = Math.max(length, known[i].length);
            }
        }
        float[] queries = new float[count * width];
        if (asked == 0) {
            return queries;
        }
        ByteBuffer history = Tensor.direct(4L * asked * length * width);
        FloatBuffer floats = history.asFloatBuffer();
        long[] last = new long[asked];
        for (int row = 0; row < asked; row++) {
            int[] sequence = known[rows[row]];
            last[row] = sequence.length - 1;
            for (int i = 0; i < sequence.length; i++) {
                Row of = Objects.requireNonNull(row(sequence[i]));
                floats.put((row * length + i) * width, of.in, of.at, width);
            }
        }
        Map<String, Tensor> out =
                encoder.run(
                        Map.of(
                                "history",
                                Tensor.of(
                                        TensorType.FP32,
                                        new long[] {asked, length, width},
                                        history),
                                "last",
                                Tensor.of(new long[] {asked}, last)));
        FloatBuffer answers = Objects.requireNonNull(out.get("query")).data().asFloatBuffer();
        for (int row = 0; row < asked; row++) {
            answers.get(row * width, queries, rows[row] * width, width);
        }
        return queries;
    }

    /** As {@link #contributions(History, int...)}, for one item. */
    public float[] contributions(History history, int item) {
        return contributions(history, new int[] {item})[0];
    }

    /**
     * How much each event of a history speaks for items: by what their scores fall without that
     * event. Asks the graph once, with as many histories as there are events and one.
     *
     * @return for each item, one number for each item of the history; 0 where the model does not
     *     know the one or the other, or the event is too old to be looked at
     */
    public float[][] contributions(History history, int... wanted) {
        int size = history.size();
        History[] without = new History[size + 1];
        for (int left = 0; left < size; left++) {
            int[] others = new int[size - 1];
            System.arraycopy(history.items(), 0, others, 0, left);
            System.arraycopy(history.items(), left + 1, others, left, size - 1 - left);
            without[left] = History.of(others);
        }
        without[size] = history;
        float[][] contributions = new float[wanted.length][size];
        float[] queries = queries(without, without.length);
        for (int i = 0; i < wanted.length; i++) {
            int item = wanted[i];
            Row of = item < 0 ? null : row(item);
            if (of != null) {
                float whole = score(queries, size, of);
                for (int event = 0; event < size; event++) {
                    contributions[i][event] = whole - score(queries, event, of);
                }
            }
        }
        return contributions;
    }

    private float score(float[] queries, int query, Row of) {
        float sum = 0;
        for (int d = 0; d < width; d++) {
            sum += queries[query * width + d] * of.in[of.at + d];
        }
        return sum * scale(of.in, of.at);
    }

    private int[] newest(int[] sequence) {
        int[] kept = new int[Math.min(longest, sequence.length)];
        int count = 0;
        for (int i = sequence.length - 1; i >= 0 && count < kept.length; i--) {
            if (sequence[i] >= 0 && row(sequence[i]) != null) {
                kept[kept.length - ++count] = sequence[i];
            }
        }
        return Arrays.copyOfRange(kept, kept.length - count, kept.length);
    }

    @Override
    public void score(History history, float[] scores) {
        score(new History[] {history}, 1, new float[][] {scores});
    }

    @Override
    public void score(History[] histories, int count, float[][] scores) {
        float[] queries = Arrays.copyOf(queries(histories, count), (count + 3) / 4 * 4 * width);
        float[] block = new float[ROWS * BLOCK];
        float[] all = columns();
        for (int from = 0; from < count; from += ROWS) {
            int rows = Math.min(ROWS, count - from);
            int padded = (rows + 3) / 4 * 4;
            for (int first = 0; first < items; first += BLOCK) {
                Arrays.fill(block, 0);
                kernels.addProduct(
                        queries,
                        from * width,
                        1,
                        width,
                        all,
                        first,
                        stride,
                        width,
                        padded,
                        BLOCK,
                        false,
                        block,
                        BLOCK);
                int shown = Math.min(BLOCK, items - first);
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(block, row * BLOCK, scores[from + row], first, shown);
                }
            }
        }
        int unknown = known.nextClearBit(0);
        while (unknown < items) {
            for (int row = 0; row < count; row++) {
                scores[row][unknown] = Float.NEGATIVE_INFINITY;
            }
            unknown = known.nextClearBit(unknown + 1);
        }
    }
}
