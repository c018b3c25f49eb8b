package dev.vitrine.retrieval.session;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;

/**
 * How sessions are searched for those that are near.
 *
 * @param recent newest sessions of each item that are looked at
 * @param nearest sessions whose items count
 * @param fade what an item one step further back in the history keeps of its weight, in (0, 1]
 * @param distance what an item of a session keeps for each step it stands away from the item that
 *     both have, in (0, 1]
 * @param before weight of what came before that item beside 1 for what came after, from 0 to 1
 */
public record SessionSearch(int recent, int nearest, double fade, double distance, double before) {
    public SessionSearch {
        if (recent < 1 || nearest < 1) {
            throw invalid(recent + " recent and " + nearest + " nearest sessions");
        }
        if (!(fade > 0 && fade <= 1)
                || !(distance > 0 && distance <= 1)
                || !(before >= 0 && before <= 1)) {
            throw invalid("fade " + fade + ", distance " + distance + ", before " + before);
        }
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID, "sessions cannot be searched with " + what);
    }
}
