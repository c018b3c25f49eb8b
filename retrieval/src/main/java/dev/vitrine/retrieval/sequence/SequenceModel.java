package dev.vitrine.retrieval.sequence;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * A sequence model: a graph that turns a history into a query vector, and a vector for each item,
 * which the graph is given for the items of a history and whose inner product with the query is an
 * item's score. Safe for concurrent callers when the encoder is.
 */
public final class SequenceModel implements ItemScorer {
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
    private final float[] columns;
    private final int stride;
    private final DenseKernels kernels = DenseKernels.best();

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
        this.columns = columns();
    }

    /** Item vectors as they are scored, one column for each item. */
    private float[] columns() {
        float[] turned = new float[width * stride];
        for (int item = 0; item < items; item++) {
            double sum = 0;
            for (int d = 0; d < width; d++) {
                double value = vectors[item * width + d];
                sum += value * value;
            }
            float scale = cosine ? (float) (1 / Math.max(1e-12, Math.sqrt(sum))) : 1;
            for (int d = 0; d < width; d++) {
                turned[d * stride + item] = scale * vectors[item * width + d];
            }
        }
        return turned;
    }

    @Override
    public int items() {
        return items;
    }

    public int width() {
        return width;
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
                    for (int d = 0; d < width; d++) {
                        vector[d] = columns[d * stride + item];
                    }
                    return true;
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
                floats.put((row * length + i) * width, vectors, sequence[i] * width, width);
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

    /**
     * How much each event of a history speaks for an item: by what its score falls without that
     * event. Asks the graph once, with as many histories as there are events and one.
     *
     * @return one number for each item of the history; 0 where it does not know the item or the
     *     event is too old to be looked at
     */
    public float[] contributions(History history, int item) {
        int size = history.size();
        History[] without = new History[size + 1];
        for (int left = 0; left < size; left++) {
            int[] others = new int[size - 1];
            System.arraycopy(history.items(), 0, others, 0, left);
            System.arraycopy(history.items(), left + 1, others, left, size - 1 - left);
            without[left] = History.of(others);
        }
        without[size] = history;
        float[] contributions = new float[size];
        if (item < 0 || item >= items) {
            return contributions;
        }
        float[] queries = queries(without, without.length);
        float whole = score(queries, size, item);
        int oldest = Math.max(0, size - longest);
        for (int event = oldest; event < size; event++) {
            contributions[event] = whole - score(queries, event, item);
        }
        return contributions;
    }

    private float score(float[] queries, int row, int item) {
        float sum = 0;
        for (int d = 0; d < width; d++) {
            sum += queries[row * width + d] * columns[d * stride + item];
        }
        return sum;
    }

    private int[] newest(int[] sequence) {
        int[] kept = new int[Math.min(longest, sequence.length)];
        int count = 0;
        for (int i = sequence.length - 1; i >= 0 && count < kept.length; i--) {
            if (sequence[i] >= 0 && sequence[i] < items) {
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
                        columns,
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
    }
}
