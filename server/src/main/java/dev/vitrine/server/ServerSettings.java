package dev.vitrine.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.grpc.GrpcPort;
import dev.vitrine.server.http.HttpSettings;
import dev.vitrine.server.pipeline.RetentionSettings;
import dev.vitrine.server.pipeline.TrainingSchedule;
import dev.vitrine.server.rollout.NodeIdentity;
import dev.vitrine.server.rollout.RolloutSettings;
import dev.vitrine.server.signing.SigningSettings;
import dev.vitrine.server.stores.ArtifactSettings;
import dev.vitrine.server.stores.DepotSettings;
import dev.vitrine.server.stores.RegistrySettings;
import dev.vitrine.server.stores.Stores;
import dev.vitrine.server.watch.WatchSettings;
import dev.vitrine.server.wiring.GuardSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one server runs, from {@code --server FILE}: where it listens, who may call, and when it
 * trains. What is left out takes its default.
 *
 * @param host address to listen on; default loopback, any other needs keys, origins and TLS
 * @param port default 8080; 0 for any free one
 * @param grpcPort default 1,000 above {@code port} where that is free; off for none
 * @param maxConnections connections at once; default 2,048, more wait
 * @param maxRequests requests at once; default 512, more are refused with 503
 * @param maxBodies bytes of the bodies of all requests together, small ones aside; default a
 *     quarter of the heap, more are refused with 503
 * @param access keys, host names and TLS; default none, for loopback
 * @param models what requests to models are let in
 * @param trainEvery default one day
 * @param trainAfterEvents default 100,000 new events; 0 for by time alone
 * @param trainApart shortest time between two trainings; default ten minutes
 * @param searchEncoder name of an imported encoder that search asks for what a query means; default
 *     none, for one that training learns from the shop
 * @param signing which key signs releases and whose signatures count; default one of the home's own
 * @param node this server's name among those that share a registry; default the machine's
 * @param site where this server is, as the stages of a rollout name it; default none
 * @param trains whether it trains by schedule, and makes the first release; default true, and to be
 *     true of one of those that share a registry
 * @param registry where several nodes share one; default a file in the home
 * @param artifacts where the files of releases lie; default in the home
 * @param rollout what becomes of a release that training made; default live at once
 * @param watch when the live release is evaluated
 * @param retention how long old releases are kept
 * @param registries others that releases are brought to and from, by the name they have here
 */
