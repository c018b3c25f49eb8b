package dev.vitrine.server.cli;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server that a command talks to, and the key that it shows there. */
final class RunningServer {
    @Option(names = "--server", paramLabel = "URL", description = "default ${DEFAULT-VALUE}")
    URI server = URI.create("http://127.0.0.1:8080");

    @Option(names = "--key", paramLabel = "KEY", description = "an operator's, if needed")
    @Nullable String key;

    /** Tells it what to do; to be closed. */
    ServerOperator operator() {
        return new ServerOperator(server, Optional.ofNullable(key));
    }
}
