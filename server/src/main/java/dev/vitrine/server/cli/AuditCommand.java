package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.audit.AuditEntry;
import dev.vitrine.registry.audit.AuditLog;
import dev.vitrine.registry.audit.AuditQuery;
import dev.vitrine.registry.audit.AuditSettings;
import dev.vitrine.registry.audit.AuditVerification;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code vitrine audit}: who changed what, and whether the record of it still holds. */
@Command(
        name = "audit",
        description =
                "Shows who changed what, and checks that the record of it is as it was written.",
        mixinStandardHelpOptions = true,
        subcommands = {AuditCommand.Show.class, AuditCommand.Verify.class})
final class AuditCommand {
    private static final int MOST = 10_000;

    /** Evidence of an entry on its line. */
    private static final int SHOWN = 4;

    /** Characters of each part of a line. */
    private static final int MOST_TEXT = 80;

    private static final JsonMapper JSON = new JsonMapper();

    private AuditCommand() {}

    private static AuditLog open(Path home) {
        return AuditLog.open(
                Home.readOnly(home).audit(), AuditSettings.DEFAULT, InstantSource.system());
    }

    /** {@code vitrine audit list}. */
    @Command(
            name = "list",
            description = "Prints entries, newest first.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Option(names = "--who", paramLabel = "NAME", description = "only what this one did")
        String who = "";

        @Option(
                names = "--action",
                paramLabel = "ACTION",
                description = "only this action, or those that begin with it and a dot")
        String action = "";

        @Option(names = "--subject", paramLabel = "ID", description = "only what was done to this")
        String subject = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "at most so many, 1 to 10000; default ${DEFAULT-VALUE}")
        int limit = 50;

        @Option(
                names = "--json",
                description = "print each as a line of JSON, with all of its evidence")
        boolean json;

        @Override
        public Integer call() {
            if (limit < 1 || limit > MOST) {
                throw new VitrineException(
                        ServerError.USAGE, "--limit: expected 1 to " + MOST + ", found " + limit);
            }
            try (AuditLog log = open(home)) {
                List<AuditEntry> entries =
                        log.read(new AuditQuery(Long.MAX_VALUE, limit, who, action, subject));
                for (AuditEntry entry : entries) {
                    System.out.println(json ? JSON.writeValueAsString(entry) : line(entry));
                }
                if (entries.isEmpty()) {
                    System.err.println("no entry");
                }
            }
            return 0;
        }

        /** What a person reads: of the evidence the first by name, and how much more there is. */
        private static String line(AuditEntry entry) {
            StringBuilder evidence = new StringBuilder();
            entry.evidence().entrySet().stream()
                    .limit(SHOWN)
                    .forEach(each ->
                            evidence.append(evidence.isEmpty() ? "" : ", ")
                                    .append(OneLine.of(each.getKey(), MOST_TEXT))
                                    .append('=')
                                    .append(OneLine.of(each.getValue(), MOST_TEXT)));
            int more = entry.evidence().size() - SHOWN;
            return String.format(
                            Locale.ROOT,
                            "%6d  %s  %-12s  %s  %s  %s%s",
                            entry.sequence(),
                            entry.at(),
                            OneLine.of(entry.who(), MOST_TEXT),
                            OneLine.of(entry.action(), MOST_TEXT),
                            OneLine.of(entry.subject(), MOST_TEXT),
                            evidence,
                            more > 0 ? ", and " + more + " more (--json)" : "")
                    .stripTrailing();
        }
    }

    /** {@code vitrine audit verify}. */
    @Command(
            name = "verify",
            description = {
                "Reads the whole log and checks that no entry was changed, removed or put in.",
                "Note the head it prints elsewhere: compared later, it shows a log written anew."
            },
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Option(names = "--home", paramLabel = "DIR", description = "default ${DEFAULT-VALUE}")
        Path home = Path.of("home");

        @Override
        public Integer call() {
            try (AuditLog log = open(home)) {
                AuditVerification found = log.verify();
                System.out.println("entries  " + found.entries());
                System.out.println("kept     " + found.first() + " to " + found.last());
                System.out.println("head     " + found.head());
                System.out.println("holds    " + (found.holds() ? "yes" : "no"));
                found.problem().ifPresent(text -> System.err.println("vitrine: " + text));
                return found.holds() ? 0 : 1;
            }
        }
    }
}
