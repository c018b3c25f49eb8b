package dev.vitrine.training.encoder;

import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.encoder.DenseLayer;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.Safetensors;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Learner;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.text.Contrast;
import dev.vitrine.training.text.TextNetwork;
import dev.vitrine.training.text.TextPairs;
import dev.vitrine.training.text.TextTrainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * Fits an encoder of a directory to rows of a file and writes it to another directory. A tenth of
 * the rows is held out; what is not better on them than the encoder was before is not written.
 */
public final class FineTuning {
    private final Torch torch;
    private final Settings settings;
    private final Progress progress;

    public FineTuning(Torch torch, Settings settings, Progress progress) {
        this.torch = torch;
        this.settings = settings;
        this.progress = progress;
    }

    /** What of an encoder is fitted. */
    public enum Part {
        /** All of it, to pairs of texts. */
        WHOLE,
        /** A dense layer over its vectors, to pairs of texts. */
        ADAPTER,
        /** All of it and a head, to whether shoppers liked items. */
        LIKELIHOOD
    }

    /**
     * How a fit is done.
     *
     * @param batch rows in a step; of pairs each text is held against all others of the step
     * @param tokens of a text that are read, at most
     * @param budget of the fit; threads and memory outside the heap
     */
    public record Settings(FitSettings fit, int batch, int tokens, FitBudget budget) {
        private static final double SCALE = 20;

        public Settings {
            if (batch < 2 || tokens < 8) {
                throw new VitrineException(
                        TrainingError.SETTING_INVALID,
                        "a step needs 2 rows at least and a text 8 tokens, found "
                                + batch
                                + " and "
                                + tokens);
            }
        }

        Contrast contrast(int pairs) {
            return new Contrast(SCALE, Math.min(batch, pairs));
        }
    }

    /**
     * What came of it.
     *
     * @param before of the rows that are held out: of pairs, the mean of one over the rank of the
     *     right product; of likes, what always saying their rate gives
     * @param after the same of what was written; of likes the mean log-likelihood
     */
    public record Result(double before, double after, LearningCurve curve) {}

