package dev.vitrine.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RowTableTest {
    private static final int ROWS = 50;
    private static final int WIDTH = 6;
    private static final String NAME = "x";

    private static Torch torch;

    @BeforeAll
    static void start() {
        torch = Torch.open(1, TorchCache.folder());
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    private interface Rows {
        NDArray of(long... numbers);
    }

    /** Draws rows of a step towards ones, where those are named twice that count twice. */
    private static void steps(Parameters parameters, Rows rows, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < count; step++) {
            int number = step;
            long[] some = random.longs(4, 0, ROWS).toArray();
            long[] others = random.longs(3, 0, ROWS).toArray();
            torch.step(
                    () -> {
                        parameters.begin();
                        return rows.of(some)
                                .sub(1f)
                                .square()
                                .sum()
                                .add(rows.of(others).add(.5f).square().sum().mul(.3f));
                    },
                    () -> parameters.step(.01 / (1 + number / 40.0), .01, 5));
        }
    }

    private static Parameters sparse() {
        Parameters parameters = new Parameters(torch, 3);
        parameters.table(NAME, .1, ROWS, WIDTH);
        return parameters;
    }

    @Test
    void movesRowsAsIfAllWereMovedInAllSteps() {
        Parameters dense = new Parameters(torch, 3);
        dense.normal(NAME, .1, ROWS, WIDTH);
        Parameters sparse = sparse();
        assertThat(sparse.values(NAME)).isEqualTo(dense.values(NAME));
        float[] before = dense.values(NAME);

        steps(dense, numbers -> embedded(dense, numbers), 1, 200);
        steps(sparse, numbers -> sparse.rows(NAME, numbers), 1, 200);

        float[] expected = dense.values(NAME);
        assertThat(sparse.values(NAME)).containsExactly(expected, Offset.offset(1e-4f));
        double moved = 0;
        double apart = 0;
        for (int i = 0; i < expected.length; i++) {
            moved += Math.abs(expected[i] - before[i]);
            apart += Math.abs(expected[i] - sparse.values(NAME)[i]);
        }
        assertThat(apart).isLessThan(1e-3 * moved);
    }

    private static NDArray embedded(Parameters parameters, long... numbers) {
        NDArray table = parameters.get(NAME);
        return table.getNDArrayInternal()
                .embedding(torch.longs(numbers, numbers.length), table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    @Test
    void goesOnFromWhatWasWrittenToTheSameNumbers() throws IOException {
        Parameters first = sparse();
        steps(first, numbers -> first.rows(NAME, numbers), 1, 30);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        first.write(new DataOutputStream(out));
        steps(first, numbers -> first.rows(NAME, numbers), 2, 30);

        Parameters second = sparse();
        second.read(new DataInputStream(new ByteArrayInputStream(out.toByteArray())));
        steps(second, numbers -> second.rows(NAME, numbers), 2, 30);

        assertThat(second.values(NAME)).isEqualTo(first.values(NAME));
    }

    @Test
    void forgetsRowsThatNoStepFollowed() {
        Parameters read = sparse();
        NDArray unused = read.rows(NAME, 1, 2);
        Parameters unread = sparse();
        steps(read, numbers -> read.rows(NAME, numbers), 1, 3);
        steps(unread, numbers -> unread.rows(NAME, numbers), 1, 3);

        assertThat(read.values(NAME)).isEqualTo(unread.values(NAME));
        unused.close();
    }
}
