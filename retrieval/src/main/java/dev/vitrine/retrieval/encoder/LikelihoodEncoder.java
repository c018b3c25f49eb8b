package dev.vitrine.retrieval.encoder;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.retrieval.encoder.TextTokenizer.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How probable it is that a shopper likes an item, from the texts of what the shopper chose before
 * and the item's own, read as one text of two parts.
 *
 * @param graph runs it
 * @param types whether the graph takes the types of tokens
 * @param padding the token that texts are filled up with
 */
public record LikelihoodEncoder(
        GraphRunner graph, TextTokenizer tokenizer, boolean types, int padding) {
    /** What a graph calls its probabilities. */
    public static final String OUTPUT = EncoderPorts.PROBABILITY;

    /** Questions that are run together. */
    private static final int BATCH = 32;

    /**
     * A shopper and an item.
     *
     * @param history texts of what the shopper chose, the newest first: where all is too long, the
     *     oldest is cut
     */
    public record Question(List<String> history, String item) {
        public Question {
            history = List.copyOf(history);
        }
    }

    /** For a graph of {@link EncoderGraph#likelihood}. */
    public static LikelihoodEncoder of(OnnxSession session, TextTokenizer tokenizer, int padding) {
        boolean types = EncoderPorts.ofLikelihood(session.signature()).types();
        return new LikelihoodEncoder(session::run, tokenizer, types, padding);
    }

    /** A question as tokens. */
    public static Tokens tokens(TextTokenizer tokenizer, Question question) {
        return tokenizer.encode(String.join("; ", question.history()), question.item());
    }

    /**
     * Looks whether a model is such a head.
     *
     * @param model its name
     * @throws VitrineException MODEL_INVALID when it does not say of two texts how probable
     *     something is
     */
    public static void requireHead(String model, Signature signature) {
        try {
            EncoderPorts.ofLikelihood(signature);
        } catch (VitrineException e) {
            throw VitrineException.field(
                    RetrievalError.MODEL_INVALID,
                    "model",
                    "'"
                            + model
                            + "' does not say how probable it is that somebody likes an item: "
                            + e.getMessage());
        }
    }

    /** One question as inputs of a graph with this signature, which is such a head. */
    public static Map<String, Tensor> inputs(Signature signature, Tokens question, int padding) {
        return EncoderPorts.ofLikelihood(signature).inputs(Rows.of(List.of(question), padding));
    }

    /** A probability for each question. */
    public float[] probabilities(List<Question> questions) {
        float[] probabilities = new float[questions.size()];
        EncoderPorts ports = new EncoderPorts(types, EncoderPorts.PROBABILITY, false, 1);
        for (int from = 0; from < questions.size(); from += BATCH) {
            List<Tokens> batch =
                    questions.subList(from, Math.min(questions.size(), from + BATCH)).stream()
                            .map(question -> tokens(tokenizer, question))
                            .toList();
            Tensor output =
                    Objects.requireNonNull(
                            graph.run(ports.inputs(Rows.of(batch, padding)))
                                    .get(EncoderPorts.PROBABILITY));
            output.data().asFloatBuffer().get(probabilities, from, batch.size());
        }
        return probabilities;
    }
}
