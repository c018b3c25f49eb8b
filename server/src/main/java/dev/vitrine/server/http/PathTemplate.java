package dev.vitrine.server.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A path with parameters, such as {@code /v1/servingConfigs/{name}:search}. A parameter is one
 * segment or, before a verb, its part up to the verb; the last may be {@code {path+}}, which takes
 * all that is left.
 */
final class PathTemplate {
    private final String text;
    private final List<Part> parts;
    private final boolean open;

    /** One segment: a parameter followed by a suffix, or a literal. */
    private record Part(boolean parameter, String literal) {}

    private PathTemplate(String text, List<Part> parts, boolean open) {
        this.text = text;
        this.parts = parts;
        this.open = open;
    }

    static PathTemplate of(String text) {
        List<Part> parts = new ArrayList<>();
        boolean open = text.endsWith("+}");
        for (String segment : split(text)) {
            if (segment.startsWith("{")) {
                parts.add(new Part(true, segment.substring(segment.indexOf('}') + 1)));
            } else {
                parts.add(new Part(false, segment));
            }
        }
        return new PathTemplate(text, List.copyOf(parts), open);
    }

    /** The segments of a path that starts with a slash. */
    static List<String> split(String path) {
        return Arrays.asList(path.substring(1).split("/", -1));
    }

    /**
     * Compares with a path.
     *
     * @param segments raw, still percent-encoded
     * @return the raw values of the parameters in order; empty when the path is another
     */
    Optional<List<String>> match(List<String> segments) {
        if (open ? segments.size() < parts.size() : segments.size() != parts.size()) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String segment = segments.get(i);
            if (open && i == parts.size() - 1) {
                values.add(String.join("/", segments.subList(i, segments.size())));
            } else if (!part.parameter()) {
                if (!part.literal().equals(segment)) {
                    return Optional.empty();
                }
            } else {
                int length = segment.length() - part.literal().length();
                if (length < 1 || !segment.endsWith(part.literal())) {
                    return Optional.empty();
                }
                values.add(segment.substring(0, length));
            }
        }
        return Optional.of(values);
    }

    /** Whether this is tried before one that matches the same path: a verb is more than a name. */
    int precedence() {
        int score = open ? -1000 : 0;
        for (Part part : parts) {
            score += part.parameter() ? Math.min(part.literal().length(), 1) : 10;
        }
        return score;
    }

    /** As it stands in documents. */
    String text() {
        return text.replace("+}", "}");
    }

    @Override
    public String toString() {
        return text;
    }
}
