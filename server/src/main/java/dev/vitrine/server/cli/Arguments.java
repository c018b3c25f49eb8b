package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a measurement was told, checked against what it declares; its defaults for the rest. */
public final class Arguments {
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Path> folders = new HashMap<>();

    private Arguments() {}

    /**
     * Reads what stood after the name of a measurement.
     *
     * @throws VitrineException USAGE when something is not declared, given twice or no such value
     */
    public static Arguments parse(List<Argument> declared, List<String> given) {
        Arguments arguments = new Arguments();
        Map<String, String> values = new HashMap<>();
        for (String text : given) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (equals < 0 || declared.stream().noneMatch(a -> a.name().equals(name))) {
                throw wrong(
                        "'"
                                + text
                                + "' is no argument of the measurement, which takes "
                                + (declared.isEmpty() ? "none" : shapes(declared)));
            }
            if (values.put(name, text.substring(equals + 1)) != null) {
                throw wrong(name + " is given twice");
            }
        }
        for (Argument argument : declared) {
            Optional<String> value = Optional.ofNullable(values.get(argument.name()));
            switch (argument) {
                case Argument.Whole whole ->
                        arguments.numbers.put(
                                whole.name(),
                                value.map(text -> number(whole, text)).orElse(whole.otherwise()));
                case Argument.Folder folder ->
                        value.ifPresent(
                                text -> arguments.folders.put(folder.name(), folder(folder, text)));
            }
        }
        return arguments;
    }

    /** How arguments are written, for people. */
    static String shapes(List<Argument> declared) {
        return declared.stream().map(Argument::shape).collect(Collectors.joining(", "));
    }

    /** A number that was declared. */
    public long number(String name) {
        Long value = numbers.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not declared");
        }
        return value;
    }

    /** A number that was declared to fit. */
    public int whole(String name) {
        return Math.toIntExact(number(name));
    }

    /** A folder, when it was given. */
    public Optional<Path> folder(String name) {
        return Optional.ofNullable(folders.get(name));
    }

    private static long number(Argument.Whole whole, String text) {
        try {
            long value = Long.parseLong(text);
            if (value >= whole.least() && value <= whole.most()) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw range(whole, text);
        }
        throw range(whole, text);
    }

    private static VitrineException range(Argument.Whole whole, String text) {
        return wrong(
                whole.name()
                        + " must be a whole number from "
                        + whole.least()
                        + " to "
                        + whole.most()
                        + ", found '"
                        + text
                        + "'");
    }

    private static Path folder(Argument.Folder folder, String text) {
        if (text.isBlank()) {
            throw wrong(folder.name() + " must name a folder, found nothing");
        }
        return Path.of(text).toAbsolutePath();
    }

    private static VitrineException wrong(String message) {
        return new VitrineException(ServerError.USAGE, message);
    }
}
