package dev.vitrine.benchmarks.inference;

import com.google.protobuf.ByteString;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A model that is measured, and the requests it is sent; the same in every process. */
enum Subject {
    RANKER("ranker", "", "ranker of 100 candidates by 64 features, 512 and 256 units"),
    RANKER_SMALL("ranker-small", "Small", "ranker of 100 candidates by 64 features, 128 and 64"),
    RANKER_ROW("ranker-row", "Row", "ranker of one candidate by 64 features, 512 and 256 units"),
    ENCODER_12("encoder-12", "", "encoder of 12 layers, 384 wide, 64 tokens"),
    ENCODER_6("encoder-6", "SixLayers", "encoder of 6 layers, 384 wide, 64 tokens"),
    ENCODER_6_SHORT("encoder-6-short", "SixLayersShortText", "encoder of 6 layers, 16 tokens"),

    /** Takes what the encoders take and costs next to nothing, so that many requests are asked. */
    ENCODER_0("encoder-0", "NoLayers", "encoder without layers");

    private static final int CANDIDATES = 100;
    private static final int FEATURES = 64;
    private static final int WIDTH = 384;
    private static final int TOKENS = 64;
    private static final int TOKENS_SHORT = 16;
    private static final int WORDS = 8_000;
    private static final int RING = 512;
    private static final long SEED = 7;
    private static final int ANSWER_JSON_BYTES = 150;

    private final String model;
    private final String suffix;
    private final String text;

    Subject(String model, String suffix, String text) {
        this.model = model;
        this.suffix = suffix;
        this.text = text;
    }

    /** The model's name where it is served. */
    String model() {
        return model;
    }

    /** What the names of its figures end with. */
    String figure(String name) {
        return name + suffix;
    }

    /** What it is, for people. */
    String text() {
        return text;
    }

    private boolean isRanker() {
        return this == RANKER || this == RANKER_SMALL || this == RANKER_ROW;
    }

    private int candidates() {
        return this == RANKER_ROW ? 1 : CANDIDATES;
    }

    /** The model. */
    GraphBuilder graph() {
        return switch (this) {
            case RANKER, RANKER_ROW -> RandomModels.ranker(FEATURES, new int[] {512, 256}, SEED);
            case RANKER_SMALL -> RandomModels.ranker(FEATURES, new int[] {128, 64}, SEED);
            case ENCODER_12 -> RandomModels.encoder(12, WIDTH, SEED);
            case ENCODER_6, ENCODER_6_SHORT -> RandomModels.encoder(6, WIDTH, SEED);
            case ENCODER_0 -> RandomModels.encoder(0, WIDTH, SEED);
        };
    }

    /** The only output. */
    String output() {
        return isRanker() ? "scores" : "embedding";
    }

    long[] outputShape() {
        return isRanker() ? new long[] {candidates(), 1} : new long[] {1, WIDTH};
    }

    /** Bytes of the output. */
    int outputBytes() {
        return (int) Tensor.elements(outputShape()) * Float.BYTES;
    }

    /** About how long the body of an answer is: its JSON and the output. */
    int answerBytes() {
        return ANSWER_JSON_BYTES + outputBytes();
    }

    /** Inputs that all differ. */
    List<Map<String, Tensor>> ring() {
        Random random = new Random(SEED);
        List<Map<String, Tensor>> ring = new ArrayList<>();
        for (int i = 0; i < RING; i++) {
            ring.add(isRanker() ? rankerInputs(random) : encoderInputs(random));
        }
        return ring;
    }

    private Map<String, Tensor> rankerInputs(Random random) {
        float[] features = new float[candidates() * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return Map.of("features", Tensor.of(new long[] {candidates(), FEATURES}, features));
    }

    private Map<String, Tensor> encoderInputs(Random random) {
        int tokens = this == ENCODER_6_SHORT ? TOKENS_SHORT : TOKENS;
        long[] ids = random.longs(tokens, 0, WORDS).toArray();
        long[] mask = new long[tokens];
        java.util.Arrays.fill(mask, 1);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", Tensor.of(new long[] {1, tokens}, ids));
        inputs.put("attention_mask", Tensor.of(new long[] {1, tokens}, mask));
        return inputs;
    }

    /**
     * A request of the Open Inference Protocol with binary tensors.
     *
     * @param json how many bytes of it are JSON
     */
    record Body(byte[] bytes, int json) {}

    /**
     * The requests as they go over HTTP.
     *
     * @param timeoutMicros what callers state as their timeout; 0 for nothing
     */
    List<Body> bodies(long timeoutMicros) {
        return ring().stream().map(inputs -> body(inputs, timeoutMicros)).toList();
    }

    private Body body(Map<String, Tensor> inputs, long timeoutMicros) {
        StringBuilder json = new StringBuilder("{\"inputs\":[");
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        inputs.forEach((name, tensor) -> {
            byte[] bytes = new byte[tensor.data().remaining()];
            tensor.data().get(bytes);
            tensors.writeBytes(bytes);
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"name\":\"")
                    .append(name)
                    .append("\",\"shape\":")
                    .append(java.util.Arrays.toString(tensor.shape()).replace(" ", ""))
                    .append(",\"datatype\":\"")
                    .append(tensor.type())
                    .append("\",\"parameters\":{\"binary_data_size\":")
                    .append(bytes.length)
                    .append("}}");
        });
        json.append("],\"outputs\":[{\"name\":\"")
                .append(output())
                .append("\",\"parameters\":{\"binary_data\":true}}]");
        if (timeoutMicros > 0) {
            json.append(",\"parameters\":{\"timeout\":").append(timeoutMicros).append('}');
        }
        byte[] head = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(head, head.length + tensors.size());
        System.arraycopy(tensors.toByteArray(), 0, all, head.length, tensors.size());
        return new Body(all, head.length);
    }

    /** The requests as they go over gRPC, serialised. */
    List<byte[]> messages() {
        return ring().stream().map(inputs -> message(inputs).toByteArray()).toList();
    }

    private ModelInferRequest message(Map<String, Tensor> inputs) {
        ModelInferRequest.Builder message =
                ModelInferRequest.newBuilder()
                        .setModelName(model)
                        .addOutputs(
                                ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                        .setName(output()));
        inputs.forEach((name, tensor) -> {
            ModelInferRequest.InferInputTensor.Builder input =
                    ModelInferRequest.InferInputTensor.newBuilder()
                            .setName(name)
                            .setDatatype(tensor.type().name());
            for (long size : tensor.shape()) {
                input.addShape(size);
            }
            message.addInputs(input);
            message.addRawInputContents(ByteString.copyFrom(tensor.data()));
        });
        return message.build();
    }
}
