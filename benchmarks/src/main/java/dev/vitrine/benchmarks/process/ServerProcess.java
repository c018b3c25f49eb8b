package dev.vitrine.benchmarks.process;

import dev.vitrine.server.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@code vitrine up} in a process of its own, started as the launcher starts it. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration MOST_TO_IMPORT = Duration.ofMinutes(5);

    private final JavaProcess process;
    private final Path home;
    private final Path output;
    private final URI uri;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(JavaProcess process, Path home, Path output, URI uri) {
        this.process = process;
        this.home = home;
        this.output = output;
        this.uri = uri;
    }

    /** Starts one on a home directory; what it prints is added to {@code output}. */
    public static ServerProcess start(Path home, Limits limits, Path output, String... more)
            throws IOException {
        int port = JavaProcess.freePort();
        List<String> arguments =
                new ArrayList<>(
                        List.of("up", "--home", home.toString(), "--port", Integer.toString(port)));
        arguments.addAll(List.of(more));
        return new ServerProcess(
                JavaProcess.start(Main.class, limits, output, arguments),
                home,
                output,
                URI.create("http://127.0.0.1:" + port));
    }

    /** The processes that it has started and that run. */
    public List<ProcessHandle> children() {
        return process.children();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public URI uri() {
        return uri;
    }

    /** The process itself. */
    public JavaProcess process() {
        return process;
    }

    /**
     * Seconds from the start of the process to its first 200 from {@code /health/ready}.
     *
     * @throws IllegalStateException with its last words when it ends or takes longer than {@code
     *     most}
     */
    public double awaitReady(Duration most) throws IOException, InterruptedException {
        return awaitReady("/health/ready", most);
    }

    /** As {@link #awaitReady(Duration)}, with another path that has to give 200. */
    public double awaitReady(String path, Duration most) throws IOException, InterruptedException {
        HttpRequest ready =
                HttpRequest.newBuilder(uri.resolve(path)).timeout(Duration.ofSeconds(5)).build();
        while (System.nanoTime() - process.startedAt() < most.toNanos()) {
            process.requireAlive();
            if (status(ready) == 200) {
                return (System.nanoTime() - process.startedAt()) / 1e9;
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException(
                "the server was not ready after " + most + process.lastWords());
    }

    /** The status of a reply; 0 when there is none yet. */
    private int status(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Brings a model into its registry by the command line and has it loaded, as a user does.
     *
     * @param more of {@code vitrine model import}, such as {@code --batchable}
     */
    public void serve(Path model, String name, String... more)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("model", "import", model.toString(), "--name", name));
        arguments.addAll(List.of("--home", home.toString()));
        arguments.addAll(List.of(more));
        try (JavaProcess bringing = JavaProcess.start(Main.class, Limits.NONE, output, arguments)) {
            if (!bringing.awaitEnd(MOST_TO_IMPORT.toSeconds())) {
                throw new IllegalStateException("the import did not end" + bringing.lastWords());
            }
        }
        load(name);
    }

    /** Has it load the newest version of a model. */
    public void load(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(
                                        uri.resolve("/v2/repository/models/" + name + "/load"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    "the server did not load " + name + ": " + answer.body());
        }
    }

    /** Waits for one that ends by itself; seconds from its start to its end. */
    public double awaitEnd(Duration most) throws IOException, InterruptedException {
        if (!process.awaitEnd(most.toSeconds())) {
            throw new IllegalStateException(
                    "the server did not end in " + most + process.lastWords());
        }
        return (System.nanoTime() - process.startedAt()) / 1e9;
    }

    /** The most memory that was ever resident at once, in MiB; 0 where the system does not tell. */
    public double mostResidentMiB() throws IOException {
        return process.mostResidentMiB();
    }

    /** Asks it to stop (SIGTERM), waits until it has, and gives the seconds that it took. */
    public double stop() throws InterruptedException {
        return process.stop();
    }

    /** Ends it without a word (SIGKILL) and waits until it is gone. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
