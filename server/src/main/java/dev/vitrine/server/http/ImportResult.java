package dev.vitrine.server.http;

import java.util.List;

/**
 * What an import did.
 *
 * @param rejectedLines the first {@value #MAX_LINES} lines that were refused, with reasons
 */
public record ImportResult(long accepted, long rejected, List<RejectedLine> rejectedLines) {
    public static final int MAX_LINES = 100;

    public ImportResult {
        rejectedLines = List.copyOf(rejectedLines);
    }

    /**
     * One line that was refused.
     *
     * @param line from 1; for a JSON array the position of the element, from 1
     * @param field the field at fault; empty when there is none
     */
    public record RejectedLine(long line, String reason, String field) {}
}
