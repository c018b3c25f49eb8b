package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.pipeline.ChildSettings;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.pipeline.TrainingProcess;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.telemetry.StructuredLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The steps of {@code vitrine up}, one by one, on a home directory that nothing else uses. */
final class StepCommands {
    private StepCommands() {}

    private static Home open(Path home) {
        Home opened = Home.open(home);
        StructuredLog.install(Optional.of(opened.root().resolve("logs")), false);
        return opened;
    }

    /** {@code vitrine import}. */
    @Command(
            name = "import",
            description = {
                "Imports and cleans a shop's products and behaviour, and ends.",
                "What was cut off goes on; what is done is not done again."
            },
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Mixin private SourceOptions source = new SourceOptions();

        @Override
        public Integer call() {
            Optional<Mapping> mapping = source.mapping();
            SourceOptions.require(
                    mapping.isPresent() || source.demo,
                    "say what to import: --data DIR, or --demo for a demonstration shop");
            StopSignal signal = StopSignal.listen();
            Progress progress = Terminal.progress();
            try (Home opened = open(home);
                    Shop shop =
                            Shop.open(
                                    opened,
                                    RunningShop.shopSettings(opened, mapping),
                                    InstantSource.system(),
                                    progress)) {
                Importer importer = new Importer(shop, progress);
                signal.onStop(importer::stop);
                source.importAll(importer, mapping);
                shop.snapshot();
                System.err.printf(
                        Locale.ROOT,
                        "%s holds %,d products and %,d events%n",
                        opened.root(),
                        shop.catalog().size(),
                        shop.events().log().endOffset());
            } finally {
                signal.stopped();
            }
            return 0;
        }
    }

    /** {@code vitrine train}. */
    @Command(
            name = "train",
            description = {
                "Trains and judges models on what a home directory holds, makes a release of them"
                        + " and has it answer from the next start on.",
                "A server that runs trains by itself."
            },
            mixinStandardHelpOptions = true)
    static final class Train implements Callable<Integer> {
        private static final String WHO = "vitrine train";

        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Override
        public Integer call() throws InterruptedException {
            Home.readOnly(home);
            StopSignal signal = StopSignal.listen();
            try (Home opened = open(home);
                    ChainedAudit audit = ChainedAudit.open(opened, InstantSource.system());
                    ReleaseStore releases = RunningShop.releases(opened)) {
                ServerSettings settings = ServerSettings.of(opened);
                SourceOptions.require(
                        !releases.isShared(),
                        "other nodes follow the registry of this home; have a running server train"
                                + " (POST /v1/training:start), which brings them along");
                HomeKeys.open(
                        opened,
                        settings.signing(),
                        releases,
                        RunningShop.artifacts(opened),
                        audit,
                        InstantSource.system());
                TrainingProcess process =
                        new TrainingProcess(
                                opened,
                                ChildSettings.forMachine(
                                        settings.searchEncoder(),
                                        settings.signing(),
                                        settings.stores()));
                signal.onStop(process::stop);
                Optional<String> before = releases.liveId();
                String made = process.run(WHO, Terminal.progress());
                if (!releases.compareAndSetLive(before, made, WHO, "trained by command")) {
                    throw new VitrineException(
                            ServerError.RELEASE_CONFLICT,
                            "another release became live while " + made + " was made");
                }
                audit.record(
                        WHO,
                        "release.live",
                        made,
                        Map.of("previous", before.orElse(""), "reason", "trained by command"));
                JudgementTable.of(releases.get(made).manifest()).forEach(System.err::println);
                System.err.println("release " + made + " is live");
            } finally {
                signal.stopped();
            }
            return 0;
        }
    }

    /** {@code vitrine serve}. */
    @Command(
            name = "serve",
            description = {
                "Serves what a home directory holds, imports nothing, and trains by its schedule.",
                "Without a release it makes the first one."
            },
            mixinStandardHelpOptions = true)
    static final class Serve implements Callable<Integer> {
        @Mixin private ServeOptions options = new ServeOptions();

        @Option(names = "--once", hidden = true, description = "stop after being ready")
        boolean once;

        @Override
        public Integer call() throws InterruptedException {
            options.check();
            Home.readOnly(options.home);
            try (Home opened = Home.open(options.home)) {
                RunningShop.serve(opened, options, Optional.empty(), once, importer -> {});
            }
            return 0;
        }
    }
}
