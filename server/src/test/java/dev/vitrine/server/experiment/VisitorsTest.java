package dev.vitrine.server.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.kernel.statistics.PairMoments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was counted of visitors is there after a death at any moment. */
class VisitorsTest {
    private static final List<Metric> METRICS = List.of(Metric.values());

    @TempDir private Path folder;

    private static Visitors.Past past(int count) {
        return what -> what == Counted.Before.ORDERS ? count : count * 2f;
    }

    private Visitors open(int capacity, long longLog) {
        return new Visitors(folder, capacity, Runnable::run, longLog);
    }

    private static void behave(Visitors visitors, int people, int from) {
        SplittableRandom random = new SplittableRandom(from);
        for (int i = from; i < from + people; i++) {
            long visitor = VisitorHash.number("v" + i);
            visitors.answered(visitor, i % 2, i, past(i % 7));
            if (random.nextInt(10) < 3) {
                visitors.add(visitor, Counted.CLICKS, 1);
            }
            if (random.nextInt(10) < 1) {
                visitors.add(visitor, Counted.ORDERS, 1);
                visitors.add(visitor, Counted.REVENUE, random.nextDouble() * 100);
            }
        }
    }

    @Test
    void whatWasCountedOutlivesTheProcess() {
        List<Tally> before;
        try (Visitors visitors = open(10_000, 1 << 20)) {
            behave(visitors, 3_000, 0);
            before = visitors.tally(2, METRICS);
            // Another process sees what a killed one has left; nothing was closed or forced.
            try (Visitors after = open(10_000, 1 << 20)) {
                assertThat(after.tally(2, METRICS)).isEqualTo(before);
            }
        }
        assertThat(before.getFirst().visitors()).isEqualTo(1_500);
        assertThat(before.getFirst().of(Metric.CLICKED).meanY()).isBetween(.2, .4);
        assertThat(before.getFirst().of(Metric.CLICKED).meanX()).isPositive();
    }

    @Test
    void aRecordThatWasCutOffIsNotCountedAndNothingIsBuiltOnIt() throws IOException {
        try (Visitors visitors = open(10_000, 1 << 20)) {
            behave(visitors, 100, 0);
        }
        Path log = folder.resolve("0.log");
        long whole = Files.size(log);
        Files.write(log, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, StandardOpenOption.APPEND);
        List<Tally> then;
        try (Visitors visitors = open(10_000, 1 << 20)) {
            assertThat(Files.size(log)).isEqualTo(whole);
            behave(visitors, 100, 100);
            then = visitors.tally(2, METRICS);
        }
        try (Visitors visitors = open(10_000, 1 << 20)) {
            assertThat(visitors.tally(2, METRICS)).isEqualTo(then);
        }
        assertThat(then.getFirst().visitors()).isEqualTo(100);
    }

    @Test
    void aLongLogGivesWayToATableAndSaysTheSame() throws IOException {
        List<Tally> before;
        try (Visitors visitors = open(10_000, 4_000)) {
            behave(visitors, 2_000, 0);
            before = visitors.tally(2, METRICS);
        }
        long bytes;
        try (Stream<Path> files = Files.list(folder)) {
            bytes = files.mapToLong(file -> file.toFile().length()).sum();
        }
        assertThat(bytes).as("a table and a short log").isLessThan(2_000 * 28 * 4 + 8_000);
        try (Visitors after = open(10_000, 4_000)) {
            assertThat(after.tally(2, METRICS)).isEqualTo(before);
        }
    }

    @Test
    void aTableThatWasNotFinishedIsDoneWithoutByTheLogsBeforeIt() throws IOException {
        List<Runnable> waiting = new ArrayList<>();
        List<Tally> before;
        try (Visitors visitors = new Visitors(folder, 10_000, waiting::add, 4_000)) {
            behave(visitors, 500, 0);
            before = visitors.tally(2, METRICS);
        }
        assertThat(waiting).hasSize(1);
        assertThat(folder.resolve("1.table")).doesNotExist();
        try (Visitors after = open(10_000, 1 << 20)) {
            assertThat(after.tally(2, METRICS)).isEqualTo(before);
        }
    }

    @Test
    void countsSoManyVisitorsAndNoMoreAndSaysSo() {
        try (Visitors visitors = open(100, 1 << 20)) {
            behave(visitors, 100, 0);
            assertThat(visitors.isBeyond()).isFalse();
            List<Tally> full = visitors.tally(2, METRICS);
            behave(visitors, 50, 100);
            assertThat(visitors.isBeyond()).isTrue();
            assertThat(visitors.tally(2, METRICS)).isEqualTo(full);
            visitors.add(VisitorHash.number("v3"), Counted.CARTS, 1);
            assertThat(visitors.tally(2, METRICS)).isNotEqualTo(full);
        }
    }

    @Test
    void whoNeverGotAnAnswerIsNotIn() {
        try (Visitors visitors = open(100, 1 << 20)) {
            visitors.add(VisitorHash.number("stranger"), Counted.ORDERS, 1);
            assertThat(visitors.tally(2, METRICS).getFirst().visitors()).isZero();
            assertThat(visitors.since(VisitorHash.number("stranger"))).isEqualTo(-1);
        }
    }

    @Test
    void aRobotWeighsSoMuchAndNoMore() {
        try (Visitors visitors = open(100, 1 << 20)) {
            long robot = VisitorHash.number("robot");
            for (int i = 0; i < 5_000; i++) {
                visitors.answered(robot, 0, 0, past(0));
                visitors.add(robot, Counted.CLICKS, 1);
            }
            Tally tally = visitors.tally(1, METRICS).getFirst();
            assertThat(tally.answers()).isEqualTo(1_000);
            assertThat(tally.of(Metric.CLICKS)).isEqualTo(new PairMoments(1, 0, 1_000, 0, 0, 0));
        }
    }
}
