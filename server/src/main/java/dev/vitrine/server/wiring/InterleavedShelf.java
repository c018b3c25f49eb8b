package dev.vitrine.server.wiring;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.deployment.experiment.TeamDraft;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.experiment.Teams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * One page of a list that two rankings make together (team draft). Both are asked for all up to the
 * end of the page and interleaved from the start by the same tosses, so that pages fit together; a
 * list ends at {@value #DEPTH}. Its page tokens are those of any shelf, so that whoever turns the
 * page when an experiment begins or ends goes on from there.
 */
final class InterleavedShelf {
    private static final int DEPTH = RecommendRequest.MAX_PAGE_SIZE;
    private static final String MARK = "p";
    private static final String SERVED_BY = "interleaved";

    private final RecommendRequest request;
    private final int start;
    private final int end;

    /**
     * @param policy which ranking brought which product, for the attribution token
     */
    record Shown(RecommendResponse response, String policy) {}

    InterleavedShelf(RecommendRequest request) {
        this.request = request;
        this.start = start(request.pageToken());
        this.end = Math.min(DEPTH, start + request.pageSize());
    }

    private static int start(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        try {
            int start = Integer.parseInt(token.substring(MARK.length()), 36);
            if (token.startsWith(MARK) && start > 0) {
                return Math.min(start, DEPTH);
            }
        } catch (NumberFormatException e) {
            // answered below, as every token that is not ours
        }
        throw VitrineException.field(
                ApplicationError.PAGE_TOKEN_INVALID,
                "pageToken",
                "'" + token + "' is not a page token of an earlier answer");
    }

    /** What each ranking is asked for. */
    RecommendRequest deep() {
        return request.withPage(end, "");
    }

    /** The page, of the two rankings that were asked. */
    Shown of(RecommendResponse first, RecommendResponse second, RandomGenerator tosses) {
        List<TeamDraft.Pick<String>> all =
                TeamDraft.interleave(ids(first), ids(second), end, tosses);
        List<TeamDraft.Pick<String>> page = all.subList(Math.min(start, all.size()), all.size());
        Map<String, RecommendResponse.Result> results = new HashMap<>();
        second.results().forEach(result -> results.put(result.id(), result));
        first.results().forEach(result -> results.put(result.id(), result));
        List<RecommendResponse.Result> shown = new ArrayList<>();
        for (TeamDraft.Pick<String> pick : page) {
            RecommendResponse.Result result = results.get(pick.item());
            if (result != null) {
                shown.add(result);
            }
        }
        boolean more = all.size() == end && end < DEPTH;
        return new Shown(
                new RecommendResponse(
                        shown,
                        Math.max(first.totalSize(), second.totalSize()),
                        more ? MARK + Integer.toString(end, 36) : "",
                        "",
                        first.release(),
                        shown.isEmpty() ? "none" : SERVED_BY),
                Teams.policy(page));
    }

    private static List<String> ids(RecommendResponse response) {
        return response.results().stream().map(RecommendResponse.Result::id).toList();
    }
}
