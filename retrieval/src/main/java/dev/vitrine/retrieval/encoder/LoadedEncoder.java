package dev.vitrine.retrieval.encoder;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The encoder of a directory, with a session of its own. */
public final class LoadedEncoder implements TextEncoder, AutoCloseable {
    private final OnnxSession session;
    private final TransformerTextEncoder encoder;

    private LoadedEncoder(OnnxSession session, TransformerTextEncoder encoder) {
        this.session = session;
        this.encoder = encoder;
    }

    /**
     * Loads the encoder of a directory.
     *
     * @param longest tokens of a text that are read, if no more than the directory says
     * @param work a folder for a graph that is made, which is gone when this returns
     * @throws VitrineException MODEL_INVALID and others, saying what is wrong
     */
    public static LoadedEncoder open(
            EncoderDirectory directory, int longest, SessionSettings settings, Path work) {
        if (directory.likelihood()) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    directory.folder().getFileName()
                            + " says how probable something is; it gives no vectors");
        }
        Path graph = directory.onnx().orElse(work);
        if (directory.safetensors().isPresent()) {
            graph = work.resolve("encoder.onnx");
            writeGraph(directory, graph);
        }
        try {
            return open(directory, longest, OnnxSession.open(graph, settings));
        } finally {
            if (directory.safetensors().isPresent()) {
                delete(graph);
            }
        }
    }

    /**
     * Writes the graph that a directory of safetensors serves by.
     *
     * @throws VitrineException MODEL_INVALID when there are no such weights
     */
    public static void writeGraph(EncoderDirectory directory, Path graph) {
        EncoderConfig config = directory.config().orElseThrow();
        Path weights = directory.safetensors().orElseThrow();
        requireFit(directory.dense(), config.width());
        try (Safetensors file = Safetensors.open(weights)) {
            EncoderTensors.Weights read = EncoderTensors.in(file, config);
            GraphBuilder built =
                    directory.likelihood()
                            ? EncoderGraph.likelihood(config, read)
                            : EncoderGraph.vectors(
                                    config, read, directory.pooling(), directory.dense());
            built.save(graph);
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot write " + graph + ": " + e, e);
        }
    }

    private static LoadedEncoder open(
            EncoderDirectory directory, int longest, OnnxSession session) {
        try {
            EncoderPorts ports = EncoderPorts.of(session.signature());
            boolean whole = directory.safetensors().isPresent();
            Optional<DenseLayer> dense = whole ? Optional.empty() : directory.dense();
            requireFit(dense, ports.width());
            int vocabulary =
                    directory.config().map(EncoderConfig::vocabulary).orElse(Integer.MAX_VALUE);
            TextTokenizer tokenizer =
                    TextTokenizer.open(
                            directory.tokenizer(),
                            vocabulary,
                            Math.min(longest, directory.longest()));
            return new LoadedEncoder(
                    session,
                    new TransformerTextEncoder(
                            session::run,
                            tokenizer,
                            ports,
                            directory.padding(),
                            directory.pooling(),
                            dense));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void requireFit(Optional<DenseLayer> dense, int width) {
        if (dense.isPresent() && dense.get().from() != width) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    "the dense layer takes vectors of "
                            + dense.get().from()
                            + " numbers, and the encoder gives "
                            + width);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot delete " + file + ": " + e, e);
        }
    }

    @Override
    public int width() {
        return encoder.width();
    }

    @Override
    public float[] encode(List<String> texts) {
        return encoder.encode(texts);
    }

    @Override
    public void close() {
        encoder.tokenizer().close();
        session.close();
    }
}
