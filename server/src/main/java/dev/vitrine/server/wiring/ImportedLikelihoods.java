package dev.vitrine.server.wiring;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks imported models that say, of the texts of a history and of an item, how probable it is that
 * a shopper likes the item. They run as any imported model does, behind the same door. Safe for
 * concurrent callers; texts are parted into tokens one after the other, some ten microseconds each.
 */
public final class ImportedLikelihoods implements AutoCloseable {
    /** Tokenizers that are open at once; beyond it the one that was not asked longest is closed. */
    private static final int MOST_OPEN = 4;

    /** Versions that may come one after the other while one question is asked. */
    private static final int MOST_SWAPS = 3;

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final InferencePort models;
    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ModelRef, Opened> opened = new LinkedHashMap<>(16, .75f, true);

    private record Opened(TextTokenizer tokenizer, int padding) {}

    private record Prepared(TextTokenizer.Tokens tokens, int padding) {}

    /** What a version said. */
    public record Answer(double probability, ModelRef version) {}

    public ImportedLikelihoods(
            InferencePort models, ReleaseStore releases, ArtifactStore artifacts) {
        this.models = models;
        this.releases = releases;
        this.artifacts = artifacts;
    }

    /**
     * Asks the version of a model that answers now.
     *
     * @param client whose share of the server this is counted against
     * @throws VitrineException MODEL_UNKNOWN and what else a request to a model may meet;
     *     MODEL_INVALID when the model does not say of two texts how probable something is, or was
     *     imported without a tokenizer; MODEL_DAMAGED when it gives no probability
     */
    public Answer ask(String model, LikelihoodEncoder.Question question, String client) {
        for (int swaps = 1; ; swaps++) {
            InferencePort.Served served = models.model(model, OptionalLong.empty());
            try {
                return ask(served, question, client);
            } catch (VitrineException e) {
                boolean replaced =
                        models.model(model, OptionalLong.empty()).version() != served.version();
                if (!replaced || swaps == MOST_SWAPS) {
                    throw e;
                }
            }
        }
    }

    private Answer ask(
            InferencePort.Served served, LikelihoodEncoder.Question question, String client) {
        LikelihoodEncoder.requireHead(served.name(), served.signature());
        ModelRef version = new ModelRef(served.name(), served.version());
        Prepared prepared = prepared(version, question);
        Map<String, Tensor> inputs =
                LikelihoodEncoder.inputs(served.signature(), prepared.tokens(), prepared.padding());
        InferRequest request =
                new InferRequest(
                        "",
                        inputs,
                        List.of(new InferRequest.Output(LikelihoodEncoder.OUTPUT, false)),
                        false);
        InferencePort.Outcome outcome =
                models.infer(
                        new InferCall(
                                served.name(),
                                OptionalLong.of(served.version()),
                                Optional.empty(),
                                request,
                                client,
                                0,
                                TIMEOUT,
                                new Cancellation()));
        float probability =
                Objects.requireNonNull(outcome.outputs().get(LikelihoodEncoder.OUTPUT))
                        .data()
                        .asFloatBuffer()
                        .get(0);
        if (!(probability >= 0 && probability <= 1)) {
            throw new VitrineException(
                    RetrievalError.MODEL_DAMAGED,
                    version + " gave the probability " + probability + ", expected 0 to 1");
        }
        return new Answer(probability, version);
    }

    private Prepared prepared(ModelRef version, LikelihoodEncoder.Question question) {
        lock.lock();
        try {
            Opened found = opened.get(version);
            if (found == null) {
                found = open(version);
                opened.put(version, found);
                Iterator<Opened> oldest = opened.values().iterator();
                while (opened.size() > MOST_OPEN) {
                    oldest.next().tokenizer().close();
                    oldest.remove();
                }
            }
            return new Prepared(
                    LikelihoodEncoder.tokens(found.tokenizer(), question), found.padding());
        } finally {
            lock.unlock();
        }
    }

    private Opened open(ModelRef version) {
        Artifact artifact =
                artifacts.open(
                        releases.model(version)
                                .orElseThrow(() -> withoutTokenizer(version))
                                .artifact());
        Path folder = artifact.directory();
        if (!Files.isRegularFile(folder.resolve(EncoderDirectory.TOKENIZER))) {
            throw withoutTokenizer(version);
        }
        EncoderDirectory directory = EncoderDirectory.read(folder);
        Optional<EncoderConfig> config = config(folder);
        TextTokenizer tokenizer =
                TextTokenizer.open(
                        directory.tokenizer(),
                        config.map(EncoderConfig::vocabulary).orElse(Integer.MAX_VALUE),
                        Math.min(
                                directory.longest(),
                                config.map(EncoderConfig::longest).orElse(Integer.MAX_VALUE)));
        return new Opened(tokenizer, directory.padding());
    }

    /** Of an encoder that came as ONNX it need not be one that is read. */
    private static Optional<EncoderConfig> config(Path folder) {
        Path file = folder.resolve(EncoderDirectory.CONFIG);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(EncoderConfig.read(file));
        } catch (VitrineException e) {
            return Optional.empty();
        }
    }

    private static VitrineException withoutTokenizer(ModelRef version) {
        return VitrineException.field(
                RetrievalError.MODEL_INVALID,
                "model",
                version + " was imported without a tokenizer, so it cannot be asked by texts");
    }

    @Override
    public void close() {
        lock.lock();
        try {
            opened.values().forEach(each -> each.tokenizer().close());
            opened.clear();
        } finally {
            lock.unlock();
        }
    }
}
