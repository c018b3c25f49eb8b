package dev.vitrine.retrieval.text;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.GraphRunner;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The encoder that is learned from a shop's own texts: {@link TextFeatures} into a graph with
 * {@code features} INT64 [batch, places], filled up with 0, to {@code embedding} FP32 [batch,
 * width].
 *
 * @param graph runs it
 * @param width of the vectors
 */
public record PooledTextEncoder(GraphRunner graph, TextFeatures features, int width)
        implements TextEncoder {
    /** Texts that are run together. */
    private static final int BATCH = 64;

    @Override
    public float[] encode(List<String> texts) {
        float[] vectors = new float[texts.size() * width];
        for (int from = 0; from < texts.size(); from += BATCH) {
            encode(texts.subList(from, Math.min(texts.size(), from + BATCH)), vectors, from);
        }
        return vectors;
    }

    private void encode(List<String> texts, float[] vectors, int first) {
        List<int[]> known = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        int places = 0;
        for (int i = 0; i < texts.size(); i++) {
            int[] own = features.of(texts.get(i));
            if (own.length > 0) {
                known.add(own);
                rows.add(i);
                places = Math.max(places, own.length);
            }
        }
        if (known.isEmpty()) {
            return;
        }
        ByteBuffer bytes = Tensor.direct(8L * known.size() * places);
        LongBuffer longs = bytes.asLongBuffer();
        for (int row = 0; row < known.size(); row++) {
            int[] own = known.get(row);
            for (int i = 0; i < own.length; i++) {
                longs.put(row * places + i, own[i]);
            }
        }
        Tensor input = Tensor.of(TensorType.INT64, new long[] {known.size(), places}, bytes);
        Tensor output =
                Objects.requireNonNull(graph.run(Map.of("features", input)).get("embedding"));
        for (int row = 0; row < known.size(); row++) {
            output.data()
                    .asFloatBuffer()
                    .get(row * width, vectors, (first + rows.get(row)) * width, width);
        }
    }
}
