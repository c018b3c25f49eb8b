package dev.vitrine.server.trial;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Loads a model and runs it once in a short-lived JVM. The runtime's parser and operators are
 * native code, and a file made to harm may crash them, keep them busy for ever or have them take
 * all memory. The registry's hash then says that what is loaded later is what was tried.
 *
 * @param memory what the child may take, its JVM included; on Linux the system holds it to that
 * @param time after which the child is ended
 */
public record ModelTrial(DataSize memory, Duration time) {
    /** Opens the child's last line; runtimes may write lines of their own. */
    static final String VERDICT = "vitrine-trial ";

    static final String SOUND = "sound";
    private static final int KEPT_LINES = 5;
    private static final int LONGEST_LINE = 500;
    private static final int HEAP_MIB = 512;
    private static final long BESIDE = 2L << 30;
    private static final int PER_BYTE = 4;

    /**
     * Bounds for a model with so many bytes of weights: 2 GiB and four times the weights, which is
     * what the runtime takes while it rearranges them and room for a run; two minutes.
     */
    public static ModelTrial forWeights(long bytes) {
        return new ModelTrial(new DataSize(BESIDE + PER_BYTE * bytes), Duration.ofSeconds(120));
    }

    /**
     * Tries a model.
     *
     * @param beside a file of requests that it has to answer, and of a tokenizer that has to part
     *     texts; where there are no requests, the model is run on zeros, which it may refuse
     * @param work a folder that the child may write to; nothing is left in it
     * @throws VitrineException MODEL_INVALID, saying how the trial ended
     */
    public void run(Path model, List<Path> beside, Path work) {
        String name = String.valueOf(model.getFileName());
        try {
            Path folder = Files.createTempDirectory(work, "trial-");
            try {
                run(name, command(model, beside, folder), folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID, "cannot try the model " + name + ": " + e, e);
        }
    }

    private List<String> command(Path model, List<Path> beside, Path folder) {
        Stream<String> files = Stream.concat(Stream.of(model), beside.stream()).map(this::absolute);
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-CreateCoredumpOnCrash",
                                "-XX:+SuppressFatalErrorMessage",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xmx" + HEAP_MIB + "m",
                                "-Djava.io.tmpdir=" + folder.toAbsolutePath(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TrialMain.class.getName(),
                                Long.toString(memory.bytes())),
                        files)
                .toList();
    }

    private String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }

    private void run(String name, List<String> command, Path folder) throws IOException {
        Process child =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .directory(folder.toFile())
                        .start();
        Thread watch = Thread.ofVirtual().unstarted(() -> endInTime(child));
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            watch.start();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (last.size() == KEPT_LINES) {
                    last.removeFirst();
                }
                last.addLast(line.substring(0, Math.min(LONGEST_LINE, line.length())));
            }
            judge(name, child.waitFor(), last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(name, "the trial was interrupted");
        } finally {
            child.destroyForcibly();
            watch.interrupt();
        }
    }

    private void endInTime(Process child) {
        try {
            if (!child.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // it has ended, or nobody waits for it any more
        }
    }

    private void judge(String name, int code, Deque<String> last) {
        String verdict = last.isEmpty() ? "" : last.getLast();
        if (code == 0 && verdict.equals(VERDICT + SOUND)) {
            return;
        }
        if (verdict.startsWith(VERDICT)) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID, verdict.substring(VERDICT.length()));
        }
        throw failed(
                name,
                "the process that tried it ended with code "
                        + code
                        + ", as one does that crashed, took more than "
                        + memory
                        + " of memory or more than "
                        + time.toSeconds()
                        + " s"
                        + (last.isEmpty() ? "" : ": " + String.join(" / ", last)));
    }

    private static VitrineException failed(String name, String why) {
        return new VitrineException(InferenceError.MODEL_INVALID, name + ": " + why);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
