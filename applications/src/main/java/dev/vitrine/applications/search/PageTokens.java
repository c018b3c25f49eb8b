package dev.vitrine.applications.search;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.lexical.LexicalQuery;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Objects;

/**
 * Page tokens: where the next page begins, and a fingerprint of the request it belongs to, so that
 * a token is not used with another request by mistake. Not a secret.
 */
final class PageTokens {
    private static final int BYTES = 8;

    private PageTokens() {}

    /** A token for the page that begins at {@code offset}; empty when paging cannot go there. */
    static String at(SearchRequest request, int offset) {
        if (offset + request.pageSize() > LexicalQuery.MAX_DEPTH) {
            return "";
        }
        byte[] bytes =
                ByteBuffer.allocate(BYTES).putInt(offset).putInt(fingerprint(request)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Where the page of a request begins. */
    static int offset(SearchRequest request) {
        if (request.pageToken().isEmpty()) {
            return 0;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(request.pageToken());
        } catch (IllegalArgumentException e) {
            throw invalid("is not one that Vitrine gave out", e);
        }
        if (bytes.length != BYTES) {
            throw invalid("is not one that Vitrine gave out", null);
        }
        ByteBuffer token = ByteBuffer.wrap(bytes);
        int offset = token.getInt();
        if (token.getInt() != fingerprint(request)) {
            throw invalid(
                    "belongs to another request; query, filter, orderBy and pageSize must stay"
                            + " the same from page to page",
                    null);
        }
        if (offset < 0 || offset + (long) request.pageSize() > LexicalQuery.MAX_DEPTH) {
            throw invalid("leads beyond result " + LexicalQuery.MAX_DEPTH, null);
        }
        return offset;
    }

    private static int fingerprint(SearchRequest request) {
        return Objects.hash(
                request.query(), request.filter(), request.orderBy(), request.pageSize());
    }

    private static VitrineException invalid(
            String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new VitrineException(
                RetrievalError.PAGE_TOKEN_INVALID, "the pageToken " + what, "pageToken", cause);
    }
}
