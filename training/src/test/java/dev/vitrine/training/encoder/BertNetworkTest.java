package dev.vitrine.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDScope;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.retrieval.encoder.DenseLayer;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.EncoderGraph;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.retrieval.encoder.Pooling;
import dev.vitrine.retrieval.encoder.RandomEncoder;
import dev.vitrine.retrieval.encoder.Safetensors;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is fitted and what serves compute the same, for every architecture that is read. */
class BertNetworkTest {
    private static final List<String> WORDS =
            List.of("red", "blue", "kettle", "lamp", "sofa", "rug", "手", "机", "with", "steel");

    private static Torch torch;

    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        torch = Torch.open(1, TorchCache.folder());
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    private EncoderConfig write(EncoderConfig.Kind kind) throws IOException {
        int count = RandomEncoder.vocabulary(WORDS).size();
        EncoderConfig config = RandomEncoder.config(kind, count);
        RandomEncoder.write(folder, config, WORDS, 3);
        return config;
    }

    /** Texts of random words and letters, and of none. */
    private static List<String> texts() {
        SplittableRandom random = new SplittableRandom(11);
        List<String> texts = new ArrayList<>(List.of("red kettle", "", "手机 lamp", "x"));
        for (int text = 0; text < 40; text++) {
            StringBuilder words = new StringBuilder();
            for (int word = random.nextInt(60); word >= 0; word--) {
                words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
            }
            texts.add(words.toString());
        }
        return texts;
    }

    @Test
    void vectorsAreThoseOfTheGraph() throws IOException {
        for (EncoderConfig.Kind kind : EncoderConfig.Kind.values()) {
            for (Pooling pooling : Pooling.values()) {
                vectorsAreThoseOfTheGraph(write(kind), pooling, Optional.empty());
            }
        }
        float[] weight = new float[16 * 32];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) Math.sin(i);
        }
        float[] bias = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1};
        for (boolean tanh : new boolean[] {false, true}) {
            vectorsAreThoseOfTheGraph(
                    write(EncoderConfig.Kind.BERT),
                    Pooling.MEAN,
                    Optional.of(new DenseLayer(weight, bias, tanh, !tanh)));
        }
    }

    private void vectorsAreThoseOfTheGraph(
            EncoderConfig config, Pooling pooling, Optional<DenseLayer> dense) throws IOException {
        Path graph = folder.resolve("test.onnx");
        try (TextTokenizer tokenizer = tokenizer(config);
                Safetensors file = Safetensors.open(folder.resolve(EncoderDirectory.SAFETENSORS))) {
            WholeEncoder network =
                    new WholeEncoder(
                            torch,
                            config,
                            EncoderTensors.in(file, config),
                            tokenizer,
                            pooling,
                            dense,
                            1);
            ExportedGraph.save(network.graph(), graph);
            List<String> texts = texts();
            try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT);
                    NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                float[] served = network.encoder(session).encode(texts);
                float[] fitted =
                        network.vectors(texts.stream().map(tokenizer::encode).toList(), false)
                                .toFloatArray();
                int width = network.encoder(session).width();
                for (int i = 0; i < served.length; i++) {
                    float expected = texts.get(i / width).isBlank() ? 0 : fitted[i];
                    assertThat(served[i]).isCloseTo(expected, within(1e-4f));
                }
            }
        }
    }

    private TextTokenizer tokenizer(EncoderConfig config) {
        return TextTokenizer.open(
                folder.resolve(EncoderDirectory.TOKENIZER), config.vocabulary(), config.longest());
    }

    @Test
    void likelihoodsAreThoseOfTheGraph() throws IOException {
        List<String> texts = texts();
        List<Question> questions = new ArrayList<>();
        boolean[] liked = new boolean[texts.size()];
        for (int i = 0; i < liked.length; i++) {
            questions.add(new Question(texts.subList(0, i % 5), texts.get(liked.length - 1 - i)));
            liked[i] = i % 3 == 0;
        }
        LikeRows rows = new LikeRows(questions, liked);
        for (EncoderConfig.Kind kind : EncoderConfig.Kind.values()) {
            EncoderConfig config = write(kind);
            Path graph = folder.resolve("test.onnx");
            try (TextTokenizer tokenizer = tokenizer(config);
                    Safetensors file =
                            Safetensors.open(folder.resolve(EncoderDirectory.SAFETENSORS))) {
                LikeTrainer trainer =
                        new LikeTrainer(
                                torch,
                                config,
                                EncoderTensors.in(file, config),
                                weight -> false,
                                tokenizer,
                                new FitSettings(1, 1, 1e-2, 0, 0, 5, 1),
                                16,
                                rows,
                                rows,
                                folder);
                trainer.begin(1);
                trainer.train(0, 1e-2);
                ExportedGraph.save(
                        EncoderGraph.likelihood(config, trainer.parameters()::values), graph);
                try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT);
                        NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    float[] served =
                            LikelihoodEncoder.of(session, tokenizer, config.padding())
                                    .probabilities(questions);
                    float[] scores =
                            trainer.scores(
                                            questions.stream()
                                                    .map(question ->
                                                            LikelihoodEncoder.tokens(
                                                                    tokenizer, question))
                                                    .toList(),
                                            false)
                                    .toFloatArray();
                    for (int i = 0; i < served.length; i++) {
                        double fitted = 1 / (1 + Math.exp(-scores[i]));
                        assertThat((double) served[i]).isCloseTo(fitted, within(1e-4));
                    }
                }
            }
        }
    }
}
