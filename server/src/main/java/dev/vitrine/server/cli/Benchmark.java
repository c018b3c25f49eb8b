package dev.vitrine.server.cli;

import dev.vitrine.kernel.time.Progress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A repeatable measurement that {@code vitrine benchmark NAME} runs. Found by {@link
 * java.util.ServiceLoader}; each has a public constructor without arguments.
 */
public interface Benchmark {
    /** The name on the command line and of the result file. */
    String name();

    /** What it measures, in one line. */
    String description();

    /** What may stand after the name; nothing else is taken. */
    default List<Argument> arguments() {
        return List.of();
    }

    /** About how long it takes on two cores, for people ("4 min"). */
    String duration();

    /**
     * Measures.
     *
     * @throws Exception when a measurement is not possible; the message says why
     */
    Figures run(Context context) throws Exception;

    /**
     * What a measurement is given.
     *
     * @param data the folder of public data sets ({@code VITRINE_DATA}); may not exist
     * @param work an empty folder on a real file system, deleted afterwards
     * @param arguments what stood after the name, or else its default
     * @param out where lines for people go
     */
    record Context(Path data, Path work, Arguments arguments, Progress progress, PrintStream out) {}
}
