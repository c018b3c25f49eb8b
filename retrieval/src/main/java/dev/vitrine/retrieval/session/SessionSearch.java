package dev.vitrine.retrieval.session;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;

/**
 * How sessions are searched for those that are near.
 *
 * @param newest newest places of a history that are looked at
 * @param recent newest sessions of each item that are looked at, at most {@value #MOST}
 * @param nearest sessions whose items count, at most {@value #MOST}
 * @param fade what an item one step further back in the history keeps of its weight, in (0, 1]
 * @param distance what an item of a session keeps for each step it stands away from the item that
 *     both have, in (0, 1]
 * @param before weight of what came before that item beside 1 for what came after, from 0 to 1
 */
public record SessionSearch(
        int newest, int recent, int nearest, double fade, double distance, double before) {
    static final int MOST = 100_000;

    public SessionSearch {
        if (newest < 1 || recent < 1 || recent > MOST || nearest < 1 || nearest > MOST) {
            throw invalid(
                    newest
                            + " places of a history, "
                            + recent
                            + " recent and "
                            + nearest
                            + " nearest sessions");
        }
        if (!(fade > 0 && fade <= 1)
                || !(distance > 0 && distance <= 1)
                || !(before >= 0 && before <= 1)) {
            throw invalid("fade " + fade + ", distance " + distance + ", before " + before);
        }
    }

    /** One that looks at the whole of a history. */
    public SessionSearch(int recent, int nearest, double fade, double distance, double before) {
        this(Integer.MAX_VALUE, recent, nearest, fade, distance, before);
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID, "sessions cannot be searched with " + what);
    }
}
