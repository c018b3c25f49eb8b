package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The server that a command talks to, and the key that it shows there. */
final class RunningServer {
    /** Of the environment; has the key where no option does. */
    static final String KEY_VARIABLE = "VITRINE_KEY";

    private static final int LONGEST_KEY = 4_096;

    @Option(names = "--server", paramLabel = "URL", description = "default ${DEFAULT-VALUE}")
    URI server = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = {
                "an operator's, if needed. Others on this machine can read it off the command line:",
                "rather name a file, or set " + KEY_VARIABLE
            })
    @Nullable String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "holds the key in one line")
    @Nullable Path keyFile;

    /** Tells it what to do; to be closed. */
    ServerOperator operator() {
        return new ServerOperator(server, shownKey(System.getenv(KEY_VARIABLE)));
    }

    /**
     * The key that is shown: of the option, else of the file, else of the environment.
     *
     * @param variable what the environment says; empty counts as nothing
     * @throws VitrineException USAGE where it cannot be one; what it is is not told
     */
    Optional<String> shownKey(@Nullable String variable) {
        String own = key;
        Path file = keyFile;
        if (own != null && file != null) {
            throw usage("--key and --key-file exclude each other");
        }
        if (own != null) {
            return Optional.of(sendable(own, "--key"));
        }
        if (file != null) {
            return Optional.of(sendable(content(file), file.toString()));
        }
        return variable == null || variable.isEmpty()
                ? Optional.empty()
                : Optional.of(sendable(variable.strip(), KEY_VARIABLE));
    }

    private static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_KEY + 2), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw usage("--key-file " + file + " cannot be read: " + e);
        }
    }

    private static String sendable(String key, String where) {
        if (key.isEmpty()
                || key.length() > LONGEST_KEY
                || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw usage(
                    where
                            + " has no key: expected 1 to "
                            + LONGEST_KEY
                            + " letters, digits and signs without spaces");
        }
        return key;
    }

    private static VitrineException usage(String message) {
        return new VitrineException(ServerError.USAGE, message);
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
