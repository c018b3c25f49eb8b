package dev.vitrine.server.experiment;

import java.util.Optional;

/**
 * What an answer carries so that what comes of it is counted where it was: the experiment, the arm,
 * and a number that stands for the visitor there and tells nobody who that is.
 *
 * @param arm its index; {@link #BOTH} for an interleaved list
 */
record Mark(String experiment, int arm, long visitor) {
    static final int BOTH = -1;

    private static final String KIND = "x";

    /** As it stands in an attribution token. */
    String text() {
        return KIND + "/" + experiment + "/" + arm + "/" + Long.toHexString(visitor);
    }

    /** Reads what {@link #text} wrote; empty for anything else. */
    static Optional<Mark> parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4 || !parts[0].equals(KIND)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Mark(
                            parts[1],
                            Integer.parseInt(parts[2]),
                            Long.parseUnsignedLong(parts[3], 16)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
