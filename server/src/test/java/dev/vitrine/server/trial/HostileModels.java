package dev.vitrine.server.trial;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** ONNX files of several kinds, and what is left of them after an attack. */
final class HostileModels {
    private static final long[] SIZES = {
        -1, 0, 1, 1 << 20, Integer.MAX_VALUE, 1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE
    };

    private static final String[] LOCATIONS = {
        "", "../weights.bin", "/etc/passwd", "/dev/zero", "a\0b", "x".repeat(5_000), ".", "weights"
    };

    /** One small model of each kind: dense layers, an encoder, trees, texts. */
    private static final List<ModelProto> SOUND =
            List.of(
                    RandomModels.ranker(6, new int[] {8}, 1).model(),
                    RandomModels.encoder(1, 12, 1).model(),
                    trees().model(),
                    texts().model());

    private HostileModels() {}

    static List<ModelProto> sound() {
        return SOUND;
    }

    static GraphBuilder trees() {
        GraphBuilder graph = new GraphBuilder("trees");
        Dimension rows = Dimension.named("rows");
        String in = graph.input("features", TensorType.FP32, rows, Dimension.of(3));
        graph.node(
                "ai.onnx.ml",
                "TreeEnsembleRegressor",
                List.of(in),
                List.of("scores"),
                Attribute.of("n_targets", 1),
                Attribute.of("nodes_treeids", 0L, 0, 0, 1, 1, 1),
                Attribute.of("nodes_nodeids", 0L, 1, 2, 0, 1, 2),
                Attribute.of("nodes_featureids", 0L, 0, 0, 2, 0, 0),
                Attribute.of("nodes_values", .5f, 0, 0, 1.5f, 0, 0),
                Attribute.of(
                        "nodes_modes",
                        List.of("BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_GT", "LEAF", "LEAF")),
                Attribute.of("nodes_truenodeids", 1L, 0, 0, 1, 0, 0),
                Attribute.of("nodes_falsenodeids", 2L, 0, 0, 2, 0, 0),
                Attribute.of("target_treeids", 0L, 0, 1, 1),
                Attribute.of("target_nodeids", 1L, 2, 1, 2),
                Attribute.of("target_ids", 0L, 0, 0, 0),
                Attribute.of("target_weights", 1f, 2f, 3f, 4f));
        graph.output("scores", TensorType.FP32, rows, Dimension.of(1));
        return graph;
    }

    static GraphBuilder texts() {
        GraphBuilder graph = new GraphBuilder("texts");
        Dimension rows = Dimension.named("rows");
        String in = graph.input("words", TensorType.BYTES, rows);
        graph.node(
                "ai.onnx.ml",
                "LabelEncoder",
                List.of(in),
                List.of("number"),
                Attribute.of("keys_strings", List.of("mouse", "keyboard")),
                Attribute.of("values_floats", 1f, 2f),
                Attribute.of("default_float", -1f));
        graph.output("number", TensorType.FP32, rows);
        return graph;
    }

    /** A model from a seed, with its bytes or what they say changed. */
    static byte[] attacked(long seed) {
        Random random = new Random(seed);
        ModelProto model = SOUND.get(random.nextInt(SOUND.size()));
        if (random.nextBoolean()) {
            ModelProto.Builder changed = model.toBuilder();
            for (int change = random.nextInt(3); change >= 0; change--) {
                lie(changed, random);
            }
            model = changed.build();
        }
        byte[] bytes = model.toByteArray();
        for (int change = random.nextInt(4); change > 0; change--) {
            bytes = broken(bytes, random);
        }
        return bytes;
    }

    /** Keeps the form of a model and changes what it says. */
    private static void lie(ModelProto.Builder model, Random random) {
        var graph = model.getGraphBuilder();
        int weights = graph.getInitializerCount();
        var node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
        switch (random.nextInt(8)) {
            case 0 -> {
                if (weights > 0) {
                    var tensor = graph.getInitializerBuilder(random.nextInt(weights));
                    if (tensor.getDimsCount() > 0) {
                        tensor.setDims(random.nextInt(tensor.getDimsCount()), size(random));
                    } else {
                        tensor.addDims(size(random));
                    }
                }
            }
            case 1 -> {
                if (weights > 0) {
                    graph.getInitializerBuilder(random.nextInt(weights))
                            .setDataType(random.nextInt(30));
                }
            }
            case 2 -> {
                if (weights > 0) {
                    var tensor = graph.getInitializerBuilder(random.nextInt(weights));
                    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL).clearRawData();
                    tensor.addExternalDataBuilder()
                            .setKey("location")
                            .setValue(LOCATIONS[random.nextInt(LOCATIONS.length)]);
                    tensor.addExternalDataBuilder()
                            .setKey(random.nextBoolean() ? "offset" : "length")
                            .setValue(Long.toString(size(random)));
                }
            }
            case 3 -> {
                if (node.getAttributeCount() > 0) {
                    var attribute =
                            node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
                    if (attribute.getIntsCount() > 0) {
                        attribute.setInts(random.nextInt(attribute.getIntsCount()), size(random));
                    } else {
                        attribute.setI(size(random)).addInts(size(random));
                    }
                }
            }
            case 4 -> node.addAttributeBuilder().setName("body").setG(graph.build());
            case 5 -> {
                if (node.getInputCount() > 0) {
                    node.setInput(random.nextInt(node.getInputCount()), node.getOutput(0));
                }
            }
            case 6 ->
                    graph.getInputBuilder(0)
                            .getTypeBuilder()
                            .getTensorTypeBuilder()
                            .getShapeBuilder()
                            .addDimBuilder()
                            .setDimValue(size(random));
            default ->
                    node.setOpType(graph.getNode(random.nextInt(graph.getNodeCount())).getOpType());
        }
    }

    private static long size(Random random) {
        return SIZES[random.nextInt(SIZES.length)];
    }

    private static byte[] broken(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> {
                byte[] noise = bytes.clone();
                int to = Math.min(bytes.length, at + random.nextInt(16));
                for (int i = at; i < to; i++) {
                    noise[i] = (byte) random.nextInt(256);
                }
                yield noise;
            }
            case 2 -> {
                byte[] without = new byte[bytes.length - 1];
                System.arraycopy(bytes, 0, without, 0, at);
                System.arraycopy(bytes, at + 1, without, at, without.length - at);
                yield without;
            }
            default -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }
}
