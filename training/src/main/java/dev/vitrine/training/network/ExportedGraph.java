package dev.vitrine.training.network;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

/** A network as it serves: what validates it is the graph that would answer. */
public final class ExportedGraph {
    private ExportedGraph() {}

    /** Writes a graph to a file. */
    public static void save(GraphBuilder graph, Path file) {
        try {
            graph.save(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * Asks a graph through the runtime.
     *
     * @param work folder for its file, which is gone afterwards
     */
    public static double judged(
            GraphBuilder graph, Path work, ToDoubleFunction<OnnxSession> judge) {
        Path file = work.resolve("validated.onnx");
        try {
            save(graph, file);
            try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
                return judge.applyAsDouble(session);
            }
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + file, e);
            }
        }
    }
}
