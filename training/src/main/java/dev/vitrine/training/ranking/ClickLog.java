package dev.vitrine.training.ranking;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * Lists that people were shown, one row for each thing in one; the rows of a list lie together.
 *
 * @param lists rows of each list, in order
 * @param subject what was shown, as a number from 0: the same number for what is as relevant
 *     wherever it stands, such as an item in answer to a query
 * @param place in the list, from 0
 * @param clicked whether it was
 */
public record ClickLog(int[] lists, int[] subject, int[] place, boolean[] clicked) {
    private static final int MOST_PLACES = 1_000;

    public ClickLog {
        long rows = 0;
        for (int list : lists) {
            rows += list;
        }
        if (rows != subject.length || rows != place.length || rows != clicked.length) {
            throw unsuitable(
                    "lists of "
                            + rows
                            + " rows in all, "
                            + subject.length
                            + " subjects, "
                            + place.length
                            + " places, "
                            + clicked.length
                            + " clicks");
        }
        for (int row = 0; row < place.length; row++) {
            if (place[row] < 0 || place[row] >= MOST_PLACES || subject[row] < 0) {
                throw unsuitable(
                        "row " + row + " shows " + subject[row] + " at place " + place[row]);
            }
        }
    }

    public int rows() {
        return clicked.length;
    }

    /** Places that occur are below this. */
    public int places() {
        int most = 0;
        for (int at : place) {
            most = Math.max(most, at + 1);
        }
        return most;
    }

    static VitrineException unsuitable(String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE, "nothing can be learned from these clicks: " + why);
    }
}
