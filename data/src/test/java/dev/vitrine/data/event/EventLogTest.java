package dev.vitrine.data.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.DiskFiles;
import dev.vitrine.data.store.ForgetfulFiles;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventLogTest {
    private static final EventLogSettings SMALL = settings(8 << 10, 1L << 30);

    @TempDir Path directory;

    private static EventLogSettings settings(long segment, long retain) {
        return new EventLogSettings(
                new DataSize(segment),
                DataSize.ofMebibytes(1),
                DataSize.ofMebibytes(4),
                Duration.ofSeconds(5),
                new DataSize(retain),
                Duration.ofDays(1));
    }

    private EventLog open(EventLogSettings settings) {
        return EventLog.open(directory, settings, new DiskFiles());
    }

    private static List<LoggedEvent> events(int from, int count) {
        List<LoggedEvent> events = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            events.add(SampleEvents.logged(i, "e" + i, "query " + i));
        }
        return events;
    }

    private static List<LoggedEvent> readAll(EventLog log, long from) {
        List<LoggedEvent> events = new ArrayList<>();
        try (EventCursor cursor = log.read(from)) {
            while (cursor.next()) {
                events.add(cursor.event());
            }
        }
        return events;
    }

    private static void assertCode(Throwable thrown, DataError code) {
        assertThat(thrown)
                .asInstanceOf(type(VitrineException.class))
                .extracting(VitrineException::code)
                .isEqualTo(code);
    }

    @Test
    void keepsEventsAcrossOpeningsAndFiles() throws IOException {
        try (EventLog log = open(SMALL)) {
            for (int i = 0; i < 100; i++) {
                assertThat(log.append(events(i * 10, 10))).isEqualTo(i * 10L);
            }
            assertThat(readAll(log, 0)).isEqualTo(events(0, 1000));
        }
        assertThat(Files.list(directory).filter(f -> f.toString().endsWith(".events")).count())
                .isGreaterThan(3);
        try (EventLog log = open(SMALL)) {
            assertThat(log.statistics().cutBytes()).isZero();
            assertThat(log.endOffset()).isEqualTo(1000);
            assertThat(readAll(log, 0)).isEqualTo(events(0, 1000));
            for (int from : new int[] {1, 9, 10, 555, 999, 1000}) {
                assertThat(readAll(log, from)).isEqualTo(events(from, 1000 - from));
            }
            log.append(events(1000, 1));
            assertThat(readAll(log, 998)).isEqualTo(events(998, 3));
        }
    }

    @Test
    void keepsEveryField() {
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            log.append(List.of(SampleEvents.full(0), SampleEvents.full(1)));
            assertThat(readAll(log, 0)).containsExactly(SampleEvents.full(0), SampleEvents.full(1));
        }
    }

    @Test
    void manyThreadsShareForces() throws InterruptedException {
        int threads = 16;
        int appends = 50;
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            List<Thread> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                all.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    for (int i = 0; i < appends; i++) {
                                        String id = thread + ":" + i;
                                        long at =
                                                log.append(List.of(SampleEvents.logged(0, id, "")));
                                        assertThat(log.endOffset()).isGreaterThan(at);
                                    }
                                }));
            }
            for (Thread thread : all) {
                thread.join();
            }
            int[] next = new int[threads];
            for (LoggedEvent event : readAll(log, 0)) {
                String[] id = event.eventId().split(":");
                assertThat(Integer.parseInt(id[1])).isEqualTo(next[Integer.parseInt(id[0])]++);
            }
            assertThat(next).containsOnly(appends);
            assertThat(log.statistics().forces()).isLessThan(threads * appends);
        }
    }

    @Test
    void cutsATornEndAndSaysSo() throws IOException {
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            log.append(events(0, 10));
            log.append(events(10, 10));
        }
        Path file = directory.resolve(SegmentFormat.fileName(0));
        long size = Files.size(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size - 5);
        }
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            assertThat(log.statistics().cutBytes()).isPositive();
            assertThat(readAll(log, 0)).isEqualTo(events(0, 10));
            assertThat(log.append(events(10, 1))).isEqualTo(10);
        }
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            assertThat(log.statistics().cutBytes()).isZero();
            assertThat(readAll(log, 0)).isEqualTo(events(0, 11));
        }
    }

    private static void flip(Path file, long position) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1));
            channel.write(one.flip(), position);
        }
    }

    @Test
    void namesTheFileAndPositionOfCorruption() throws IOException {
        try (EventLog log = open(EventLogSettings.DEFAULTS)) {
            log.append(events(0, 10));
            log.append(events(10, 10));
            log.append(events(20, 10));
        }
        Path file = directory.resolve(SegmentFormat.fileName(0));
        byte[] before = Files.readAllBytes(file);
        for (int position = SegmentFormat.HEADER;
                position < before.length * 2 / 3;
                position += 97) {
            Files.write(file, before);
            flip(file, position);
            assertThatThrownBy(() -> open(EventLogSettings.DEFAULTS))
                    .satisfies(e -> assertCode(e, DataError.LOG_CORRUPT))
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("at position ");
        }
        Files.write(file, before);
        flip(file, 20);
        assertThatThrownBy(() -> open(EventLogSettings.DEFAULTS))
                .satisfies(e -> assertCode(e, DataError.LOG_CORRUPT));
        assertThat(before.length).isGreaterThan(500);
    }

    @Test
    void findsCorruptionInAnOlderFileWhenItIsRead() throws IOException {
        try (EventLog log = open(SMALL)) {
            for (int i = 0; i < 100; i++) {
                log.append(events(i * 10, 10));
            }
        }
        Path file = directory.resolve(SegmentFormat.fileName(0));
        flip(file, 3000);
        try (EventLog log = open(SMALL)) {
            assertThatThrownBy(() -> readAll(log, 0))
                    .satisfies(e -> assertCode(e, DataError.LOG_CORRUPT))
                    .hasMessageContaining(file.toString());
            assertThat(readAll(log, 900)).hasSize(100);
        }
    }

    @Test
    void refusesALogWithAMissingFile() throws IOException {
        try (EventLog log = open(SMALL)) {
            for (int i = 0; i < 100; i++) {
                log.append(events(i * 10, 10));
            }
        }
        List<Path> files =
                Files.list(directory)
                        .filter(f -> f.toString().endsWith(".events"))
                        .sorted()
                        .toList();
        Files.delete(files.get(1));
        try (EventLog log = open(SMALL)) {
            assertThatThrownBy(() -> readAll(log, 0))
                    .satisfies(e -> assertCode(e, DataError.LOG_CORRUPT))
                    .hasMessageContaining("missing");
        }
    }

    @Test
    void refusesASecondWriter() {
        try (EventLog first = open(SMALL)) {
            assertThatThrownBy(() -> open(SMALL))
                    .satisfies(e -> assertCode(e, DataError.STORE_IN_USE));
            assertThat(first.append(events(0, 1))).isZero();
        }
        open(SMALL).close();
    }

    @Test
    void refusesAnotherFormat() throws IOException {
        open(SMALL).close();
        Path file = directory.resolve(SegmentFormat.fileName(0));
        flip(file, 11);
        assertThatThrownBy(() -> open(SMALL))
                .satisfies(e -> assertCode(e, DataError.STORE_FORMAT))
                .hasMessageContaining("format 0");
        assertThatThrownBy(() -> EventLog.openReadOnly(directory, new DiskFiles()))
                .satisfies(e -> assertCode(e, DataError.STORE_FORMAT));
    }

    @Test
    void aReaderFollowsAWriter() {
        try (EventLog writer = open(SMALL)) {
            writer.append(events(0, 10));
            try (EventLog reader = EventLog.openReadOnly(directory, new DiskFiles());
                    EventCursor cursor = reader.read(0)) {
                int seen = 0;
                for (int i = 1; i <= 60; i++) {
                    while (cursor.next()) {
                        assertThat(cursor.event()).isEqualTo(events(seen++, 1).getFirst());
                    }
                    assertThat(seen).isEqualTo(i * 10);
                    assertThat(reader.endOffset()).isEqualTo(i * 10L);
                    writer.append(events(i * 10, 10));
                }
                assertThatThrownBy(() -> reader.append(events(0, 1)))
                        .hasMessageContaining("for reading");
            }
        }
    }

    @Test
    void saysWhenThereIsNothingToRead() {
        assertThatThrownBy(() -> EventLog.openReadOnly(directory.resolve("none"), new DiskFiles()))
                .satisfies(e -> assertCode(e, DataError.FILE_NOT_FOUND));
    }

    @Test
    void retentionBoundsTheBytes() throws IOException {
        try (EventLog log = open(settings(8 << 10, 24 << 10))) {
            try (EventCursor early = log.read(0)) {
                log.append(events(0, 10));
                assertThat(early.next()).isTrue();
                for (int i = 1; i < 100; i++) {
                    log.append(events(i * 10, 10));
                }
                assertThat(log.startOffset()).isPositive();
                assertThat(readAll(log, 0)).hasSize((int) (1000 - log.startOffset()));
                long last = -1;
                while (early.next()) {
                    last = early.event().offset();
                }
                assertThat(last).isEqualTo(999);
            }
        }
        long bytes = 0;
        for (Path file : Files.list(directory).toList()) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThan(33 << 10);
    }

    @Test
    void aFullDiskIsToldAndTheLogGoesOnWhenThereIsRoom() {
        ForgetfulFiles files = new ForgetfulFiles(new SplittableRandom(3));
        try (EventLog log = EventLog.open(directory, SMALL, files)) {
            log.append(events(0, 10));
            files.capacity(100);
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> log.append(events(10, 1000)))
                        .satisfies(e -> assertCode(e, DataError.STORE_FULL))
                        .hasMessageContaining("disk is full");
            }
            files.capacity(Long.MAX_VALUE);
            assertThat(log.append(events(10, 5))).isEqualTo(10);
            assertThat(readAll(log, 0)).isEqualTo(events(0, 15));
        }
        files.crash();
        try (EventLog log = EventLog.open(directory, SMALL, files)) {
            assertThat(readAll(log, 0)).isEqualTo(events(0, 15));
        }
    }

    @Test
    void refusesWhatIsTooLargeForOneGroup() {
        try (EventLog log = open(SMALL)) {
            String megabyte = "q".repeat(1 << 20);
            assertThatThrownBy(() -> log.append(List.of(SampleEvents.logged(0, "e", megabyte))))
                    .satisfies(e -> assertCode(e, DataError.EVENT_INVALID))
                    .hasMessageContaining("1MiB");
        }
    }

    @Test
    void aProducerIsToldWhenTheQueueStaysFull() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        EventLogSettings tight =
                new EventLogSettings(
                        DataSize.ofMebibytes(1),
                        new DataSize(4096),
                        new DataSize(4096),
                        Duration.ofMillis(20),
                        DataSize.ofMebibytes(8),
                        Duration.ofDays(1));
        StallingFiles files = new StallingFiles(release);
        try (EventLog log = EventLog.open(directory, tight, files)) {
            files.stall();
            Thread first = Thread.ofVirtual().start(() -> log.append(events(0, 30)));
            files.awaitStalled();
            Thread second = Thread.ofVirtual().start(() -> log.append(events(0, 100)));
            while (second.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> log.append(events(0, 100)))
                    .satisfies(e -> assertCode(e, DataError.STORE_BUSY))
                    .hasMessageContaining("4KiB");
            release.countDown();
            first.join();
            second.join();
            assertThat(log.endOffset()).isEqualTo(130);
        }
    }

    @Test
    void refusesToAppendWhenClosed() {
        EventLog log = open(SMALL);
        log.close();
        assertThatThrownBy(() -> log.append(events(0, 1))).hasMessageContaining("closed");
    }
}
