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

    /** Far above any offset. */
    private static final int WORDS_ALONE = 1 << 30;

    /**
     * Where a page begins.
     *
     * @param wordsAlone whether what came before it was found by words alone, not by meaning too
     */
    record Page(int offset, boolean wordsAlone) {}

    private PageTokens() {}

    /** A token for a page; empty when paging cannot go there. */
    static String at(SearchRequest request, Page page) {
        int offset = page.offset() | (page.wordsAlone() ? WORDS_ALONE : 0);
        if (page.offset() + request.pageSize() > LexicalQuery.MAX_DEPTH) {
            return "";
        }
        byte[] bytes =
                ByteBuffer.allocate(BYTES).putInt(offset).putInt(fingerprint(request)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Where the page of a request begins. */
    static Page page(SearchRequest request) {
        if (request.pageToken().isEmpty()) {
            return new Page(0, false);
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
        int first = token.getInt();
        int offset = first & ~WORDS_ALONE;
        if (token.getInt() != fingerprint(request)) {
            throw invalid(
                    "belongs to another request; query, filter, orderBy and pageSize must stay"
                            + " the same from page to page",
                    null);
        }
        if (offset < 0 || offset + (long) request.pageSize() > LexicalQuery.MAX_DEPTH) {
            throw invalid("leads beyond result " + LexicalQuery.MAX_DEPTH, null);
        }
        return new Page(offset, offset != first);
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
