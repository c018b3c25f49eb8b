package dev.vitrine.server.cli;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.SlotsJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that look at a home directory, or copy it. */
final class HomeCommands {
    /** Characters of a line whose end others wrote. */
    private static final int MOST_LINE = 500;

    private HomeCommands() {}

    /** {@code vitrine status}. */
    @Command(
            name = "status",
            description = "Says what a home directory holds and what is live in it.",
            mixinStandardHelpOptions = true)
    static final class Status implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Override
        public Integer call() throws IOException {
            Home opened = Home.readOnly(home);
            System.out.println("home      " + opened.root());
            System.out.println("format    " + Home.FORMAT);
            System.out.println("running   " + (inUse(opened.root()) ? "yes" : "no"));
            System.out.printf(Locale.ROOT, "size      %,d MiB%n", size(opened.root()) >> 20);
            Stores stores = ServerSettings.of(opened).stores();
            if (stores.registry().isShared() || Files.exists(opened.registry())) {
                try (ReleaseStore releases = stores.releases(opened, InstantSource.system())) {
                    Optional<Release> live = releases.live();
                    System.out.println("live      " + live.map(Release::id).orElse("nothing yet"));
                    System.out.println("releases  " + releases.list().size());
                    newest(releases).ifPresent(Status::tell);
                    live.map(release -> JudgementTable.of(release.manifest()))
                            .orElse(List.of())
                            .forEach(System.out::println);
                }
            }
            return 0;
        }

        private static Optional<Rollout> newest(ReleaseStore releases) {
            return releases.slots().rollouts(1).stream()
                    .findFirst()
                    .flatMap(row -> SlotsJson.read(row).rollout());
        }

        /** What ended as somebody wanted it to is no news. */
        private static void tell(Rollout rollout) {
            Rollout.State state = rollout.state();
            if (state == Rollout.State.PROMOTED || state == Rollout.State.ABORTED) {
                return;
            }
            String stage =
                    state.isStage()
                            ? ", stage "
                                    + (rollout.stage() + 1)
                                    + " of "
                                    + rollout.plan().stages().size()
                            : "";
            System.out.println(
                    OneLine.of(
                            "rollout   "
                                    + rollout.id()
                                    + " of "
                                    + rollout.candidate()
                                    + " over "
                                    + rollout.previous()
                                    + ", begun by "
                                    + rollout.who()
                                    + ": "
                                    + state.name().toLowerCase(Locale.ROOT).replace('_', '-')
                                    + stage
                                    + "; "
                                    + rollout.reason(),
                            MOST_LINE));
        }
    }

    /** {@code vitrine backup}. */
    @Command(
            name = "backup",
            description = "Copies the home directory of a stopped Vitrine.",
            mixinStandardHelpOptions = true)
    static final class Backup implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Parameters(paramLabel = "TARGET", description = "a folder that does not exist yet")
        Path target = Path.of("");

        @Override
        public Integer call() {
            Home.readOnly(home);
            try (Home owned = Home.open(home)) {
                HomeCopy.copy(owned.root(), target);
            }
            System.err.println("copied " + home + " to " + target);
            return 0;
        }
    }

    /** {@code vitrine restore}. */
    @Command(
            name = "restore",
            description = "Copies a backup to a home directory that does not exist yet.",
            mixinStandardHelpOptions = true)
    static final class Restore implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Parameters(paramLabel = "BACKUP", description = "a folder that 'backup' made")
        Path source = Path.of("");

        @Override
        public Integer call() {
            HomeCopy.copy(Home.readOnly(source).root(), home);
            System.err.println("restored " + home + " from " + source);
            return 0;
        }
    }

    /** Whether a Vitrine runs on a home directory that is there. */
    static boolean inUse(Path home) {
        try (Home owned = Home.open(home)) {
            return owned.root().toString().isEmpty();
        } catch (VitrineException e) {
            return e.code() == ServerError.HOME_IN_USE;
        }
    }

    private static long size(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
    }
}