    /**
     * Fits and writes.
     *
     * @param rows see {@link RowFile}
     * @param to a directory that is not there; while the fit goes on, its name with {@code .part}
     *     behind, from which a fit that was cut off goes on
     * @throws VitrineException MODEL_INVALID for a directory that is not read; DATA_UNSUITABLE for
     *     rows that teach nothing; MEMORY_INSUFFICIENT before anything is begun; FIT_FAILED when
     *     nothing better was found
     */
    public Result run(Part part, Path from, Path rows, Path to) {
        EncoderDirectory directory = EncoderDirectory.read(from);
        if (Files.exists(to)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    to + " is there already; name another directory");
        }
        if (part != Part.ADAPTER && directory.safetensors().isEmpty()) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    from
                            + " has its weights as ONNX, which cannot be fitted; an adapter on its"
                            + " vectors can (--adapter)");
        }
        Path work = to.resolveSibling(to.getFileName() + ".part");
        try {
            Files.createDirectories(work);
            Result result =
                    switch (part) {
                        case WHOLE -> whole(directory, rows, work);
                        case ADAPTER -> adapter(directory, rows, work);
                        case LIKELIHOOD -> likelihood(directory, rows, work);
                    };
            Files.deleteIfExists(checkpoint(work));
            Files.move(work, to);
            return result;
        } catch (IOException e) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "cannot write " + to + ": " + e, e);
        }
    }

    private static Path checkpoint(Path work) {
        return work.resolve("checkpoint");
    }

    private int tokens(EncoderDirectory directory) {
        return Math.min(settings.tokens, directory.longest());
    }

    private static TextTokenizer tokenizer(EncoderDirectory directory, int vocabulary, int tokens) {
        return TextTokenizer.open(directory.tokenizer(), vocabulary, tokens);
    }

    private Result whole(EncoderDirectory directory, Path rows, Path work) throws IOException {
        EncoderConfig config = directory.config().orElseThrow();
        TextPairs all = RowFile.pairs(rows);
        TextPairs train = HeldOut.pairs(all, false);
        int tokens = tokens(directory);
        Contrast contrast = settings.contrast(train.size());
        EncoderMemory.of(config, 2L * contrast.pairs(), tokens)
                .require(settings.budget, "fitting " + config);
        HeldOut.Judge judge = new HeldOut.Judge(HeldOut.pairs(all, true), train);
        try (TextTokenizer tokenizer = tokenizer(directory, config.vocabulary(), tokens);
                Safetensors file = Safetensors.open(directory.safetensors().orElseThrow())) {
            WholeEncoder network =
                    new WholeEncoder(
                            torch,
                            config,
                            EncoderTensors.in(file, config),
                            tokenizer,
                            directory.pooling(),
                            directory.dense(),
                            settings.fit.seed());
            Result result = contrasted(network, train, contrast, judge, directory, rows, work);
            new EncoderFiles(directory, work, tokens)
                    .whole(network.parameters()::values, network.dense());
            return result;
        }
    }

    private Result adapter(EncoderDirectory directory, Path rows, Path work) throws IOException {
        boolean takesAsTheyAre =
                directory.dense().isPresent() && !directory.dense().get().ofDirection();
        if (takesAsTheyAre) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    directory.folder()
                            + " has a dense layer over vectors of any length; an adapter cannot"
                            + " take its place, fit the whole encoder");
        }
        TextPairs all = RowFile.pairs(rows);
        TextPairs train = HeldOut.pairs(all, false);
        HeldOut.Judge judge = new HeldOut.Judge(HeldOut.pairs(all, true), train);
        int tokens = tokens(directory);
        SessionSettings session =
                new SessionSettings(
                        Math.min(settings.budget.threads(), SessionSettings.mostThreads()),
                        SessionSettings.Device.CPU);
        try (LoadedEncoder loaded =
                LoadedEncoder.open(directory.withoutDense(), tokens, session, work)) {
            DenseLayer first =
                    directory.dense().orElseGet(() -> DenseLayer.identity(loaded.width()));
            AdapterHead network =
                    new AdapterHead(torch, new Remembering(loaded), first, settings.fit.seed());
            Result result =
                    contrasted(
                            network,
                            train,
                            settings.contrast(train.size()),
                            judge,
                            directory,
                            rows,
                            work);
            new EncoderFiles(directory, work, tokens).adapted(network.layer());
            return result;
        }
    }

    private Result contrasted(
            TextNetwork network,
            TextPairs train,
            Contrast contrast,
            HeldOut.Judge judge,
            EncoderDirectory directory,
            Path rows,
            Path work)
            throws IOException {
        TextTrainer trainer =
                new TextTrainer(torch, network, contrast, settings.fit, train, judge::judge, work);
        FitSettings fit = warmed(train.size() / contrast.pairs());
        return fitted(trainer, fit, trainer.validate(), directory, rows, work);
    }

    private Result likelihood(EncoderDirectory directory, Path rows, Path work) throws IOException {
        EncoderConfig config = directory.config().orElseThrow();
        LikeRows all = RowFile.likes(rows);
        LikeRows train = HeldOut.likes(all, false);
        int tokens = tokens(directory);
        EncoderMemory.of(config, settings.batch, tokens)
                .require(settings.budget, "fitting " + config);
        try (TextTokenizer tokenizer = tokenizer(directory, config.vocabulary(), tokens);
                Safetensors file = Safetensors.open(directory.safetensors().orElseThrow())) {
            LikeTrainer trainer =
                    new LikeTrainer(
                            torch,
                            config,
                            EncoderTensors.in(file, config),
                            weight -> has(file, config, weight),
                            tokenizer,
                            settings.fit,
                            settings.batch,
                            train,
                            HeldOut.likes(all, true),
                            work);
            FitSettings fit = warmed(train.size() / settings.batch);
            Result result = fitted(trainer, fit, trainer.byRate(), directory, rows, work);
            new EncoderFiles(directory, work, tokens).likelihood(trainer.parameters()::values);
            return result;
        }
    }

    /** A head of another number of labels is not this one. */
    private static boolean has(
            Safetensors file, EncoderConfig config, EncoderTensors.Named weight) {
        return EncoderTensors.find(file, config, weight)
                .flatMap(file::shape)
                .filter(shape -> Arrays.equals(shape, weight.shape()))
                .isPresent();
    }

    /** The rate of learning rises over a tenth of all steps at most. */
    private FitSettings warmed(int steps) {
        FitSettings fit = settings.fit;
        int most = Math.max(1, steps) * fit.epochs() / 10;
        return new FitSettings(
                fit.epochs(),
                fit.patience(),
                fit.rate(),
                Math.min(fit.warmUp(), most),
                fit.decay(),
                fit.longest(),
                fit.seed());
    }

    private Result fitted(
            Learner learner,
            FitSettings fit,
            double before,
            EncoderDirectory directory,
            Path rows,
            Path work)
            throws IOException {
        String identity =
                String.join(
                        " ",
                        learner.name(),
                        settings.toString(),
                        mark(rows),
                        mark(directory.safetensors().or(directory::onnx).orElseThrow()),
                        mark(directory.tokenizer()));
        LearningCurve curve =
                new Fit(fit, new Checkpoint(checkpoint(work), identity), progress).run(learner);
        double after = learner.validate();
        if (!(after > before)) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    String.format(
                            Locale.ROOT,
                            "the rows taught nothing: on those held out the best epoch has %.4f,"
                                    + " and there was %.4f before; nothing is written",
                            after,
                            before));
        }
        return new Result(before, after, curve);
    }

    /** What tells a file from another: its size and checksum. */
    private static String mark(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(file), sum)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Files.size(file) + ":" + Long.toHexString(sum.getValue());
    }

    /** An encoder that stays as it is, asked for each text once. */
    private static final class Remembering implements TextEncoder {
        private final TextEncoder encoder;
        private final Map<String, float[]> known = new HashMap<>();

        Remembering(TextEncoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public int width() {
            return encoder.width();
        }

        @Override
        public float[] encode(List<String> texts) {
            int width = width();
            List<String> unknown =
                    texts.stream().filter(text -> !known.containsKey(text)).distinct().toList();
            float[] vectors = encoder.encode(unknown);
            for (int i = 0; i < unknown.size(); i++) {
                known.put(unknown.get(i), Arrays.copyOfRange(vectors, i * width, (i + 1) * width));
            }
            float[] all = new float[texts.size() * width];
            for (int i = 0; i < texts.size(); i++) {
                float[] own = Optional.ofNullable(known.get(texts.get(i))).orElseThrow();
                System.arraycopy(own, 0, all, i * width, width);
            }
            return all;
        }
    }
}
