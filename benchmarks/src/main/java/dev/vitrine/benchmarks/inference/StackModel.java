package dev.vitrine.benchmarks.inference;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A model of any size that is a stack of square matrices: every request is multiplied by every
 * weight. Two seeds give two models with the same requests and different answers.
 *
 * @param layers of {@value #WIDTH} by {@value #WIDTH} weights, 4 MiB each
 */
record StackModel(int layers, long seed) {
    static final int WIDTH = 1024;
    static final int MIB_A_LAYER = 4;

    private static final int REQUESTS = 16;

    void save(Path file) throws IOException {
        Random random = new Random(seed);
        GraphBuilder graph = new GraphBuilder("stack");
        Dimension batch = Dimension.named("batch");
        String value = graph.input("x", TensorType.FP32, batch, Dimension.of(WIDTH));
        float scale = (float) Math.sqrt(12.0 / WIDTH); // keeps the length of a vector
        for (int layer = 0; layer < layers; layer++) {
            float[] weights = new float[WIDTH * WIDTH];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = scale * (random.nextFloat() - 0.5f);
            }
            value = graph.node("MatMul", List.of(value, graph.floats(weights, WIDTH, WIDTH)));
        }
        graph.node("", "Identity", List.of(value), List.of("y"));
        graph.output("y", TensorType.FP32, batch, Dimension.of(WIDTH));
        graph.save(file);
    }

    /** The inputs of one of the requests. */
    private static float[] input(int request) {
        Random random = new Random(request);
        float[] input = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            input[i] = random.nextFloat() - 0.5f;
        }
        return input;
    }

    /** What a client of the binary tensor extension sends, and how much of it is JSON. */
    record Body(byte[] bytes, int json) {}

    static List<Body> bodies() {
        byte[] json =
                ("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,"
                                + WIDTH
                                + "],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":"
                                + 4 * WIDTH
                                + "}}],\"parameters\":{\"binary_data_output\":true}}")
                        .getBytes(StandardCharsets.UTF_8);
        return java.util.stream.IntStream.range(0, REQUESTS)
                .mapToObj(request -> {
                    ByteBuffer body =
                            ByteBuffer.allocate(json.length + 4 * WIDTH)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .put(json);
                    body.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(input(request));
                    return new Body(body.array(), json.length);
                })
                .toList();
    }

    /** The right answer to each request, from the runtime itself. */
    static List<float[]> answers(Path file) {
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            return java.util.stream.IntStream.range(0, REQUESTS)
                    .mapToObj(request -> {
                        Tensor x = Tensor.of(new long[] {1, WIDTH}, input(request));
                        return Objects.requireNonNull(session.run(Map.of("x", x)).get("y"))
                                .floats();
                    })
                    .toList();
        }
    }
}
