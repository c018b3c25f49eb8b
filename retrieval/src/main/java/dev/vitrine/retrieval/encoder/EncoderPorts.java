package dev.vitrine.retrieval.encoder;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the graph of an encoder takes and gives, found out from its signature: {@code input_ids} and
 * {@code attention_mask}, perhaps {@code token_type_ids}, all INT64 [texts, tokens], to a vector
 * for each text ({@code embedding} or {@code sentence_embedding}, [texts, width]) or for each token
 * ({@code last_hidden_state} or {@code token_embeddings}, [texts, tokens, width]).
 *
 * @param types whether it takes {@code token_type_ids}
 * @param output the name of what is used of what it gives
 * @param ofTokens whether that is one vector for each token
 * @param width of the vectors
 */
public record EncoderPorts(boolean types, String output, boolean ofTokens, int width) {
    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";
    static final String PROBABILITY = "probability";

    private static final List<String> OF_TEXTS = List.of("embedding", "sentence_embedding");
    private static final List<String> OF_TOKENS = List.of("last_hidden_state", "token_embeddings");

    /**
     * Finds out how a graph is asked.
     *
     * @throws VitrineException MODEL_INVALID when it is no encoder
     */
    public static EncoderPorts of(Signature signature) {
        boolean types = takesTypes(signature);
        for (String name : OF_TEXTS) {
            Optional<Port> found = signature.output(name);
            if (found.isPresent()) {
                return new EncoderPorts(types, name, false, width(found.get(), 2));
            }
        }
        for (String name : OF_TOKENS) {
            Optional<Port> found = signature.output(name);
            if (found.isPresent()) {
                return new EncoderPorts(types, name, true, width(found.get(), 3));
            }
        }
        throw invalid(
                "none of its outputs "
                        + signature.outputs().stream().map(Port::name).toList()
                        + " is one of "
                        + OF_TEXTS
                        + " and "
                        + OF_TOKENS);
    }

    /**
     * Finds out how a graph is asked that gives {@code probability} FP32 [texts].
     *
     * @throws VitrineException MODEL_INVALID when it is none
     */
    static EncoderPorts ofLikelihood(Signature signature) {
        boolean fits =
                signature
                        .output(PROBABILITY)
                        .filter(port ->
                                port.type() == TensorType.FP32 && port.dimensions().size() == 1)
                        .isPresent();
        if (!fits) {
            throw invalid("it has no output " + PROBABILITY + " of one number for each text");
        }
        return new EncoderPorts(takesTypes(signature), PROBABILITY, false, 1);
    }

    private static boolean takesTypes(Signature signature) {
        boolean types = false;
        boolean ids = false;
        boolean mask = false;
        for (Port port : signature.inputs()) {
            boolean fits =
                    port.type() == TensorType.INT64
                            && port.dimensions().size() == 2
                            && port.dimensions().stream().allMatch(Port.Dimension::isOpen);
            if (!fits) {
                throw invalid("its input " + shown(port) + " is not INT64 of texts and tokens");
            }
            switch (port.name()) {
                case IDS -> ids = true;
                case MASK -> mask = true;
                case TYPES -> types = true;
                default ->
                        throw invalid(
                                "nothing is known to give to its input '" + port.name() + "'");
            }
        }
        if (!ids || !mask) {
            throw invalid("it needs the inputs " + IDS + " and " + MASK);
        }
        return types;
    }

    private static int width(Port port, int dimensions) {
        List<Port.Dimension> all = port.dimensions();
        if (port.type() == TensorType.FP32
                && all.size() == dimensions
                && !all.getLast().isOpen()
                && all.getLast().size() > 0) {
            return Math.toIntExact(all.getLast().size());
        }
        throw invalid(
                "its output "
                        + shown(port)
                        + " is not FP32 of "
                        + dimensions
                        + " dimensions with a fixed last one");
    }

    private static String shown(Port port) {
        return "'" + port.name() + "', " + port.type() + " " + port.dimensions() + ",";
    }

    private static VitrineException invalid(String why) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID, "the graph is no encoder of texts: " + why);
    }

    /** Texts as inputs of the graph. */
    Map<String, Tensor> inputs(TextTokenizer.Rows rows) {
        long[] shape = {rows.texts(), rows.tokens()};
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put(IDS, Tensor.of(shape, rows.ids()));
        inputs.put(MASK, Tensor.of(shape, rows.mask()));
        if (types) {
            inputs.put(TYPES, Tensor.of(shape, rows.types()));
        }
        return inputs;
    }
}
