package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.List;

/**
 * Which part of a list is asked for.
 *
 * @param size 1 to {@value #MAX_SIZE}
 * @param token from the page before; empty for the first
 */
public record PageRequest(int size, String token) {
    public static final int MAX_SIZE = 1000;
    public static final int DEFAULT_SIZE = 50;

    public PageRequest {
        if (size < 1 || size > MAX_SIZE) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "pageSize",
                    "expected 1 to " + MAX_SIZE + ", found " + size);
        }
    }

    /** Cuts this page out of a list that is wholly in memory; the token is a position. */
    public <T> Page<T> of(List<T> all) {
        int from = 0;
        if (!token.isEmpty()) {
            try {
                from = Integer.parseInt(token);
            } catch (NumberFormatException e) {
                from = -1;
            }
            if (from < 0 || from > all.size()) {
                throw VitrineException.field(
                        ServerError.REQUEST_INVALID,
                        "pageToken",
                        "'" + token + "' is not a token of this list");
            }
        }
        int to = Math.min(all.size(), from + size);
        return new Page<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : "");
    }
}
