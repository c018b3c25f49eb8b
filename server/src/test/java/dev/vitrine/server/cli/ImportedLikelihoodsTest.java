package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.retrieval.encoder.RandomEncoder;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.server.Home;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.wiring.ImportedLikelihoods;
import dev.vitrine.server.wiring.ImportedModel;
import dev.vitrine.server.wiring.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imported models that say how probable it is that somebody likes an item. */
class ImportedLikelihoodsTest {
    private static final List<String> WORDS = List.of("red", "kettle", "blue", "lamp", "tea");

    @TempDir Path folder;

    private Path encoder(String name) throws IOException {
        int count = RandomEncoder.vocabulary(WORDS).size();
        Path directory = folder.resolve(name);
        RandomEncoder.write(
                directory, RandomEncoder.config(EncoderConfig.Kind.BERT, count), WORDS, 3);
        return directory;
    }

    /** Sigmoid of a hundredth of the sum of tokens, those of the second text tenfold. */
    private static GraphBuilder head() {
        GraphBuilder graph = new GraphBuilder("head");
        Dimension batch = Dimension.named("batch");
        Dimension tokens = Dimension.named("tokens");
        graph.input("input_ids", TensorType.INT64, batch, tokens);
        graph.input("attention_mask", TensorType.INT64, batch, tokens);
        graph.input("token_type_ids", TensorType.INT64, batch, tokens);
        String nine = graph.longs(new long[] {9}, 1);
        String one = graph.longs(new long[] {1}, 1);
        String times =
                graph.node("Add", List.of(graph.node("Mul", List.of("token_type_ids", nine)), one));
        String seen = graph.node("Mul", List.of("input_ids", "attention_mask"));
        String weighed = graph.node("Mul", List.of(seen, times));
        String numbers = graph.node("Cast", List.of(weighed), Attribute.of("to", 1));
        String small = graph.node("Mul", List.of(numbers, graph.floats(new float[] {1e-4f}, 1)));
        String sum =
                graph.node(
                        "ReduceSum",
                        List.of(small, graph.longs(new long[] {1}, 1)),
                        Attribute.of("keepdims", 0));
        graph.node("", "Sigmoid", List.of(sum), List.of("probability"));
        graph.output("probability", TensorType.FP32, batch);
        return graph;
    }

    private interface Asked {
        void ask(ImportedLikelihoods likelihoods, ServedModels models) throws Exception;
    }

    private void serving(Home home, Asked asked) throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
        try (ReleaseStore releases = ReleaseStore.open(home.registry());
                ServedModels models =
                        new ServedModels(
                                releases,
                                artifacts,
                                folder.resolve("served-models"),
                                1L << 30,
                                new ModelMeters(registry),
                                new ModelStates(registry),
                                InstantSource.system());
                ImportedLikelihoods likelihoods =
                        new ImportedLikelihoods(models, releases, artifacts)) {
            asked.ask(likelihoods, models);
        }
    }

    private static void bring(Home home, Path file, String name) {
        ModelImport.run(home, file, name, Optional.empty(), ImportedModel.Declared.NOTHING);
    }

    @Test
    void aHeadIsAskedByTheTextsOfAHistoryAndAnItem() throws Exception {
        Path directory = encoder("likes");
        Path onnx = directory.resolve(EncoderDirectory.ONNX);
        head().save(onnx);
        Files.delete(directory.resolve(EncoderDirectory.SAFETENSORS));
        List<Question> questions = new ArrayList<>();
        questions.add(new Question(List.of("blue lamp", "red"), "tea kettle"));
        questions.add(new Question(List.of("red"), "tea kettle"));
        questions.add(new Question(List.of(), "lamp"));
        // Longer than the encoder reads: the oldest is cut.
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add("red kettle");
        }
        questions.add(new Question(many, "lamp"));
        float[] expected;
        EncoderConfig config = EncoderConfig.read(directory.resolve(EncoderDirectory.CONFIG));
        try (OnnxSession session = OnnxSession.open(onnx, SessionSettings.DEFAULT);
                TextTokenizer tokenizer =
                        TextTokenizer.open(
                                directory.resolve(EncoderDirectory.TOKENIZER),
                                config.vocabulary(),
                                config.longest())) {
            expected =
                    LikelihoodEncoder.of(session, tokenizer, config.padding())
                            .probabilities(questions);
        }
        assertThat(expected).doesNotHaveDuplicates();
        try (Home home = Home.open(folder.resolve("home"))) {
            bring(home, directory, "likes");
            serving(
                    home,
                    (likelihoods, models) -> {
                        models.load("likes");
                        for (int i = 0; i < expected.length; i++) {
                            ImportedLikelihoods.Answer answer =
                                    likelihoods.ask("likes", questions.get(i), "");
                            assertThat(answer.probability()).isCloseTo(expected[i], within(1e-6));
                            assertThat(answer.version().toString()).isEqualTo("likes/1");
                        }
                        bring(home, directory, "likes");
                        models.load("likes");
                        assertThat(
                                        likelihoods
                                                .ask("likes", questions.getFirst(), "")
                                                .version()
                                                .toString())
                                .isEqualTo("likes/2");
                    });
        }
    }

    @Test
    void whatIsNoSuchHeadIsRefusedByName() throws Exception {
        Path plain = folder.resolve("plain.onnx");
        head().save(plain);
        Question question = new Question(List.of("red"), "lamp");
        try (Home home = Home.open(folder.resolve("home"))) {
            bring(home, encoder("vectors"), "vectors");
            bring(home, plain, "plain");
            serving(
                    home,
                    (likelihoods, models) -> {
                        models.load("vectors");
                        models.load("plain");
                        assertThatThrownBy(() -> likelihoods.ask("vectors", question, ""))
                                .isInstanceOfSatisfying(
                                        VitrineException.class,
                                        e ->
                                                assertThat(e.code())
                                                        .isEqualTo(RetrievalError.MODEL_INVALID))
                                .hasMessageContaining("vectors")
                                .hasMessageContaining("probability");
                        assertThatThrownBy(() -> likelihoods.ask("plain", question, ""))
                                .hasMessageContaining("plain/1 was imported without a tokenizer");
                        assertThatThrownBy(() -> likelihoods.ask("nothing", question, ""))
                                .isInstanceOfSatisfying(
                                        VitrineException.class,
                                        e ->
                                                assertThat(e.code())
                                                        .isEqualTo(InferenceError.MODEL_UNKNOWN));
                    });
        }
    }
}
