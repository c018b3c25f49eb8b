package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.time.Progress;
import java.io.PrintStream;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Progress and the result of a child JVM as JSON lines on its standard output: how it writes them
 * and how its parent reads them back.
 */
final class ProgressLines implements Progress {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();

    private final PrintStream out;
    private long last;

    ProgressLines(PrintStream out) {
        this.out = out;
        this.last = System.nanoTime() - EVERY_NANOS;
    }

    @Override
    public synchronized void start(String step, String unit, long total) {
        ObjectNode line = JSON.createObjectNode();
        line.put("start", step).put("unit", unit).put("total", total);
        print(line);
    }

    @Override
    public synchronized void advance(long done) {
        long now = System.nanoTime();
        if (now - last >= EVERY_NANOS) {
            last = now;
            print(JSON.createObjectNode().put("done", done));
        }
    }

    @Override
    public synchronized void finish(String summary) {
        print(JSON.createObjectNode().put("finish", summary));
    }

    /** The last line of a child that succeeded. */
    synchronized void result(String release) {
        print(JSON.createObjectNode().put("release", release));
    }

    /** The last line of a child that failed. */
    synchronized void failure(String code, String message) {
        print(JSON.createObjectNode().put("failed", code).put("message", message));
    }

    private void print(ObjectNode line) {
        out.println(JSON.writeValueAsString(line));
        out.flush();
    }

    /** What one line of a child's output says. */
    sealed interface Line {
        record Told() implements Line {}

        record Released(String release) implements Line {}

        record Failed(String code, String message) implements Line {}

        /** Not one of ours: a library printed it. */
        record Other(String text) implements Line {}
    }

    /** Reads one line of a child and passes progress on. */
    static Line read(String text, Progress progress) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException e) {
            return new Line.Other(text);
        }
        if (!node.isObject()) {
            return new Line.Other(text);
        }
        if (node.has("start")) {
            progress.start(
                    node.path("start").asString(""),
                    node.path("unit").asString(""),
                    node.path("total").asLong(0));
        } else if (node.has("done")) {
            progress.advance(node.path("done").asLong(0));
        } else if (node.has("finish")) {
            progress.finish(node.path("finish").asString(""));
        } else if (node.has("release")) {
            return new Line.Released(node.path("release").asString(""));
        } else if (node.has("failed")) {
            return new Line.Failed(
                    node.path("failed").asString(""), node.path("message").asString(""));
        } else {
            return new Line.Other(text);
        }
        return new Line.Told();
    }
}
