package dev.vitrine.retrieval.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedEncoderTest {
    private static final List<String> WORDS = List.of("red", "kettle", "lamp", "of", "手");

    @TempDir private Path folder;
    @TempDir private Path work;

    private void write(EncoderConfig.Kind kind) throws IOException {
        int count = RandomEncoder.vocabulary(WORDS).size();
        RandomEncoder.write(folder, RandomEncoder.config(kind, count), WORDS, 7);
    }

    private LoadedEncoder open() {
        return LoadedEncoder.open(EncoderDirectory.read(folder), 64, SessionSettings.DEFAULT, work);
    }

    private static double cosine(float[] vectors, int width, int one, int other) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
            sum += vectors[one * width + d] * vectors[other * width + d];
        }
        return sum;
    }

    @Test
    void vectorsAreOneLongAndDoNotDependOnTheirNeighbours() throws IOException {
        for (EncoderConfig.Kind kind : EncoderConfig.Kind.values()) {
            write(kind);
            try (LoadedEncoder encoder = open()) {
                List<String> texts =
                        List.of("red kettle", "", "a lamp of red of red of red 手", "kettle red");
                float[] together = encoder.encode(texts);
                int width = encoder.width();
                assertThat(width).isEqualTo(32);
                for (int text : new int[] {0, 2, 3}) {
                    float[] alone = encoder.encode(List.of(texts.get(text)));
                    assertThat(cosine(together, width, text, text)).isCloseTo(1, within(1e-5));
                    for (int d = 0; d < width; d++) {
                        assertThat(together[text * width + d]).isCloseTo(alone[d], within(1e-5f));
                    }
                }
                assertThat(cosine(together, width, 1, 1)).isZero();
                // The order of words counts.
                assertThat(cosine(together, width, 0, 3)).isLessThan(.9999);
            }
            assertThat(work).isEmptyDirectory();
        }
    }

    @Test
    void servesOnnxThatGivesVectorsOfTokens() throws IOException {
        write(EncoderConfig.Kind.BERT);
        Files.delete(folder.resolve(EncoderDirectory.SAFETENSORS));
        Files.delete(folder.resolve(EncoderDirectory.CONFIG));
        tokenVectors().save(folder.resolve(EncoderDirectory.ONNX));
        try (LoadedEncoder encoder = open()) {
            List<String> names = RandomEncoder.vocabulary(WORDS);
            int red = names.indexOf("red");
            // The mean of [CLS], red and [SEP], each [1, number].
            float[] vector = encoder.encode(List.of("red"));
            double mean = (names.indexOf("[CLS]") + red + names.indexOf("[SEP]")) / 3.0;
            assertThat(vector[1] / vector[0]).isCloseTo((float) mean, within(1e-3f));
        }
        adapter(new DenseLayer(new float[] {0, 1, 1, 0, 0, 0}, new float[3], false, true));
        try (LoadedEncoder encoder = open()) {
            float[] vector = encoder.encode(List.of("red"));
            assertThat(vector).hasSize(3);
            assertThat(vector[0]).isGreaterThan(vector[1]);
            assertThat(vector[2]).isZero();
        }
    }

    /** {@code input_ids} to {@code last_hidden_state}, [1, number] for each token. */
    private static GraphBuilder tokenVectors() {
        GraphBuilder graph = new GraphBuilder("tokens");
        Dimension batch = Dimension.named("b");
        Dimension tokens = Dimension.named("t");
        String ids = graph.input("input_ids", TensorType.INT64, batch, tokens);
        graph.input("attention_mask", TensorType.INT64, batch, tokens);
        graph.input("token_type_ids", TensorType.INT64, batch, tokens);
        String number =
                graph.node(
                        "Unsqueeze",
                        List.of(
                                graph.node(
                                        "Cast",
                                        List.of(ids),
                                        GraphBuilder.Attribute.of("to", TensorType.FP32.onnx())),
                                graph.longs(new long[] {2}, 1)));
        String both = graph.node("Mul", List.of(number, graph.floats(new float[] {0, 1}, 2)));
        graph.node(
                "",
                "Add",
                List.of(both, graph.floats(new float[] {1, 0}, 2)),
                List.of("last_hidden_state"));
        graph.output("last_hidden_state", TensorType.FP32, batch, tokens, Dimension.of(2));
        return graph;
    }

    private void adapter(DenseLayer layer) throws IOException {
        layer.write(folder.resolve("3_Dense"));
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(
                folder.resolve("1_Pooling").resolve("config.json"),
                "{\"pooling_mode_mean_tokens\":true}");
        Files.writeString(
                folder.resolve(EncoderDirectory.MODULES),
                """
                [{"path":"","type":"sentence_transformers.models.Transformer"},
                 {"path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
                 {"path":"2_Normalize","type":"sentence_transformers.models.Normalize"},
                 {"path":"3_Dense","type":"sentence_transformers.models.Dense"},
                 {"path":"4_Normalize","type":"sentence_transformers.models.Normalize"}]
                """);
    }

    @Test
    void refusesGraphsThatAreNoEncoders() throws IOException {
        write(EncoderConfig.Kind.BERT);
        Files.delete(folder.resolve(EncoderDirectory.SAFETENSORS));
        RandomModels.ranker(4, new int[] {4}, 1).save(folder.resolve(EncoderDirectory.ONNX));
        assertThatThrownBy(this::open)
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("'features'");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        write(EncoderConfig.Kind.BERT);
        Path config = folder.resolve(EncoderDirectory.CONFIG);
        String good = Files.readString(config);
        refused(good.replace("\"bert\"", "\"deberta-v2\""), "read are bert, distilbert, roberta");
        refused(good.replace("\"hidden_size\":32", "\"hidden_size\":33"), "4 attention heads");
        refused(good.replace("\"hidden_size\":32", "\"hidden_size\":64"), "expected [2, 64]");
        refused(good.replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":3"), "layer.2");
        refused(good.replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":-1"), "is -1");
        refused(
                good.replace("{", "{\"position_embedding_type\":\"relative_key\","),
                "relative_key");
        refused("{", "no JSON");
        Files.writeString(config, good);
        Path tokenizer = folder.resolve(EncoderDirectory.TOKENIZER);
        Files.move(tokenizer, folder.resolve("elsewhere"));
        refused(good, "no tokenizer.json");
        Files.move(folder.resolve("elsewhere"), tokenizer);
        Files.move(
                folder.resolve(EncoderDirectory.SAFETENSORS), folder.resolve("pytorch_model.bin"));
        refused(good, "pytorch_model.bin is a program");
    }

    private void refused(String config, String why) throws IOException {
        Files.writeString(folder.resolve(EncoderDirectory.CONFIG), config);
        assertThatThrownBy(this::open)
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }
}
