package dev.vitrine.benchmarks.process;

import dev.vitrine.server.cli.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code vitrine up} in a process of its own, started as the launcher starts it. */
public final class ServerProcess implements AutoCloseable {
    private static final int LAST_LINES = 60;

    private final Process process;
    private final Tether tether;
    private final URI uri;
    private final Path output;
    private final long startedAt;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(Process process, URI uri, Path output, long startedAt) {
        this.process = process;
        this.tether = Tether.of(process);
        this.uri = uri;
        this.output = output;
        this.startedAt = startedAt;
    }

    /**
     * How it runs.
     *
     * @param cores as taskset names them ("0,1"); empty for all, and where there is no taskset
     * @param heapMiB largest heap; 0 leaves it to the JVM
     */
    public record Limits(String cores, int heapMiB) {
        public static final Limits NONE = new Limits("", 0);
    }

    /** Starts one on a home directory; what it prints is added to {@code output}. */
    public static ServerProcess start(Path home, Limits limits, Path output, String... more)
            throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.addAll(Pinning.prefix(limits.cores()));
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
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "up",
                        "--home",
                        home.toString(),
                        "--port",
                        Integer.toString(port)));
        command.addAll(List.of(more));
        long startedAt = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        return new ServerProcess(
                process, URI.create("http://127.0.0.1:" + port), output, startedAt);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The processes that it has started and that run. */
    public List<ProcessHandle> children() {
        return process.descendants().filter(ProcessHandle::isAlive).toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public URI uri() {
        return uri;
    }

    /**
     * Seconds from the start of the process to its first 200 from {@code /health/ready}.
     *
     * @throws IllegalStateException with its last words when it ends or takes longer than {@code
     *     most}
     */
    public double awaitReady(Duration most) throws IOException, InterruptedException {
        HttpRequest ready =
                HttpRequest.newBuilder(uri.resolve("/health/ready"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        while (System.nanoTime() - startedAt < most.toNanos()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "the server ended with exit code " + process.exitValue() + lastWords());
            }
            if (status(ready) == 200) {
                return (System.nanoTime() - startedAt) / 1e9;
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException("the server was not ready after " + most + lastWords());
    }

    /** The status of a reply; 0 when there is none yet. */
    private int status(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Waits for one that ends by itself; seconds from its start to its end. */
    public double awaitEnd(Duration most) throws IOException, InterruptedException {
        if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not end in " + most + lastWords());
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    "the server ended with exit code " + process.exitValue() + lastWords());
        }
        return (System.nanoTime() - startedAt) / 1e9;
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(output);
        return "; its last words:\n"
                + String.join(
                        "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** The most memory that was ever resident at once, in MiB; 0 where the system does not tell. */
    public double mostResidentMiB() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        return 0;
    }

    /** Asks it to stop (SIGTERM), waits until it has, and gives the seconds that it took. */
    public double stop() throws InterruptedException {
        long asked = System.nanoTime();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not stop within 60 s of SIGTERM");
        }
        return (System.nanoTime() - asked) / 1e9;
    }

    /** Ends it without a word (SIGKILL) and waits until it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        client.close();
        tether.close();
    }
}
