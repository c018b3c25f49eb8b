package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dense layer over the vector of a text: an adapter, as the module {@code Dense} of
 * sentence-transformers has it.
 *
 * @param weight [to, from], row by row
 * @param bias [to]
 * @param tanh whether its results go through the hyperbolic tangent
 * @param ofDirection whether vectors are made one long before they go in
 */
public record DenseLayer(float[] weight, float[] bias, boolean tanh, boolean ofDirection) {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String IDENTITY = "torch.nn.modules.linear.Identity";
    private static final String TANH = "torch.nn.modules.activation.Tanh";
    private static final int WIDEST = 1 << 14;

    public DenseLayer {
        if (bias.length == 0 || weight.length == 0 || weight.length % bias.length != 0) {
            throw new IllegalArgumentException(
                    weight.length + " weights and " + bias.length + " biases");
        }
    }

    /** Width of what goes in. */
    public int from() {
        return weight.length / bias.length;
    }

    /** Width of what comes out. */
    public int to() {
        return bias.length;
    }

    /**
     * What becomes of a vector, which is one long where that is asked for.
     *
     * @param vectors holds one of {@link #from} numbers from {@code at} on
     * @param into gets {@link #to} numbers from {@code place} on, of length one
     */
    void apply(float[] vectors, int at, float[] into, int place) {
        int from = from();
        double square = 0;
        for (int row = 0; row < bias.length; row++) {
            float sum = bias[row];
            for (int column = 0; column < from; column++) {
                sum += weight[row * from + column] * vectors[at + column];
            }
            float value = tanh ? (float) Math.tanh(sum) : sum;
            into[place + row] = value;
            square += (double) value * value;
        }
        Vectors.shorten(into, place, bias.length, square);
    }

    /** The layer that changes nothing, for vectors that are one long. */
    public static DenseLayer identity(int width) {
        float[] weight = new float[width * width];
        for (int d = 0; d < width; d++) {
            weight[d * width + d] = 1;
        }
        return new DenseLayer(weight, new float[width], false, true);
    }

    /** Reads a module's folder. */
    static DenseLayer read(Path folder, boolean ofDirection) {
        JsonNode json = JsonFiles.object(folder.resolve(CONFIG));
        int from = json.path("in_features").asInt(0);
        int to = json.path("out_features").asInt(0);
        if (from < 1 || to < 1 || from > WIDEST || to > WIDEST) {
            throw invalid(folder, "in_features is " + from + ", out_features " + to);
        }
        String activation = json.path("activation_function").asString(TANH);
        boolean tanh = activation.equals(TANH);
        if (!tanh && !activation.equals(IDENTITY)) {
            throw invalid(
                    folder, "its activation_function is neither " + IDENTITY + " nor " + TANH);
        }
        try (Safetensors file = Safetensors.open(folder.resolve(WEIGHTS))) {
            float[] bias =
                    json.path("bias").asBoolean(true)
                            ? file.floats("linear.bias", to)
                            : new float[to];
            return new DenseLayer(file.floats("linear.weight", to, from), bias, tanh, ofDirection);
        }
    }

    /** Writes a module's folder. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        ObjectNode json = JsonFiles.JSON.createObjectNode();
        json.put("in_features", from()).put("out_features", to()).put("bias", true);
        json.put("activation_function", tanh ? TANH : IDENTITY);
        Files.write(folder.resolve(CONFIG), JsonFiles.JSON.writeValueAsBytes(json));
        Safetensors.write(
                folder.resolve(WEIGHTS),
                Map.of(
                        "linear.weight", new Safetensors.Values(weight, to(), from()),
                        "linear.bias", new Safetensors.Values(bias, to())));
    }

    private static VitrineException invalid(Path folder, String why) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID,
                "the dense layer " + folder.getFileName() + ": " + why);
    }
}
