package dev.vitrine.server.cli;

import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What commands take that do beside a server what it would do itself. */
abstract class OfServedHome extends OfHome {
    @Option(
            names = "--server",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "server.yaml, which says where releases lie, what signs them ('signing') and"
                            + " where else some are ('registries'); default server.yaml in the home"
                            + " directory when there is one")
    @Nullable Path server;

    /** How a home is served. */
    final ServerSettings settings(Home opened) {
        Path file = server;
        return file == null ? ServerSettings.of(opened) : ServerSettings.read(file);
    }
}
