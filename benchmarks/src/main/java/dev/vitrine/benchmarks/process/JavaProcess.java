package dev.vitrine.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a JVM of its own with the launcher's flags and class path, tied to this process,
 * so that peers run under the very conditions of the product.
 */
public final class JavaProcess implements AutoCloseable {
    private static final int LAST_LINES = 60;

    private final Process process;
    private final Tether tether;
    private final File log;
    private final long startedAt;

    private JavaProcess(Process process, File log, long startedAt) {
        this.process = process;
        this.tether = Tether.of(process);
        this.log = log;
        this.startedAt = startedAt;
    }

    /** Starts one whose output, all of it, is added to a file. */
    public static JavaProcess start(
            Class<?> main, Limits limits, Path output, List<String> arguments) throws IOException {
        ProcessBuilder.Redirect all = ProcessBuilder.Redirect.appendTo(output.toFile());
        return start(
                new ProcessBuilder(command(main, limits, arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(all),
                output);
    }

    /** As {@link #start}, with standard output kept for {@link #output()}. */
    public static JavaProcess startTalking(
            Class<?> main, Limits limits, Path errors, List<String> arguments) throws IOException {
        return start(
                new ProcessBuilder(command(main, limits, arguments))
                        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())),
                errors);
    }

    private static JavaProcess start(ProcessBuilder builder, Path log) throws IOException {
        // Not as an argument: ONNX Runtime 1.29 overflows its stack when it loads a model in a
        // process whose command line has some ten thousand characters.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        long startedAt = System.nanoTime();
        return new JavaProcess(builder.start(), log.toFile(), startedAt);
    }

    private static List<String> command(Class<?> main, Limits limits, List<String> arguments) {
        List<String> command = new ArrayList<>(Pinning.prefix(limits.cores()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:InitiatingHeapOccupancyPercent=70",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr"));
        if (limits.heapMiB() > 0) {
            command.add("-Xmx" + limits.heapMiB() + "m");
        }
        command.addAll(limits.flags());
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    /** A port of loopback that nobody listens on at this moment. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** When it was started, in nanoseconds of {@link System#nanoTime}. */
    public long startedAt() {
        return startedAt;
    }

    /** What it prints, when it was started to talk. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** What it reads. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /** The processes that it has started and that run. */
    public List<ProcessHandle> children() {
        return process.descendants().filter(ProcessHandle::isAlive).toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Throws when it runs no more.
     *
     * @throws IllegalStateException with its last words
     */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the process ended with exit code " + process.exitValue() + lastWords());
        }
    }

    /** The end of what it printed, for a message. */
    public String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log.toPath());
        return "; its last words:\n"
                + String.join(
                        "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** The most memory that was ever resident at once, in MiB; 0 where the system does not tell. */
    public double mostResidentMiB() throws IOException {
        return memory("VmHWM:");
    }

    /** Memory that is resident now, in MiB; 0 where the system does not tell. */
    public double residentMiB() throws IOException {
        return memory("VmRSS:");
    }

    private double memory(String key) throws IOException {
        return line("status", key)
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                .orElse(0.0);
    }

    private Optional<String> line(String name, String key) throws IOException {
        Path file = Path.of("/proc", Long.toString(process.pid()), name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Files.readAllLines(file).stream().filter(line -> line.startsWith(key)).findFirst();
    }

    /** Seconds of processor time that it has used, all threads together. */
    public double processorSeconds() {
        return process.info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(0.0);
    }

    /**
     * Waits until it has ended by itself.
     *
     * @return whether it did in this time
     * @throws IllegalStateException with its last words when it failed
     */
    public boolean awaitEnd(long seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            return false;
        }
        if (process.exitValue() != 0) {
            requireAlive();
        }
        return true;
    }

    /** Asks it to stop (SIGTERM), waits until it has, and gives the seconds that it took. */
    public double stop() throws InterruptedException {
        long asked = System.nanoTime();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process did not stop within 60 s of SIGTERM");
        }
        return (System.nanoTime() - asked) / 1e9;
    }

    /** Ends it without a word (SIGKILL) and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        tether.close();
    }
}
