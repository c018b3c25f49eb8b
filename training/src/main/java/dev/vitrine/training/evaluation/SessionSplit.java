package dev.vitrine.training.evaluation;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The "session next item" protocol: given the clicks of a session so far, rank all items for the
 * next click; items already seen in the session stay in the ranking.
 *
 * @param sessions training sessions, oldest first, each at least two clicks
 * @param prefixes clicks so far, one array per test case
 * @param targets the next click of each test case
 */
public record SessionSplit(
        String name, int items, int[][] sessions, int[][] prefixes, int[] targets) {
    public SessionSplit {
        if (prefixes.length != targets.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    prefixes.length + " test prefixes but " + targets.length + " targets");
        }
    }

    public Questions questions() {
        List<int[]> answers = new ArrayList<>(targets.length);
        for (int target : targets) {
            answers.add(new int[] {target});
        }
        return new SequenceSplit.FixedQuestions(items, Arrays.asList(prefixes), answers, false);
    }

    /**
     * A split of the training sessions alone: the last {@code share} of them, in time, asked at
     * every position. Targets that the earlier sessions never saw are left out, as in the test.
     */
    public SessionSplit holdOut(double share) {
        int kept = (int) Math.round(sessions.length * (1 - share));
        if (kept < 1 || kept >= sessions.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    name
                            + " has "
                            + sessions.length
                            + " training sessions: to hold out a share of "
                            + share
                            + " leaves nothing on one side");
        }
        int[][] earlier = Arrays.copyOf(sessions, kept);
        boolean[] known = new boolean[items];
        for (int[] session : earlier) {
            for (int item : session) {
                known[item] = true;
            }
        }
        List<int[]> heldPrefixes = new ArrayList<>();
        List<Integer> heldTargets = new ArrayList<>();
        for (int s = kept; s < sessions.length; s++) {
            for (int at = 1; at < sessions[s].length; at++) {
                if (known[sessions[s][at]]) {
                    heldPrefixes.add(Arrays.copyOf(sessions[s], at));
                    heldTargets.add(sessions[s][at]);
                }
            }
        }
        return new SessionSplit(
                name,
                items,
                earlier,
                heldPrefixes.toArray(int[][]::new),
                heldTargets.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Sessions x items with value 1 where the item occurs in the session, once per session. */
    public InteractionMatrix membership() {
        return membership(items, sessions);
    }

    /** Sequences x items, as {@link #membership()}. */
    static InteractionMatrix membership(int items, int[][] sessions) {
        int[] start = new int[sessions.length + 1];
        int entries = 0;
        for (int[] session : sessions) {
            entries += session.length;
        }
        int[] column = new int[entries];
        int n = 0;
        for (int s = 0; s < sessions.length; s++) {
            int[] sorted = sessions[s].clone();
            Arrays.sort(sorted);
            for (int i = 0; i < sorted.length; i++) {
                if (i == 0 || sorted[i] != sorted[i - 1]) {
                    column[n++] = sorted[i];
                }
            }
            start[s + 1] = n;
        }
        float[] value = new float[n];
        Arrays.fill(value, 1f);
        return new InteractionMatrix(
                sessions.length, items, start, Arrays.copyOf(column, n), value);
    }
}
