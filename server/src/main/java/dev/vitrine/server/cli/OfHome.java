package dev.vitrine.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What commands on a home directory take, each of their subcommands too. */
abstract class OfHome {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "the home directory; default ${DEFAULT-VALUE}")
    Path home = Path.of("home");
}
