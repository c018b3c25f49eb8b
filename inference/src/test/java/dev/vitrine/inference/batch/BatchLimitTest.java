package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class BatchLimitTest {
    /** Runs as if 500 rows were always waiting; gives the limit that was learned. */
    private static long learned(LongUnaryOperator nanosOfRows, int runs) {
        BatchLimit limit = new BatchLimit(256);
        for (int run = 0; run < runs; run++) {
            long rows = limit.rows(1, 500);
            limit.ran(rows, nanosOfRows.applyAsLong(rows));
        }
        return limit.current();
    }

    @Test
    void growsWhileACallCostsMoreThanItsRows() {
        // 20 us a call and 1 us a row: twice the rows are clearly better up to some hundred.
        assertThat(learned(rows -> 20_000 + 1_000 * rows, 2_000)).isGreaterThanOrEqualTo(128);
    }

    @Test
    void staysAtOneWhereRowsCostAsMuchTogether() {
        assertThat(learned(rows -> 3_000_000 * rows, 2_000)).isEqualTo(1);
    }

    @Test
    void stopsWhereLargerOnesAreSlower() {
        // Up to 8 rows for the price of one, then the cache is too small.
        assertThat(learned(rows -> rows <= 8 ? 100_000 : 40_000 * rows, 5_000)).isEqualTo(8);
    }

    @Test
    void noiseDoesNotMakeItGrow() {
        Random random = new Random(1);
        LongUnaryOperator noisy =
                rows -> (long) (1_000_000 * rows * (1 + .02 * random.nextGaussian()));
        assertThat(learned(noisy, 5_000)).isLessThanOrEqualTo(2);
    }

    @Test
    void theNextVersionBeginsWithWhatIsKnownAndLearnsForItself() {
        BatchLimit first = new BatchLimit(64);
        for (int run = 0; run < 500; run++) {
            long rows = first.rows(1, 500);
            first.ran(rows, 20_000 + 1_000 * rows);
        }
        long known = first.current();
        assertThat(known).isGreaterThan(8);
        BatchLimit next = first.forNext();
        assertThat(next.rows(1, 64)).isGreaterThanOrEqualTo(known);
        assertThat(next.nanos(8)).isEqualTo(first.nanos(8));
        for (int run = 0; run < 5_000; run++) {
            long rows = run % 3 == 0 ? 1 : next.rows(1, 500);
            next.ran(rows, 100_000 * rows * rows);
        }
        assertThat(next.current()).isEqualTo(1);
        assertThat(first.current()).isEqualTo(known);
    }

    @Test
    void theNextVersionOfOneThatSurprisesIsNoSteadierUntilItsOwnRunsAre() {
        BatchLimit first = new BatchLimit(64);
        for (int run = 0; run < 200; run++) {
            first.ran(1, run % 10 == 0 ? 40_000_000 : 1_000_000);
        }
        assertThat(first.nanos(1)).isPositive();
        assertThat(first.steadyNanos(1)).isZero();
        BatchLimit next = first.forNext();
        next.ran(1, 1_000_000);
        assertThat(next.nanos(1)).isPositive();
        assertThat(next.steadyNanos(1)).isZero();
        for (int run = 0; run < 500; run++) {
            next.ran(1, 1_000_000);
        }
        assertThat(next.steadyNanos(1)).isPositive();
        assertThat(first.steadyNanos(1)).isZero();
    }

    @Test
    void comesBackWhenItNoLongerPays() {
        BatchLimit limit = new BatchLimit(64);
        for (int run = 0; run < 500; run++) {
            long rows = limit.rows(1, 500);
            limit.ran(rows, 20_000 + 1_000 * rows);
        }
        assertThat(limit.current()).isGreaterThan(8);
        for (int run = 0; run < 5_000; run++) {
            long rows = run % 3 == 0 ? 1 : limit.rows(1, 500);
            limit.ran(rows, 100_000 * rows * rows);
        }
        assertThat(limit.current()).isEqualTo(1);
    }

    @Test
    void neverAsksForMoreThanItMay() {
        BatchLimit limit = new BatchLimit(6);
        for (int run = 0; run < 300; run++) {
            long rows = limit.rows(1, 1_000);
            assertThat(rows).isLessThanOrEqualTo(4);
            limit.ran(rows, 20_000 + rows);
        }
        assertThat(limit.current()).isEqualTo(4);
    }

    @Test
    void classesArePowersOfTwo() {
        assertThat(BatchLimit.classOf(1)).isZero();
        assertThat(BatchLimit.classOf(3)).isEqualTo(1);
        assertThat(BatchLimit.classOf(4)).isEqualTo(2);
        assertThat(BatchLimit.classOf(1024)).isEqualTo(10);
    }
}
