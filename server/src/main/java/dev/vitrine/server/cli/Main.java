package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.Owner;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.BuildVersion;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.telemetry.StructuredLog;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code vitrine} command. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "vitrine",
        description = "Search and recommendation for shops, from a catalogue and an event log.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            UpCommand.class,
            StepCommands.Import.class,
            StepCommands.Train.class,
            StepCommands.Serve.class,
            EvaluateCommand.class,
            ModelCommand.class,
            ReleaseCommand.class,
            RegistryCommand.class,
            BenchmarkCommand.class,
            KeyCommand.class,
            RolloutCommand.class,
            RolloutCommand.Back.class,
            ExperimentCommand.class,
            AuditCommand.class,
            HomeCommands.Status.class,
            DoctorCommand.class,
            HomeCommands.Backup.class,
            HomeCommands.Restore.class
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    private static final String POLLERS = "jdk.readPollers";

    public static void main(String[] arguments) {
        sharePoller();
        System.exit(execute(arguments));
    }

    /**
     * One poller for all sockets that virtual threads wait for. A carrier looks for threads that
     * others have made ready only when it has none of its own, so that under overload one of two
     * pollers, and with it half of the connections, may wait for a second. A lone one makes all the
     * work there is, and comes on when that is done. Effective before the first virtual thread;
     * what a flag of the JVM says stays.
     */
    private static void sharePoller() {
        if (System.getProperty(POLLERS) == null) {
            System.setProperty(POLLERS, "1");
        }
    }

    /** Runs a command line and returns its exit code. */
    public static int execute(String... arguments) {
        StructuredLog.install(Optional.empty(), System.getenv("VITRINE_VERBOSE") != null);
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((e, commandLine, parsed) -> report(e))
                .setUsageHelpWidth(100)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "say what to do; 'vitrine up' starts a demonstration shop");
    }

    /** One line for what we expect to happen; a stack trace only for our own mistakes. */
    private static int report(Exception e) {
        if (e instanceof VitrineException known && known.code().owner() != Owner.VITRINE) {
            System.err.println("vitrine: " + known.getMessage() + " [" + known.code().name() + "]");
            return known.code() == ServerError.USAGE ? 2 : 1;
        }
        System.err.println("vitrine: failed: " + e);
        e.printStackTrace(System.err);
        return 1;
    }

    /** The version of the build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"vitrine " + BuildVersion.text() + " on JDK " + Runtime.version()};
        }
    }
}
