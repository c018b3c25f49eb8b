package dev.vitrine.training.ranking;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often a place is looked at, beside the first, by the position-based model: a click is a look
 * at the place and, whatever the place, a liking for what stands there.
 *
 * <p>The fit goes by what was shown at several places (Agarwal et al. 2019, "Estimating position
 * bias without intrusive interventions"): it maximises the Poisson likelihood of the clicks with a
 * liking of its own for each subject, which drops out of the estimate of the places, so that better
 * things at higher places do not bias it and many subjects with few clicks do no harm. Each round
 * sets likings by the looks and looks by the likings; the likelihood never falls.
 *
 * @param looks one for each place; that of the first is 1
 */
public record Examination(double[] looks) {
    private static final int MOST_ROUNDS = 5_000;
    private static final double SETTLED = 1e-7;

    /**
     * Fits.
     *
     * @throws dev.vitrine.kernel.error.VitrineException DATA_UNSUITABLE when nothing was clicked,
     *     everything was, or a place shares nothing that was clicked with the others, so that what
     *     stands there cannot be told from how often it is looked at
     */
    public static Examination of(ClickLog log) {
        int places = log.places();
        int subjects = Arrays.stream(log.subject()).max().orElse(-1) + 1;
        Cells cells = Cells.of(log, subjects, places);
        cells.require(places);
        double[] looks = new double[places];
        Arrays.fill(looks, 1);
        double[] likings = new double[subjects];
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] exposure = new double[subjects];
            for (int cell = 0; cell < cells.subject.length; cell++) {
                exposure[cells.subject[cell]] += cells.shown[cell] * looks[cells.place[cell]];
            }
            for (int subject = 0; subject < subjects; subject++) {
                likings[subject] =
                        exposure[subject] > 0 ? cells.ofSubject[subject] / exposure[subject] : 0;
            }
            double[] liked = new double[places];
            for (int cell = 0; cell < cells.subject.length; cell++) {
                liked[cells.place[cell]] += cells.shown[cell] * likings[cells.subject[cell]];
            }
            double moved = 0;
            double first = cells.ofPlace[0] / liked[0];
            for (int place = 0; place < places; place++) {
                double now = cells.ofPlace[place] / liked[place] / first;
                moved = Math.max(moved, Math.abs(now - looks[place]));
                looks[place] = now;
            }
            if (moved < SETTLED) {
                break;
            }
        }
        return new Examination(looks);
    }

    /**
     * What a click at a place counts for: the inverse of how often the place is looked at, at most
     * {@code most}, because the clicks of a place that is seldom looked at are few and would rule.
     */
    public double weight(int place, double most) {
        return place < looks.length && looks[place] * most > 1 ? 1 / looks[place] : most;
    }

    /** Showings and clicks of each subject at each place where it stood. */
    private static final class Cells {
        private final int[] subject;
        private final int[] place;
        private final int[] shown;
        private final double[] ofSubject;
        private final double[] ofPlace;
        private final int rows;

        private Cells(ClickLog log, int[] first, int[] shown, int subjects, int places) {
            this.shown = shown;
            this.rows = log.rows();
            subject = new int[first.length];
            place = new int[first.length];
            for (int cell = 0; cell < first.length; cell++) {
                subject[cell] = log.subject()[first[cell]];
                place[cell] = log.place()[first[cell]];
            }
            ofSubject = new double[subjects];
            ofPlace = new double[places];
            for (int row = 0; row < log.rows(); row++) {
                if (log.clicked()[row]) {
                    ofSubject[log.subject()[row]]++;
                    ofPlace[log.place()[row]]++;
                }
            }
        }

        static Cells of(ClickLog log, int subjects, int places) {
            long[] keys = new long[log.rows()];
            for (int row = 0; row < keys.length; row++) {
                keys[row] = ((long) log.subject()[row] * places + log.place()[row]) << 31 | row;
            }
            Arrays.sort(keys);
            int[] first = new int[keys.length];
            int[] shown = new int[keys.length];
            int count = 0;
            for (int i = 0; i < keys.length; i++) {
                if (i == 0 || keys[i] >>> 31 != keys[i - 1] >>> 31) {
                    first[count++] = (int) (keys[i] & Integer.MAX_VALUE);
                }
                shown[count - 1]++;
            }
            return new Cells(
                    log,
                    Arrays.copyOf(first, count),
                    Arrays.copyOf(shown, count),
                    subjects,
                    places);
        }

        /** Refuses what cannot tell places apart. */
        void require(int places) {
            double clicks = Arrays.stream(ofPlace).sum();
            if (clicks == 0 || clicks == rows) {
                throw ClickLog.unsuitable(
                        String.format(
                                Locale.ROOT,
                                "%.0f of %d that were shown were clicked",
                                clicks,
                                rows));
            }
            int[] group = IntStream.range(0, places).toArray();
            for (int cell = 1; cell < subject.length; cell++) {
                if (subject[cell] == subject[cell - 1] && ofSubject[subject[cell]] > 0) {
                    int from = group[place[cell]];
                    int to = group[place[cell - 1]];
                    Arrays.setAll(group, i -> group[i] == from ? to : group[i]);
                }
            }
            for (int at = 1; at < places; at++) {
                if (group[at] != group[0] || ofPlace[at] == 0) {
                    throw ClickLog.unsuitable(
                            "nothing that stood at place "
                                    + (at + 1)
                                    + " and was clicked stood at the others too, so how often the"
                                    + " place is looked at cannot be told; show things at places"
                                    + " that vary");
                }
            }
            if (ofPlace[0] == 0) {
                throw ClickLog.unsuitable("nothing at the first place was clicked");
            }
        }
    }
}