public record ServerSettings(
        String host,
        int port,
        GrpcPort grpcPort,
        int maxConnections,
        int maxRequests,
        DataSize maxBodies,
        AccessSettings access,
        GuardSettings models,
        Duration trainEvery,
        long trainAfterEvents,
        Duration trainApart,
        String searchEncoder,
        SigningSettings signing,
        String node,
        String site,
        boolean trains,
        RegistrySettings registry,
        ArtifactSettings artifacts,
        RolloutSettings rollout,
        WatchSettings watch,
        RetentionSettings retention,
        Map<String, DepotSettings> registries) {
    private static final String FILE = "server.yaml";
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9._-]{0,100}");
    private static final HttpSettings HTTP = HttpSettings.defaults();

    public ServerSettings {
        require(
                "port",
                port >= 0 && port <= 65_535,
                "port must be from 0 to 65535, where 0 is any free one; found " + port);
        require(
                "maxConnections",
                maxConnections >= 1 && maxRequests >= 1,
                "maxConnections and maxRequests must be 1 or more, found "
                        + maxConnections
                        + " and "
                        + maxRequests);
        require(
                "maxBodies",
                maxBodies.bytes() >= HTTP.maxTensors().bytes(),
                "maxBodies must be "
                        + HTTP.maxTensors()
                        + " or more, so that the largest body can be taken; found "
                        + maxBodies);
        require(
                "trainEvery",
                trainEvery.compareTo(TrainingSchedule.SHORTEST) >= 0,
                "trainEvery must be a minute (PT1M) or more, found " + trainEvery);
        require(
                "trainAfterEvents",
                trainAfterEvents >= 0,
                "trainAfterEvents must be 0 (by time alone) or more, found " + trainAfterEvents);
        require(
                "trainApart",
                !trainApart.isNegative(),
                "trainApart must not be negative, found " + trainApart);
        require(
                "searchEncoder",
                MODEL.matcher(searchEncoder).matches(),
                "searchEncoder must be the name of an imported model, found '"
                        + searchEncoder
                        + "'");
        require(
                "node",
                node.isEmpty() || NODE.matcher(node).matches(),
                "node must be 1 to 64 letters, digits and . _ - (the first a letter or digit),"
                        + " found '"
                        + node
                        + "'");
        require(
                "site",
                site.isEmpty() || NODE.matcher(site).matches(),
                "site must be 1 to 64 letters, digits and . _ - (the first a letter or digit),"
                        + " found '"
                        + site
                        + "'");
        require(
                "node",
                node.isEmpty() || registry.isShared(),
                "node names one of several that share a registry; name that as registry: {url:"
                        + " ...}, or leave node out");
        stores(registry, artifacts);
    }

    @JsonCreator
    public ServerSettings(
            @JsonProperty("host") @Nullable String host,
            @JsonProperty("port") @Nullable Integer port,
            @JsonProperty("grpcPort") @Nullable GrpcPort grpcPort,
            @JsonProperty("maxConnections") @Nullable Integer maxConnections,
            @JsonProperty("maxRequests") @Nullable Integer maxRequests,
            @JsonProperty("maxBodies") @Nullable DataSize maxBodies,
            @JsonProperty("access") @Nullable AccessSettings access,
            @JsonProperty("models") @Nullable GuardSettings models,
            @JsonProperty("trainEvery") @Nullable Duration trainEvery,
            @JsonProperty("trainAfterEvents") @Nullable Long trainAfterEvents,
            @JsonProperty("trainApart") @Nullable Duration trainApart,
            @JsonProperty("searchEncoder") @Nullable String searchEncoder,
            @JsonProperty("signing") @Nullable SigningSettings signing,
            @JsonProperty("node") @Nullable String node,
            @JsonProperty("site") @Nullable String site,
            @JsonProperty("trains") @Nullable Boolean trains,
            @JsonProperty("registry") @Nullable RegistrySettings registry,
            @JsonProperty("artifacts") @Nullable ArtifactSettings artifacts,
            @JsonProperty("rollout") @Nullable RolloutSettings rollout,
            @JsonProperty("watch") @Nullable WatchSettings watch,
            @JsonProperty("retention") @Nullable RetentionSettings retention,
            @JsonProperty("registries") @Nullable Map<String, DepotSettings> registries) {
        this(
                host == null ? "127.0.0.1" : host,
                port == null ? 8080 : port.intValue(),
                grpcPort == null ? new GrpcPort.Beside() : grpcPort,
                maxConnections == null ? HTTP.maxConnections() : maxConnections.intValue(),
                maxRequests == null ? HTTP.maxRequests() : maxRequests.intValue(),
                maxBodies == null ? HTTP.maxBodies() : maxBodies,
                access == null ? AccessSettings.local() : access,
                models == null ? GuardSettings.defaults() : models,
                trainEvery == null ? TrainingSchedule.DEFAULT.every() : trainEvery,
                trainAfterEvents == null
                        ? TrainingSchedule.DEFAULT.afterEvents()
                        : trainAfterEvents.longValue(),
                trainApart == null ? TrainingSchedule.DEFAULT.atLeastApart() : trainApart,
                searchEncoder == null ? "" : searchEncoder,
                signing == null ? SigningSettings.defaults() : signing,
                node == null ? "" : node,
                site == null ? "" : site,
                trains == null || trains.booleanValue(),
                registry == null ? RegistrySettings.own() : registry,
                artifacts == null ? ArtifactSettings.own() : artifacts,
                rollout == null ? RolloutSettings.defaults() : rollout,
                watch == null ? WatchSettings.defaults() : watch,
                retention == null ? RetentionSettings.defaults() : retention,
                registries == null ? Map.of() : Map.copyOf(registries));
    }

    /** Loopback, port 8080. */
    public static ServerSettings defaults() {
        return new ServerSettings(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null);
    }

    /**
     * Reads a file.
     *
     * @throws dev.vitrine.kernel.error.VitrineException naming file, line and key
     */
    public static ServerSettings read(Path file) {
        return ConfigReader.read(file, ServerSettings.class);
    }

    /** Those of a home directory: its {@value #FILE}, or else the defaults. */
    public static ServerSettings of(Home home) {
        Path file = home.root().resolve(FILE);
        return Files.exists(file) ? read(file) : defaults();
    }

    /** The same on another port. */
    public ServerSettings at(int newPort) {
        return at(newPort, grpcPort);
    }

    /** The same on other ports. */
    public ServerSettings at(int newPort, GrpcPort newGrpcPort) {
        return new ServerSettings(
                host,
                newPort,
                newGrpcPort,
                maxConnections,
                maxRequests,
                maxBodies,
                access,
                models,
                trainEvery,
                trainAfterEvents,
                trainApart,
                searchEncoder,
                signing,
                node,
                site,
                trains,
                registry,
                artifacts,
                rollout,
                watch,
                retention,
                registries);
    }

    private static void require(String key, boolean holds, String otherwise) {
        if (!holds) {
            throw VitrineException.field(ConfigError.CONFIG_INVALID, key, otherwise);
        }
    }

    /** Where the registry and the files of releases lie. */
    public Stores stores() {
        return stores(registry, artifacts);
    }

    private static Stores stores(RegistrySettings registry, ArtifactSettings artifacts) {
        return new Stores(registry, artifacts);
    }

    /** Which node a home is under these settings. */
    NodeIdentity identity(Home home) {
        NodeIdentity own =
                registry.isShared()
                        ? NodeIdentity.of(
                                home, node.isEmpty() ? Optional.empty() : Optional.of(node))
                        : NodeIdentity.only();
        return own.at(site);
    }

    HttpSettings http() {
        return HTTP.at(host, port).holding(maxConnections, maxRequests, maxBodies);
    }

    TrainingSchedule schedule() {
        return new TrainingSchedule(trainEvery, trainAfterEvents, trainApart);
    }
}
