package dev.vitrine.retrieval.encoder;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.retrieval.encoder.TextTokenizer.Tokens;
import dev.vitrine.retrieval.text.TextEncoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An encoder of the BERT kind at work: texts to tokens, tokens through a graph, and where the graph
 * leaves that to do, the vectors of tokens to one and that through an adapter.
 *
 * @param graph runs it
 * @param ports how it is asked
 * @param padding the token that texts are filled up with
 * @param pooling of vectors of tokens
 * @param dense the adapter
 */
public record TransformerTextEncoder(
        GraphRunner graph,
        TextTokenizer tokenizer,
        EncoderPorts ports,
        int padding,
        Pooling pooling,
        Optional<DenseLayer> dense)
        implements TextEncoder {
    /** Texts that are run together. */
    private static final int BATCH = 32;

    @Override
    public int width() {
        return dense.map(DenseLayer::to).orElse(ports.width());
    }

    @Override
    public float[] encode(List<String> texts) {
        float[] vectors = new float[Math.multiplyExact(texts.size(), width())];
        List<Tokens> all = texts.stream().map(tokenizer::encode).toList();
        List<Integer> order = new ArrayList<>();
        for (int text = 0; text < all.size(); text++) {
            if (!all.get(text).blank()) {
                order.add(text);
            }
        }
        // Texts of like length together, so that little is filled up.
        order.sort(Comparator.comparingInt(text -> all.get(text).ids().length));
        for (int from = 0; from < order.size(); from += BATCH) {
            List<Integer> batch = order.subList(from, Math.min(order.size(), from + BATCH));
            encode(Rows.of(batch.stream().map(all::get).toList(), padding), batch, vectors);
        }
        return vectors;
    }

    private void encode(Rows rows, List<Integer> texts, float[] vectors) {
        Tensor output = Objects.requireNonNull(graph.run(ports.inputs(rows)).get(ports.output()));
        FloatBuffer given = output.data().asFloatBuffer();
        int width = ports.width();
        float[] one = new float[width];
        for (int row = 0; row < rows.texts(); row++) {
            if (ports.ofTokens()) {
                pool(given, rows, row, one);
            } else {
                given.get(row * width, one);
            }
            if (dense.isEmpty() || dense.get().ofDirection()) {
                Vectors.direction(one, 0, width);
            }
            int at = texts.get(row) * width();
            if (dense.isPresent()) {
                dense.get().apply(one, 0, vectors, at);
            } else {
                System.arraycopy(one, 0, vectors, at, width);
            }
        }
    }

    private void pool(FloatBuffer given, Rows rows, int row, float[] into) {
        int width = into.length;
        int first = row * rows.tokens();
        if (pooling == Pooling.FIRST) {
            given.get(first * width, into);
            return;
        }
        java.util.Arrays.fill(into, 0);
        int count = 0;
        for (int token = first; token < first + rows.tokens(); token++) {
            if (rows.mask()[token] != 0) {
                count++;
                for (int d = 0; d < width; d++) {
                    into[d] += given.get(token * width + d);
                }
            }
        }
        for (int d = 0; d < width; d++) {
            into[d] /= Math.max(1, count);
        }
    }
}
