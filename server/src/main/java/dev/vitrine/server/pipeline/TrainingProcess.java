package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the training of one release in a JVM of its own: own heap, own thread cap, low priority. The
 * child reads from its standard input and ends when that closes, so it never outlives its parent,
 * not even one that was killed.
 */
public final class TrainingProcess {
    private static final System.Logger LOG = System.getLogger(TrainingProcess.class.getName());
    private static final int KEPT_LINES = 20;
    private static final int LONGEST_LINE = 4000;

    private final Home home;
    private final ChildSettings settings;
    private @Nullable Process running;
    private boolean stopped;

    public TrainingProcess(Home home, ChildSettings settings) {
        this.home = home;
        this.settings = settings;
        sweep();
    }

    /**
     * Removes what a killed training left. The home is ours, so that none can be running but one
     * that is just ending because its parent was killed; what that leaves goes the next time.
     */
    private void sweep() {
        try {
            WorkFolders.sweep(home.work());
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot clear {0} yet: {1}", home.work(), e);
        }
    }

    /**
     * Trains and blocks until the release is registered.
     *
     * @param who asked for it, for the manifests of what is made
     * @return the id of the new release
     * @throws VitrineException TRAINING_FAILED with the child's own words, or its code
     */
    public String run(String who, Progress progress) throws InterruptedException {
        Process child = start(who);
        Deque<String> last = new ArrayDeque<>();
        ProgressLines.@Nullable Line end = null;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            String text = lines.readLine();
            while (text != null) {
                ProgressLines.Line line = ProgressLines.read(text, progress);
                switch (line) {
                    case ProgressLines.Line.Told() -> {}
                    case ProgressLines.Line.Other(String words) -> keep(last, words);
                    case ProgressLines.Line.Released released -> end = released;
                    case ProgressLines.Line.Failed failed -> end = failed;
                }
                text = lines.readLine();
            }
        } catch (IOException e) {
            keep(last, "reading from the child failed: " + e);
        } finally {
            finish(child);
        }
        int code = child.waitFor();
        return switch (end) {
            case ProgressLines.Line.Released(String release) when code == 0 -> release;
            case ProgressLines.Line.Failed(String error, String message) ->
                    throw new VitrineException(
                            ServerError.TRAINING_FAILED, message + " [" + error + "]");
            case null, default ->
                    throw new VitrineException(
                            ServerError.TRAINING_FAILED,
                            "the training process ended with exit code "
                                    + code
                                    + "; its last words:\n"
                                    + String.join("\n", last));
        };
    }

    /** Ends a running child with what it had begun, and keeps another from being started. */
    public synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.destroyForcibly().onExit().join();
            sweep();
        }
    }

    private synchronized Process start(String who) {
        if (stopped) {
            throw new VitrineException(
                    ServerError.TRAINING_FAILED, "training was not started: Vitrine is stopping");
        }
        if (running != null) {
            throw new IllegalStateException("one training at a time");
        }
        sweep();
        try {
            Files.createDirectories(home.work());
            Process child =
                    new ProcessBuilder(command(who))
                            .redirectErrorStream(true)
                            .directory(home.work().toFile())
                            .start();
            running = child;
            return child;
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.TRAINING_FAILED, "cannot start the training process: " + e, e);
        }
    }

    private synchronized void finish(Process child) throws InterruptedException {
        if (!child.waitFor(10, TimeUnit.SECONDS)) {
            child.destroyForcibly();
        }
        running = null;
    }

    private List<String> command(String who) {
        List<String> command = new ArrayList<>();
        if (new File("/usr/bin/nice").canExecute()) {
            command.addAll(List.of("/usr/bin/nice", "-n", "10"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:ActiveProcessorCount=" + settings.threads(),
                        "-Xmx" + (settings.heap().bytes() >> 20) + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingMain.class.getName(),
                        home.root().toString(),
                        settings.searchEncoder(),
                        settings.signing().text(),
                        settings.stores().text(),
                        who));
        return command;
    }

    private static void keep(Deque<String> last, String line) {
        if (last.size() == KEPT_LINES) {
            last.removeFirst();
        }
        last.addLast(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
    }
}
