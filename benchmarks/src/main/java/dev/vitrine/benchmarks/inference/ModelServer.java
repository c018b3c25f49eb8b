package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.cli.ModelImport;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.wiring.ImportedModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A server process with models, and what the operator does to them. */
final class ModelServer implements AutoCloseable {
    private static final Duration MOST_TO_READY = Duration.ofMinutes(10);
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int HEAP_MIB = 512;

    private final ServerProcess process;
    private final Home home;
    private final ReleaseStore releases;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ModelServer(ServerProcess process, Home home) {
        this.process = process;
        this.home = home;
        this.releases = ReleaseStore.open(home.registry());
    }

    /** Starts one on the first two cores and moves this process to the others. */
    static ModelServer start(Path folder) throws IOException, InterruptedException {
        if (isPinned() && CORES > 2) {
            Pinning.moveTo("2-" + (CORES - 1));
        }
        Path home = folder.resolve("home");
        ServerProcess process =
                ServerProcess.start(
                        home,
                        new Limits(isPinned() ? "0,1" : "", HEAP_MIB),
                        folder.resolve("server.log"));
        try {
            process.awaitReady(MOST_TO_READY);
            return new ModelServer(process, Home.readOnly(home));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    static boolean isPinned() {
        return Pinning.possible() && CORES >= 2;
    }

    /** How the server runs, for the notes. */
    static String described() {
        return "server with -Xmx"
                + HEAP_MIB
                + "m"
                + (isPinned() ? " on 2 of " + CORES + " cores" : ", not pinned");
    }

    HttpClient client() {
        return client;
    }

    URI uri() {
        return process.uri();
    }

    ModelVersion bring(Path file, String name) {
        return ModelImport.run(home, file, name, Optional.empty(), ImportedModel.Declared.NOTHING);
    }

    /** Registers what is there already as one more version. */
    ModelVersion again(ModelManifest manifest) {
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
        HomeKeys keys = ModelImport.keys(home, releases, artifacts);
        return keys.models(releases, artifacts).register(manifest, keys.signer());
    }

    void load(String name) throws IOException, InterruptedException {
        process.load(name);
    }

    void unload(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(
                                        uri().resolve("/v2/repository/models/" + name + "/unload"))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .timeout(Duration.ofMinutes(5))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    "the server did not unload " + name + ": " + answer.body());
        }
    }

    /** A gauge of the server without labels. */
    double gauge(String name) throws IOException, InterruptedException {
        String metrics =
                client.send(
                                HttpRequest.newBuilder(uri().resolve("/metrics")).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    /** Memory that is resident now; 0 where the system does not tell. */
    double residentMiB() throws IOException {
        return process.process().residentMiB();
    }

    void stop() throws InterruptedException {
        process.stop();
    }

    @Override
    public void close() {
        releases.close();
        client.close();
        process.close();
    }
}
