package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.inference.admission.LadderSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** A shop whose shelves share two processors, in virtual time. */
class ShopLadderTest {
    private static final long MILLI = 1_000_000;
    private static final long[] COST = {4 * MILLI, MILLI, MILLI / 20};

    private long now;
    private final ShopLadder ladder = new ShopLadder(2, LadderSettings.DEFAULT, () -> now);
    private final Deque<ShopLadder.Visit> visits = new ArrayDeque<>();
    private final int[] served = new int[COST.length];
    private double work;

    /** Shelves come evenly and are worked on one after the other by both processors. */
    private void run(int millis, int perSecond) {
        long gap = 1_000 * MILLI / perSecond;
        for (long end = now + millis * MILLI; now < end; now += gap) {
            double done = 2.0 * gap;
            while (!visits.isEmpty() && done > 0) {
                double cost = COST[visits.peekFirst().effort().ordinal()] - work;
                if (cost > done) {
                    work += done;
                    break;
                }
                done -= cost;
                work = 0;
                visits.removeFirst().close();
            }
            ShopLadder.Visit visit = ladder.enter();
            served[visit.effort().ordinal()]++;
            visits.addLast(visit);
        }
    }

    private int servedWith(Effort effort) {
        return served[effort.ordinal()];
    }

    @Test
    void everybodyGetsAllEffortWithinCapacity() {
        run(20_000, 400);
        assertThat(ladder.step()).isZero();
        assertThat(servedWith(Effort.FULL)).isEqualTo(8_000);
    }

    /** Four times what full shelves allow: cheaper ones for all, then full ones again. */
    @Test
    void anOverloadedShopAnswersCheaperAndRecovers() {
        run(5_000, 400);
        run(30_000, 2_000);
        assertThat(servedWith(Effort.CHEAPER)).isGreaterThan(20_000);
        assertThat(visits.size()).isLessThan(400);
        run(120_000, 300);
        assertThat(ladder.step()).isZero();
        int before = servedWith(Effort.FULL);
        run(1_000, 300);
        assertThat(servedWith(Effort.FULL) - before).isBetween(299, 301);
    }

    /** What else a page does without under pressure comes back though no shelf is asked for. */
    @Test
    void pressureIsOverWhenNobodyIsInside() {
        run(5_000, 400);
        assertThat(ladder.isPressed()).isFalse();
        run(30_000, 2_000);
        assertThat(ladder.isPressed()).isTrue();
        while (!visits.isEmpty()) {
            visits.removeFirst().close();
        }
        for (int i = 0; i < 120_000 && ladder.isPressed(); i++) {
            now += MILLI;
        }
        assertThat(ladder.isPressed()).isFalse();
    }

    /** Forty times: what sells best, and no queue that grows. */
    @Test
    void aFloodIsAnsweredWithWhatSellsBest() {
        run(5_000, 400);
        run(30_000, 20_000);
        assertThat(servedWith(Effort.POPULAR)).isGreaterThan(400_000);
        assertThat(visits.size()).isLessThan(5_000);
        run(1_000, 300);
        assertThat(visits.size()).isLessThan(10);
    }
}
