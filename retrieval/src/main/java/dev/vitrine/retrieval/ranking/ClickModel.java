package dev.vitrine.retrieval.ranking;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.GraphRunner;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A network that says how likely something is: {@code values} FP32 [batch, numbers], NaN where one
 * is missing, and {@code codes} INT64 [batch, fields] to {@code score} FP32 [batch, 1], the log
 * odds. A graph without numbers or fields lacks that input.
 *
 * @param graph runs it
 * @param numbers of a row
 * @param fields categories of a row
 */
public record ClickModel(GraphRunner graph, int numbers, int fields) {
    public static final String VALUES = "values";
    public static final String CODES = "codes";
    public static final String SCORE = "score";

    /** Rows that are run together. */
    private static final int BATCH = 4_096;

    /**
     * Log odds of rows.
     *
     * @param values {@code numbers} for each row
     * @param codes one for each field of each row
     */
    public double[] scores(float[] values, int[] codes, int rows) {
        double[] scores = new double[rows];
        for (int from = 0; from < rows; from += BATCH) {
            score(values, codes, from, Math.min(rows, from + BATCH), scores);
        }
        return scores;
    }

    private void score(float[] values, int[] codes, int from, int to, double[] scores) {
        Map<String, Tensor> inputs = new HashMap<>();
        int rows = to - from;
        if (numbers > 0) {
            ByteBuffer bytes = Tensor.direct((long) Float.BYTES * rows * numbers);
            bytes.asFloatBuffer().put(values, from * numbers, rows * numbers);
            inputs.put(VALUES, Tensor.of(TensorType.FP32, new long[] {rows, numbers}, bytes));
        }
        if (fields > 0) {
            long[] longs = new long[rows * fields];
            for (int i = 0; i < longs.length; i++) {
                longs[i] = codes[from * fields + i];
            }
            inputs.put(CODES, Tensor.of(new long[] {rows, fields}, longs));
        }
        FloatBuffer found =
                Objects.requireNonNull(graph.run(inputs).get(SCORE)).data().asFloatBuffer();
        for (int row = 0; row < rows; row++) {
            scores[from + row] = found.get(row);
        }
    }
}
