package dev.vitrine.training.evaluation;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The "top-n" protocol: a person's training row is the history, the test row the answers; items of
 * the training row are hidden, people without a test row are not asked.
 *
 * @param train people x items
 * @param test people x items, same shape
 */
public record TopNSplit(String name, InteractionMatrix train, InteractionMatrix test) {
    public TopNSplit {
        if (train.rows() != test.rows() || train.columns() != test.columns()) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "train is "
                            + train.rows()
                            + " x "
                            + train.columns()
                            + " but test "
                            + test.rows()
                            + " x "
                            + test.columns());
        }
    }

    /** The questions of the test part. */
    public Questions questions() {
        return new Rows(train, test, askedRows());
    }

    /** The questions of a seeded sample of at most {@code most} people. */
    public Questions sample(int most, long seed) {
        int[] asked = askedRows();
        if (asked.length > most) {
            RandomGenerator random = generator(seed);
            for (int i = 0; i < most; i++) {
                int j = random.nextInt(i, asked.length);
                int swap = asked[i];
                asked[i] = asked[j];
                asked[j] = swap;
            }
            asked = Arrays.copyOf(asked, most);
            Arrays.sort(asked);
        }
        return new Rows(train, test, asked);
    }

    /**
     * A split of the training part alone, for choosing hyper-parameters: of every row with at least
     * two entries, {@code share} (rounded, at least one, never all) is moved to the new test part,
     * chosen by the seed. The test part of this split is not looked at.
     */
    public TopNSplit holdOut(double share, long seed) {
        if (!(share > 0 && share < 1)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "the held-out share must be between 0 and 1, found " + share);
        }
        boolean[] held = new boolean[train.entries()];
        RandomGenerator random = generator(seed);
        for (int row = 0; row < train.rows(); row++) {
            int length = train.rowLength(row);
            if (length < 2) {
                continue;
            }
            int take = Math.clamp(Math.round(share * length), 1, length - 1);
            int start = train.rowStart()[row];
            // Selection sampling: each entry is taken with the chance that keeps the count exact.
            for (int i = 0; take > 0; i++) {
                if (random.nextInt(length - i) < take) {
                    held[start + i] = true;
                    take--;
                }
            }
        }
        return new TopNSplit(name, part(held, false), part(held, true));
    }

    private InteractionMatrix part(boolean[] held, boolean wanted) {
        int[] start = new int[train.rows() + 1];
        int[] column = new int[train.entries()];
        float[] value = new float[train.entries()];
        int n = 0;
        for (int row = 0; row < train.rows(); row++) {
            for (int p = train.rowStart()[row]; p < train.rowStart()[row + 1]; p++) {
                if (held[p] == wanted) {
                    column[n] = train.column()[p];
                    value[n++] = train.value()[p];
                }
            }
            start[row + 1] = n;
        }
        return new InteractionMatrix(
                train.rows(),
                train.columns(),
                start,
                Arrays.copyOf(column, n),
                Arrays.copyOf(value, n));
    }

    private int[] askedRows() {
        int[] asked = new int[test.rows()];
        int n = 0;
        for (int row = 0; row < test.rows(); row++) {
            if (test.rowLength(row) > 0) {
                asked[n++] = row;
            }
        }
        return Arrays.copyOf(asked, n);
    }

    /** The algorithm is named so that a seed means the same on every version of the JDK. */
    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private record Rows(InteractionMatrix train, InteractionMatrix test, int[] asked)
            implements Questions {
        @Override
        public int size() {
            return asked.length;
        }

        @Override
        public int items() {
            return train.columns();
        }

        @Override
        public History history(int question) {
            int row = asked[question];
            return new History(
                    train.row(row),
                    Arrays.copyOfRange(
                            train.value(), train.rowStart()[row], train.rowStart()[row + 1]));
        }

        @Override
        public int[] answers(int question) {
            return test.row(asked[question]);
        }

        @Override
        public boolean hidesHistory() {
            return true;
        }
    }
}
