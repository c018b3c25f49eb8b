package dev.vitrine.data.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.store.ForgetfulFiles;
import dev.vitrine.kernel.config.DataSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Writes groups to a file layer that forgets what was not forced, crashes at random points, and
 * looks at what a restart finds: everything acknowledged, in order, and behind it either nothing or
 * one whole group that was on its way.
 */
class EventLogSimulation {
    private static final Path DIRECTORY = Path.of("/log");
    private static final long SEEDS = Long.getLong("vitrine.seeds", 3000);
    private static final long FIRST_SEED = Long.getLong("vitrine.seed", 1);

    /** Thousands of crashes would fill the test's output; kept, for loggers are held weakly. */
    private static final Logger QUIET = Logger.getLogger(LogWriter.class.getName());

    @BeforeAll
    static void quieten() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterAll
    static void restore() {
        QUIET.setLevel(null);
    }

    @Test
    void everythingAcknowledgedSurvives() {
        Totals totals = new Totals();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try {
                new Run(seed, totals).run();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError(
                        "seed "
                                + seed
                                + " fails; repeat with: mvn -pl data -am test"
                                + " -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dtest=EventLogSimulation -Dvitrine.seeds=1 -Dvitrine.seed="
                                + seed,
                        e);
            }
        }
        // The run means nothing unless the bad things did happen.
        if (SEEDS >= 1000) {
            assertThat(totals.crashes).isGreaterThan(SEEDS);
            assertThat(totals.tornEnds).isGreaterThan(SEEDS / 10);
            assertThat(totals.failures).isGreaterThan(SEEDS / 10);
            assertThat(totals.survivedUnacknowledged).isGreaterThan(SEEDS / 100);
            assertThat(totals.filesBegun).isGreaterThan(SEEDS);
            assertThat(totals.filesDeleted).isGreaterThan(SEEDS / 10);
        }
    }

    private static final class Totals {
        private long crashes;
        private long tornEnds;
        private long failures;
        private long survivedUnacknowledged;
        private long filesBegun;
        private long filesDeleted;
    }

    private static final class Run {
        private final RandomGenerator random;
        private final Totals totals;
        private final ForgetfulFiles files;
        private final EventLogSettings settings;
        private final List<LoggedEvent> acknowledged = new ArrayList<>();

        /** Groups that failed since the last one that was acknowledged, or were being written. */
        private final List<List<LoggedEvent>> undecided = new ArrayList<>();

        private long clock = 1_000_000;
        private long nextId;

        Run(long seed, Totals totals) {
            this.random = new SplittableRandom(seed);
            this.totals = totals;
            this.files = new ForgetfulFiles(random);
            DataSize segment = new DataSize(4096L << random.nextInt(5));
            this.settings =
                    new EventLogSettings(
                            segment,
                            DataSize.ofMebibytes(1),
                            DataSize.ofMebibytes(1),
                            Duration.ofSeconds(1),
                            new DataSize(random.nextInt(4) == 0 ? segment.bytes() * 3 : 1L << 40),
                            Duration.ofDays(1));
        }

        void run() throws IOException {
            int lives = 2 + random.nextInt(4);
            for (int life = 0; life < lives; life++) {
                try (LogWriter writer = open()) {
                    check(writer);
                    undecided.clear();
                    files.forceFails(random.nextInt(3) == 0 ? 0.1 : 0);
                    files.crashAfter(random.nextInt(80));
                    live(writer);
                } catch (ForgetfulFiles.Crash e) {
                    totals.crashes++;
                }
                files.crash();
            }
            try (LogWriter writer = open()) {
                check(writer);
            }
        }

        private LogWriter open() throws IOException {
            InstantSource time = () -> Instant.ofEpochMilli(clock);
            LogWriter writer = new LogWriter(DIRECTORY, settings, files, time, random);
            totals.tornEnds += writer.cutBytes() > 0 ? 1 : 0;
            return writer;
        }

        private void live(LogWriter writer) {
            while (true) {
                clock += random.nextInt(1000);
                if (random.nextInt(20) == 0) {
                    files.capacity(random.nextBoolean() ? 0 : Long.MAX_VALUE);
                }
                List<LoggedEvent> events = new ArrayList<>();
                List<EncodedEvents> group = group(events);
                undecided.add(events);
                long files = writer.segments().getLast().firstOffset();
                try {
                    long first = writer.commit(group);
                    assertThat(first).isEqualTo(acknowledged.size());
                    acknowledged.addAll(events);
                    undecided.clear();
                    totals.filesBegun += writer.segments().getLast().firstOffset() == files ? 0 : 1;
                } catch (IOException e) {
                    totals.failures++;
                }
                if (random.nextInt(10) == 0) {
                    check(writer);
                }
            }
        }

        private List<EncodedEvents> group(List<LoggedEvent> events) {
            List<EncodedEvents> group = new ArrayList<>();
            int appends = 1 + random.nextInt(3);
            for (int i = 0; i < appends; i++) {
                List<LoggedEvent> append = new ArrayList<>();
                int count = 1 + random.nextInt(6);
                for (int k = 0; k < count; k++) {
                    append.add(event());
                }
                group.add(EncodedEvents.of(append));
                events.addAll(append);
            }
            return group;
        }

        private LoggedEvent event() {
            String query = "q".repeat(random.nextInt(300));
            return SampleEvents.logged(0, "e" + nextId++, query);
        }

        /**
         * Reads all and compares; after a crash, takes over the group that turned out to be kept.
         */
        private void check(LogWriter writer) {
            LogView view = view(writer);
            long start = view.segments().getFirst().firstOffset();
            totals.filesDeleted += start > 0 ? 1 : 0;
            List<LoggedEvent> found = new ArrayList<>();
            try (EventCursor cursor = new SegmentCursor(view, files, 0)) {
                while (cursor.next()) {
                    assertThat(cursor.event().offset()).isEqualTo(start + found.size());
                    found.add(cursor.event());
                }
            }
            int known = acknowledged.size() - (int) start;
            assertThat(known).isNotNegative();
            assertThat(found.size()).isGreaterThanOrEqualTo(known);
            for (int i = 0; i < known; i++) {
                assertThat(found.get(i)).isEqualTo(acknowledged.get((int) start + i).at(start + i));
            }
            if (found.size() > known) {
                List<LoggedEvent> extra =
                        found.subList(known, found.size()).stream().map(e -> e.at(0)).toList();
                assertThat(undecided).contains(extra);
                acknowledged.addAll(extra);
                totals.survivedUnacknowledged++;
            }
            readFromTheMiddle(view, start);
        }

        private void readFromTheMiddle(LogView view, long start) {
            if (acknowledged.size() <= start) {
                return;
            }
            long from = start + random.nextLong(acknowledged.size() - start);
            try (EventCursor cursor = new SegmentCursor(view, files, from)) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.event()).isEqualTo(acknowledged.get((int) from).at(from));
            }
        }

        private static LogView view(LogWriter writer) {
            return new LogView() {
                @Override
                public List<Segment> segments() {
                    return writer.segments();
                }

                @Override
                public long endOffset() {
                    return writer.endOffset();
                }
            };
        }
    }
}
