package dev.vitrine.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A published measurement as one JSON file: figures, machine and command. */
public final class ResultFile {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** As the command began: a measurement may bind itself to fewer. */
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private ResultFile() {}

    /**
     * The result as JSON.
     *
     * @param commit as {@link #commit()} gave it when the command began; a run can outlast a commit
     * @param seconds wall time of the whole command
     */
    public static String json(
            String name,
            String command,
            String commit,
            Instant date,
            double seconds,
            Figures figures) {
        ObjectNode root = JSON.createObjectNode();
        root.put("name", name);
        root.put("command", command);
        root.put("commit", commit);
        root.put("date", date.toString());
        ObjectNode machine = root.putObject("machine");
        machine.put("cpu", cpu());
        machine.put("cores", CORES);
        machine.put(
                "memoryGiB", Math.round(procKib("/proc/meminfo", "MemTotal") / 104857.6) / 10.0);
        machine.put("jdk", Runtime.version().toString());
        root.put("seconds", round(seconds));
        root.put("peakMemoryMiB", procKib("/proc/self/status", "VmHWM") / 1024);
        ObjectNode values = root.putObject("figures");
        for (Map.Entry<String, Double> figure : figures.inOrder()) {
            values.put(figure.getKey(), round(figure.getValue()));
        }
        ObjectNode spread = root.putObject("spread");
        figures.spread()
                .forEach((figure, range) ->
                        spread.putArray(figure).add(round(range[0])).add(round(range[1])));
        root.put("notes", figures.notes());
        return JSON.writeValueAsString(root) + "\n";
    }

    /** Writes the result, creating the folder. */
    public static void write(Path file, String json) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, json);
    }

    /**
     * Five significant digits, whole numbers as they are: more would claim more than was measured.
     */
    static double round(double value) {
        if (value == Math.rint(value) || Double.isNaN(value) || Double.isInfinite(value)) {
            return value;
        }
        double scale = Math.pow(10, 4 - Math.floor(Math.log10(Math.abs(value))));
        return Math.round(value * scale) / scale;
    }

    private static String cpu() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
        return System.getProperty("os.arch");
    }

    /** A value in KiB from one of Linux's text files; 0 where there is none. */
    static long procKib(String file, String key) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                if (line.startsWith(key + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }

    /** The commit that the launcher's build comes from; "unknown" outside a checkout. */
    public static String commit() {
        String build = System.getProperty("vitrine.home.build", ".");
        try {
            Process git =
                    new ProcessBuilder(
                                    List.of("git", "-C", build, "describe", "--always", "--dirty"))
                            .redirectErrorStream(true)
                            .start();
            String text =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
