package dev.vitrine.server.cli;

import dev.vitrine.deployment.sync.RegistrySync;
import dev.vitrine.deployment.sync.SyncReport;
import dev.vitrine.deployment.sync.SyncSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.KeyFile;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.storage.ObjectStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.audit.Audit;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.pipeline.Retention;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.stores.DepotSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.json.JsonMapper;

/** {@code vitrine registry}: brings releases to and from other registries. */
@Command(
        name = "registry",
        description = {
            "Brings releases and models to other registries and home from them: a folder, or a"
                    + " bucket of a service that speaks S3. Also while the home is served.",
            "TARGET is a name of 'registries' in server.yaml, s3://BUCKET/PREFIX, or a folder.",
            "A run that was cut off is run again: it goes on where it stopped."
        },
        mixinStandardHelpOptions = true)
final class RegistryCommand extends OfServedHome {
    private static final String WHO = "registry";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "parts under way at once; default ${DEFAULT-VALUE}")
    int parallel = SyncSettings.DEFAULT.parallel();

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "print what was done as JSON on standard output")
    boolean json;

    private interface Work {
        Map<String, SyncReport> run(RegistrySync sync, ObjectStore other, KeyRing ring);
    }

    @Command(
            description =
                    "Brings to another registry the releases that hold here and are not there yet.",
            mixinStandardHelpOptions = true)
    int push(@Parameters(paramLabel = "TARGET", description = "the other registry") String target) {
        return with(target, (sync, other, ring) -> Map.of("push", sync.push(other, ring)));
    }

    @Command(
            description =
                    "Brings home the releases of another registry whose signatures count here. They"
                            + " are registered, not live: 'vitrine rollout' does that.",
            mixinStandardHelpOptions = true)
    int pull(@Parameters(paramLabel = "TARGET", description = "the other registry") String target) {
        return with(target, (sync, other, ring) -> Map.of("pull", sync.pull(other, ring)));
    }

    @Command(description = "Both: first push, then pull.", mixinStandardHelpOptions = true)
    int sync(@Parameters(paramLabel = "TARGET", description = "the other registry") String target) {
        return with(
                target,
                (sync, other, ring) -> {
                    Map<String, SyncReport> reports = new LinkedHashMap<>();
                    reports.put("push", sync.push(other, ring));
                    reports.put("pull", sync.pull(other, ring));
                    return reports;
                });
    }

    @Command(
            description = {
                "Makes a key that wraps those that encrypt artefacts, for 'encryption.keyFile' in"
                        + " server.yaml. Keep a copy where the artefacts are not: without it nobody"
                        + " reads them."
            },
            mixinStandardHelpOptions = true)
    int key(@Parameters(paramLabel = "FILE", description = "that does not exist yet") Path file) {
        System.out.println("key        " + KeyFile.create(file).id());
        return 0;
    }

    @Command(
            description = {
                "Has the key that server.yaml names wrap all that older ones wrap; no artefact is"
                        + " written again. Then olderKeyFiles may be taken out of server.yaml."
            },
            mixinStandardHelpOptions = true)
    int rotate(
            @Parameters(
                            paramLabel = "TARGET",
                            arity = "0..1",
                            description = "another registry; default the archive of the home")
                    @Nullable String target) {
        Home opened = Home.readOnly(home);
        ServerSettings settings = settings(opened);
        DepotSettings archive =
                target == null
                        ? settings.artifacts().archive()
                        : DepotSettings.of(target, settings.registries());
        if (archive == null) {
            throw new VitrineException(
                    ServerError.USAGE, "server.yaml names no archive of the home's artefacts");
        }
        KeyRing ring = archive.ring();
        try (ObjectStore objects = archive.open();
                ChainedAudit audit = ChainedAudit.open(opened, InstantSource.system())) {
            int rewrapped = Depot.open(objects, ring).rewrap();
            audit.record(
                    WHO,
                    "registry.key-rotated",
                    objects.place(),
                    Map.of("keys", String.valueOf(rewrapped)));
            System.out.println(rewrapped + " keys are wrapped anew in " + objects.place());
            return 0;
        }
    }

    @Command(
            description = {
                "Forgets old releases and removes artefacts and data sets that nothing refers to, here"
                        + " and in the archive of the home, as a server does after each training"
                        + " ('retention' in server.yaml). What is live, what a rollout or an experiment"
                        + " names, what was live last, imported models and whatever is young stay."
            },
            mixinStandardHelpOptions = true)
    int collect(
            @Option(
                            names = "--keep",
                            paramLabel = "N",
                            defaultValue = "20",
                            description =
                                    "so many that were live last, and so many that were made last;"
                                            + " default ${DEFAULT-VALUE}")
                    int keep,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "7",
                            description =
                                    "what is younger stays; 1 or more, default ${DEFAULT-VALUE}")
                    int days) {
        if (keep < 1 || days < 1) {
            throw new VitrineException(ServerError.USAGE, "--keep and --days are 1 or more");
        }
        Home opened = Home.readOnly(home);
        InstantSource clock = InstantSource.system();
        ServerSettings settings = settings(opened);
        Duration age = Duration.ofDays(days);
        try (ChainedAudit audit = ChainedAudit.open(opened, clock);
                ReleaseStore releases = settings.stores().releases(opened, clock)) {
            ArtifactStore artifacts = settings.stores().artifacts(opened, clock);
            Retention.Gone gone =
                    new Retention(opened, releases, artifacts, audit, clock).run(keep, age, WHO);
            System.out.printf(
                    Locale.ROOT,
                    "forgot %d releases; removed %d artefacts and %d data sets (%.1f MiB)%n",
                    gone.releases(),
                    gone.artifacts(),
                    gone.datasets(),
                    gone.bytes() / 1048576.0);
            return 0;
        }
    }

    private int with(String target, Work work) {
        Home opened = Home.readOnly(home);
        ServerSettings settings = settings(opened);
        InstantSource clock = InstantSource.system();
        DepotSettings named = DepotSettings.of(target, settings.registries());
        KeyRing ring = named.ring();
        try (ObjectStore other = named.open();
                ChainedAudit audit = ChainedAudit.open(opened, clock);
                ReleaseStore releases = settings.stores().releases(opened, clock)) {
            ArtifactStore artifacts = settings.stores().artifacts(opened, clock);
            HomeKeys keys =
                    HomeKeys.open(opened, settings.signing(), releases, artifacts, audit, clock);
            RegistrySync sync =
                    new RegistrySync(
                            releases,
                            artifacts,
                            keys.of(releases, artifacts),
                            keys.models(releases, artifacts),
                            artifacts.directory().resolve("staging"),
                            SyncSettings.DEFAULT.atOnce(parallel),
                            clock,
                            Terminal.progress());
            Map<String, SyncReport> reports = work.run(sync, other, ring);
            reports.forEach((direction, report) -> tell(direction, report, other.place(), audit));
            if (json) {
                System.out.println(JSON.writeValueAsString(reports));
            }
            return reports.values().stream().allMatch(SyncReport::complete) ? 0 : 1;
        }
    }

    private static void tell(String direction, SyncReport report, String place, Audit audit) {
        System.err.printf(
                Locale.ROOT,
                "%s %s: %d releases, %d models, %d artefacts in %d chunks (%.1f MiB; %.1f MiB were"
                        + " there already), %d sent again%n",
                direction,
                place,
                report.releases().size(),
                report.models().size(),
                report.artifacts(),
                report.chunks(),
                report.bytes() / 1048576.0,
                report.sharedBytes() / 1048576.0,
                report.retries());
        report.releases()
                .forEach(id ->
                        audit.record(
                                WHO, "release." + direction + "ed", id, Map.of("other", place)));
        report.models()
                .forEach(ref ->
                        audit.record(
                                WHO, "model." + direction + "ed", ref, Map.of("other", place)));
        report.refused()
                .forEach((name, why) -> {
                    System.err.println("left out: " + name + ": " + why);
                    if (name.startsWith("releases/") || name.startsWith("models/")) {
                        audit.record(
                                WHO,
                                "registry." + direction + "-refused",
                                name,
                                Map.of("other", place, "why", why));
                    }
                });
    }
}
