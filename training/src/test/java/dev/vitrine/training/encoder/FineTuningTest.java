package dev.vitrine.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.RandomEncoder;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.training.encoder.FineTuning.Part;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
    /** Words for the same thing that share no letters to go by. */
    private static final List<String> SHOP =
            List.of("kettle", "lamp", "sofa", "rug", "mirror", "drill", "tent", "violin");

    private static final List<String> SHOPPER =
            List.of("boiler", "light", "couch", "carpet", "glass", "borer", "camping", "fiddle");

    private static final List<String> COLOURS = List.of("red", "blue", "green", "black");
    private static final FitSettings FIT = new FitSettings(8, 8, 3e-3, 10, .01, 1, 3);
    private static final FitBudget BUDGET = new FitBudget(1, DataSize.ofMebibytes(2048));

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

    private Path encoder(EncoderConfig.Kind kind) throws IOException {
        List<String> words = new ArrayList<>(SHOP);
        words.addAll(SHOPPER);
        words.addAll(COLOURS);
        int count = RandomEncoder.vocabulary(words).size();
        Path from = folder.resolve("from");
        RandomEncoder.write(from, RandomEncoder.config(kind, count), words, 5);
        return from;
    }

    /** Queries in the shopper's words for products in the shop's. */
    private Path pairs() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        List<String> lines = new ArrayList<>();
        for (int pair = 0; pair < 400; pair++) {
            int thing = random.nextInt(SHOP.size());
            String colour = COLOURS.get(random.nextInt(COLOURS.size()));
            lines.add(
                    "{\"query\":\"a %s in %s no %d\",\"product\":\"%s %s\"}"
                            .formatted(
                                    SHOPPER.get(thing),
                                    colour,
                                    random.nextInt(10),
                                    colour,
                                    SHOP.get(thing)));
        }
        return Files.write(folder.resolve("pairs.jsonl"), lines);
    }

    private static FineTuning.Settings settings() {
        return new FineTuning.Settings(FIT, 32, 24, BUDGET);
    }

    private FineTuning.Result run(Part part, Path from, Path rows, Path to) {
        return new FineTuning(torch, settings(), Progress.NONE).run(part, from, rows, to);
    }

    private static LoadedEncoder open(Path directory, Path work) {
        return LoadedEncoder.open(
                EncoderDirectory.read(directory), 24, SessionSettings.DEFAULT, work);
    }

    @Test
    void fitsWholeEncodersAndWritesThemAsTheyCame() throws IOException {
        for (EncoderConfig.Kind kind :
                List.of(EncoderConfig.Kind.BERT, EncoderConfig.Kind.DISTILBERT)) {
            Path to = folder.resolve("to-" + kind.type());
            FineTuning.Result result = run(Part.WHOLE, encoder(kind), pairs(), to);
            assertThat(result.before()).isLessThan(.4);
            assertThat(result.after()).isEqualTo(1);
            assertThat(folder.resolve(to.getFileName() + ".part")).doesNotExist();
            assertThat(to.resolve("checkpoint")).doesNotExist();
            sameByWeightsAndGraph(to);
            // What was written is read again, and cannot become better.
            assertThatThrownBy(() -> run(Part.WHOLE, to, pairs(), to))
                    .hasMessageContaining("is there already");
            assertThatThrownBy(() ->
                            run(Part.ADAPTER, to, pairs(), folder.resolve("again-" + kind.type())))
                    .hasMessageContaining("there was %.4f before".formatted(result.after()));
        }
    }

    /** The graph beside the weights is of those weights. */
    private void sameByWeightsAndGraph(Path to) throws IOException {
        List<String> texts = List.of("a couch in red", "blue kettle", "");
        Path other = folder.resolve("onnx-alone");
        Files.createDirectories(other);
        for (String name : List.of(EncoderDirectory.ONNX, EncoderDirectory.TOKENIZER)) {
            Files.copy(
                    to.resolve(name),
                    other.resolve(name),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        try (LoadedEncoder weights = open(to, folder);
                LoadedEncoder graph = open(other, folder)) {
            assertThat(graph.encode(texts)).isEqualTo(weights.encode(texts));
        }
    }

    @Test
    void fitsAdaptersOnEncodersThatAreOnnxAlone() throws IOException {
        Path from = encoder(EncoderConfig.Kind.BERT);
        LoadedEncoder.writeGraph(EncoderDirectory.read(from), from.resolve(EncoderDirectory.ONNX));
        Files.delete(from.resolve(EncoderDirectory.SAFETENSORS));
        assertThatThrownBy(() -> run(Part.WHOLE, from, pairs(), folder.resolve("whole")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("--adapter");
        Path to = folder.resolve("to");
        FineTuning.Result result = run(Part.ADAPTER, from, pairs(), to);
        assertThat(result.after()).isGreaterThan(result.before() + .1);
        try (LoadedEncoder encoder = open(to, folder)) {
            assertThat(encoder.width()).isEqualTo(32);
            FineTuning.Result more = run(Part.ADAPTER, to, pairs(), folder.resolve("more"));
            assertThat(more.before()).isCloseTo(result.after(), within(1e-3));
        }
    }

    @Test
    void fitsHeadsToWhatShoppersLike() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < 600; row++) {
            String newest = SHOP.get(random.nextInt(SHOP.size()));
            String item = SHOP.get(random.nextInt(SHOP.size()));
            lines.add(
                    "{\"history\":[\"%s\",\"rug %d\"],\"item\":\"%s\",\"liked\":%s}"
                            .formatted(
                                    newest,
                                    random.nextInt(10),
                                    item,
                                    newest.equals("tent") || item.equals("kettle")));
        }
        Path rows = Files.write(folder.resolve("likes.jsonl"), lines);
        Path to = folder.resolve("to");
        Path from = encoder(EncoderConfig.Kind.BERT);
        FineTuning.Result result =
                new FineTuning(
                                torch,
                                new FineTuning.Settings(
                                        new FitSettings(20, 20, 3e-3, 10, .01, 1, 3),
                                        32,
                                        24,
                                        BUDGET),
                                Progress.NONE)
                        .run(Part.LIKELIHOOD, from, rows, to);
        assertThat(result.after()).isGreaterThan(result.before());
        EncoderDirectory written = EncoderDirectory.read(to);
        assertThat(written.likelihood()).isTrue();
        assertThatThrownBy(() -> open(to, folder)).hasMessageContaining("gives no vectors");
        EncoderConfig config = written.config().orElseThrow();
        try (TextTokenizer tokenizer =
                        TextTokenizer.open(written.tokenizer(), config.vocabulary(), 24);
                OnnxSession session =
                        OnnxSession.open(
                                to.resolve(EncoderDirectory.ONNX), SessionSettings.DEFAULT)) {
            float[] given =
                    LikelihoodEncoder.of(session, tokenizer, config.padding())
                            .probabilities(
                                    List.of(
                                            new Question(List.of("sofa", "rug 1"), "lamp"),
                                            new Question(List.of("sofa", "rug 1"), "kettle"),
                                            new Question(List.of("tent", "rug 1"), "lamp")));
            assertThat(given[0]).isLessThan(.3f);
            assertThat(given[1]).isGreaterThan(.5f);
            assertThat(given[2]).isGreaterThan(.5f);
        }
    }

    @Test
    void goesOnWhereItWasCutOff() throws IOException {
        Path from = encoder(EncoderConfig.Kind.BERT);
        Path rows = pairs();
        FineTuning.Result whole = run(Part.WHOLE, from, rows, folder.resolve("a"));
        int[] epochs = {0};
        Progress cutting =
                new Progress() {
                    @Override
                    public void start(String step, String unit, long total) {
                        if (++epochs[0] == 4) {
                            throw new IllegalStateException("cut off");
                        }
                    }

                    @Override
                    public void advance(long done) {}

                    @Override
                    public void finish(String summary) {}
                };
        Path to = folder.resolve("b");
        assertThatThrownBy(() ->
                        new FineTuning(torch, settings(), cutting).run(Part.WHOLE, from, rows, to))
                .hasMessage("cut off");
        FineTuning.Result rest = run(Part.WHOLE, from, rows, to);
        assertThat(rest.after()).isEqualTo(whole.after());
        assertThat(
                        Files.mismatch(
                                folder.resolve("a").resolve(EncoderDirectory.SAFETENSORS),
                                to.resolve(EncoderDirectory.SAFETENSORS)))
                .isEqualTo(-1);
    }

    @Test
    void refusesRowsThatTeachNothing() throws IOException {
        Path from = encoder(EncoderConfig.Kind.BERT);
        refused(from, Part.WHOLE, "{\"query\":\"a\"}", "line 1: product is no text");
        refused(from, Part.WHOLE, "{\"query\":\"a\",\"product\":\"b\"}", "too few");
        refused(from, Part.WHOLE, "\n{", "line 2: it is no JSON");
        refused(from, Part.WHOLE, "3", "no JSON object");
        refused(from, Part.LIKELIHOOD, "{\"history\":[],\"item\":\"a\",\"liked\":1}", "liked");
        StringBuilder same = new StringBuilder();
        for (int row = 0; row < 200; row++) {
            same.append("{\"history\":[\"%d\"],\"item\":\"a\",\"liked\":true}\n".formatted(row));
        }
        refused(from, Part.LIKELIHOOD, same.toString(), "some have to be and some not");
    }

    private void refused(Path from, Part part, String rows, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
        assertThatThrownBy(() -> run(part, from, file, folder.resolve("to")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
        assertThat(folder.resolve("to")).doesNotExist();
    }

    @Test
    void refusesWhatTheMachineCannotBear() throws IOException {
        Path from = encoder(EncoderConfig.Kind.BERT);
        FineTuning small =
                new FineTuning(
                        torch,
                        new FineTuning.Settings(
                                FIT, 32, 24, new FitBudget(1, DataSize.ofMebibytes(256))),
                        Progress.NONE);
        Path rows = pairs();
        assertThatThrownBy(() -> small.run(Part.WHOLE, from, rows, folder.resolve("to")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the budget is 256 MiB");
    }

    /** A base model of 12 layers takes about what its fit is known to take. */
    @Test
    void statesMemory() {
        EncoderConfig base =
                new EncoderConfig(
                        EncoderConfig.Kind.BERT,
                        30_522,
                        768,
                        12,
                        12,
                        3072,
                        512,
                        2,
                        1e-12f,
                        EncoderConfig.Activation.GELU,
                        0,
                        .1,
                        .1);
        EncoderMemory memory = EncoderMemory.of(base, 64, 64);
        assertThat(memory.outside() >> 20).isBetween(4_000L, 12_000L);
        assertThat(memory.heap() >> 20).isBetween(800L, 1_400L);
    }
}
