package dev.vitrine.server.cli;

import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

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

    /**
     * Asks for one thing, or has it changed, and shows it.
     *
     * @param words shows it to people
     * @return the exit code
     */
    int one(String method, String path, String what, boolean json, Consumer<JsonNode> words) {
        try (ServerOperator operator = operator()) {
            show(operator.ask(method, path, what), json, words);
            return 0;
        }
    }

    /** Shows what was answered: as JSON, or in words. */
    static void show(JsonNode answer, boolean json, Consumer<JsonNode> words) {
        if (json) {
            System.out.println(answer);
        } else {
            words.accept(answer);
        }
    }

    /**
     * Asks for a list and prints it.
     *
     * @param line shows one of them to people
     * @param none what is said when the list is empty
     * @return the exit code
     */
    int list(String path, String what, boolean json, Function<JsonNode, String> line, String none) {
        return one(
                "GET",
                path,
                what,
                json,
                answer -> {
                    JsonNode items = answer.get("items");
                    items.forEach(each -> System.out.println(line.apply(each)));
                    if (items.isEmpty()) {
                        System.err.println(none);
                    }
                });
    }
}
