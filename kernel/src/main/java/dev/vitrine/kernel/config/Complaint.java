package dev.vitrine.kernel.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Says in words for people what the parser found wrong, without the names of its types. */
final class Complaint {
    private Complaint() {}

    /** What was expected and what was found, without the place. */
    static String about(JacksonException e) {
        return switch (e) {
            case InvalidFormatException wrong ->
                    "expected "
                            + kind(wrong.getTargetType())
                            + ", found '"
                            + wrong.getValue()
                            + "'";
            case MismatchedInputException wrong ->
                    "expected " + kind(wrong.getTargetType()) + ", found something else";
            case InputCoercionException wrong ->
                    "expected " + kind(wrong.getTargetType()) + ", found one that is too large";
            case StreamReadException wrong -> "is not YAML: " + syntax(wrong.getOriginalMessage());
            default -> e.getOriginalMessage();
        };
    }

    private static String kind(Class<?> type) {
        if (type == null) {
            return "another kind of value";
        }
        if (type == Duration.class) {
            return "a duration such as PT15M (15 minutes), PT6H or P1D";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class
                || type == long.class
                || type == Integer.class
                || type == Long.class) {
            return "a whole number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == String.class) {
            return "a text";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "keys and their values";
    }

    /** The parser tells in lines, and quotes the text in those that begin with a space. */
    private static String syntax(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }
}
