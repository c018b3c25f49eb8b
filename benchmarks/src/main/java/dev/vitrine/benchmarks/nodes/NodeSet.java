package dev.vitrine.benchmarks.nodes;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.signing.HomeKeys;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Servers in processes of their own, each on a copy of one home with simulated products, around one
 * PostgreSQL and one folder of artefacts.
 */
final class NodeSet implements AutoCloseable {
    private static final Duration MOST = Duration.ofMinutes(15);
    private static final String CONFIGURATION = "server.yaml";
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int PRODUCTS = 1_000;
    private static final long SEED = 64;

    private final EmbeddedPostgres database;
    private final Path work;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<String> products = new ArrayList<>();

    private NodeSet(EmbeddedPostgres database, Path work) {
        this.database = database;
        this.work = work;
    }

    /** Makes the shop and its first release, and starts the servers. */
    static NodeSet start(Path work, int nodes, Limits limits, Progress progress)
            throws IOException, InterruptedException {
        NodeSet set =
                new NodeSet(
                        EmbeddedPostgres.builder()
                                .setOverrideWorkingDirectory(work.resolve("postgres").toFile())
                                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                                .start(),
                        work);
        try {
            progress.start("making a shop and its release", "", 0);
            Files.writeString(work.resolve("password"), "any");
            set.configure(0, true);
            set.fill(progress);
            try (ServerProcess first =
                    ServerProcess.start(set.home(0), Limits.NONE, set.log(0), "--once")) {
                first.awaitEnd(MOST);
            }
            progress.finish("made");
            for (int node = 1; node < nodes; node++) {
                copy(set.home(0), set.home(node));
            }
            progress.start("starting servers", "servers", nodes);
            for (int node = 0; node < nodes; node++) {
                set.configure(node, false);
                set.servers.add(ServerProcess.start(set.home(node), limits, set.log(node)));
            }
            for (ServerProcess server : set.servers) {
                server.awaitReady(MOST);
            }
            progress.finish(nodes + " servers");
            return set;
        } catch (IOException | InterruptedException | RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /** Products alone: a release of them is made in seconds, and a rollback loads nothing. */
    private void fill(Progress progress) {
        SimulatedShop simulated =
                new SimulatedShop(
                        SEED, SimulationSettings.of(PRODUCTS, 100, 1_000, CLOCK.instant()));
        try (Home home = Home.open(home(0));
                Shop shop = Shop.open(home, ShopSettings.defaults(), CLOCK, progress)) {
            shop.upsert(simulated.products());
            simulated.products().forEach(product -> products.add(product.id()));
        }
    }

    /** Ids of what is sold. */
    List<String> products() {
        return List.copyOf(products);
    }

    private Path home(int node) {
        return work.resolve("home-" + node);
    }

    /** What a server prints. */
    Path log(int node) {
        return work.resolve("node-" + node + ".log");
    }

    private void configure(int node, boolean trains) throws IOException {
        Files.createDirectories(home(node));
        Files.writeString(
                home(node).resolve(CONFIGURATION),
                """
                node: node-%d
                trains: %s
                registry:
                  url: jdbc:postgresql://localhost:%d/postgres
                  user: postgres
                  passwordFile: %s
                artifacts:
                  directory: %s
                """
                        .formatted(
                                node,
                                trains,
                                database.getPort(),
                                work.resolve("password"),
                                work.resolve("artifacts")));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    List<URI> uris() {
        return servers.stream().map(ServerProcess::uri).toList();
    }

    /** The id of what is live. */
    String live() {
        try (ReleaseStore releases = releases()) {
            return releases.liveId().orElseThrow();
        }
    }

    /** Registers and signs a release that differs from the live one in its name alone. */
    String another() {
        Home home = Home.readOnly(home(0));
        ServerSettings settings = ServerSettings.of(home);
        try (ReleaseStore releases = releases()) {
            ArtifactStore artifacts = settings.stores().artifacts(home, CLOCK);
            HomeKeys keys = HomeKeys.read(home, settings.signing(), CLOCK);
            ReleaseManifest live = releases.live().map(Release::manifest).orElseThrow();
            ReleaseManifest same =
                    ReleaseDraft.of(live)
                            .createdAt(CLOCK.instant())
                            .createdBy("vitrine benchmark")
                            .manifest();
            return keys.of(releases, artifacts).register(same, keys.signer()).id();
        }
    }

    private ReleaseStore releases() {
        Home home = Home.readOnly(home(0));
        return ServerSettings.of(home).stores().releases(home, CLOCK);
    }

    @Override
    public void close() throws IOException {
        servers.forEach(ServerProcess::close);
        database.close();
    }
}
