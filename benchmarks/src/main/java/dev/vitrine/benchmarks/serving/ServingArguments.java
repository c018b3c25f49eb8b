package dev.vitrine.benchmarks.serving;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code vitrine benchmark serving} was asked for.
 *
 * @param items simulated products
 * @param shoppers simulated people
 * @param events simulated events, about
 * @param seconds of each measured run
 * @param heapMiB largest heap of the server
 * @param kept where the built shop is kept and used again; empty for none
 */
record ServingArguments(
        int items, int shoppers, long events, int seconds, int heapMiB, String kept) {
    static final String NAMES = "items=N, shoppers=N, events=N, seconds=N, heap=MiB, keep=DIR";

    static ServingArguments of(List<String> arguments) {
        int items = 1_000_000;
        int shoppers = 300_000;
        long events = 3_000_000;
        int seconds = 60;
        int heap = 2_200;
        String kept = "";
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = argument.substring(equals + 1);
            switch (name) {
                case "items" -> items = whole(argument, value);
                case "shoppers" -> shoppers = whole(argument, value);
                case "events" -> events = whole(argument, value);
                case "seconds" -> seconds = whole(argument, value);
                case "heap" -> heap = whole(argument, value);
                case "keep" -> kept = value;
                default -> throw wrong(argument);
            }
        }
        return new ServingArguments(items, shoppers, events, seconds, heap, kept);
    }

    Path folder(Path otherwise) {
        return kept.isEmpty() ? otherwise : Path.of(kept).toAbsolutePath();
    }

    private static int whole(String argument, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(argument);
        }
        throw wrong(argument);
    }

    private static VitrineException wrong(String argument) {
        return new VitrineException(
                ServerError.USAGE,
                "'" + argument + "' is no argument of the measurement; there are " + NAMES);
    }
}
