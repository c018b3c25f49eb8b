package dev.vitrine.registry.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what was written stays, and that what was changed shows. */
class AuditLogTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-20T10:00:00Z"));
    private static final AuditSettings SMALL = new AuditSettings(500, 4);

    @TempDir Path folder;
    @TempDir Path copies;

    private AuditLog open() {
        return AuditLog.open(folder, AuditSettings.DEFAULT, CLOCK);
    }

    private static void fill(AuditLog log, int entries) {
        for (int i = 1; i <= entries; i++) {
            log.append("ada", "release.promote", "r" + i, Map.of("ndcg", "0." + i));
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
        }
    }

    @Test
    void entriesAreReadNewestFirstAndByWhoActionAndSubject() {
        try (AuditLog log = open()) {
            fill(log, 3);
            log.append("training", "release.retain", "r1", Map.of());
            log.append("training", "releases", "r1", Map.of());
            assertThat(log.read(AuditQuery.newest(2)))
                    .extracting(AuditEntry::sequence)
                    .containsExactly(5L, 4L);
            assertThat(log.read(new AuditQuery(4, 10, "", "", "")))
                    .extracting(AuditEntry::subject)
                    .containsExactly("r3", "r2", "r1");
            assertThat(log.read(new AuditQuery(Long.MAX_VALUE, 10, "", "release", "r1")))
                    .extracting(AuditEntry::action)
                    .containsExactly("release.retain", "release.promote");
            assertThat(log.read(new AuditQuery(Long.MAX_VALUE, 10, "training", "", ""))).hasSize(2);
            AuditEntry first = log.read(AuditQuery.newest(10)).getLast();
            assertThat(first.evidence()).containsEntry("ndcg", "0.1");
            assertThat(first.at()).isEqualTo(CLOCK.instant());
            assertThat(first.previous()).isEqualTo(AuditLine.NO_HASH);
        }
    }

    @Test
    void anotherProcessGoesOnWhereTheFirstOneStopped() {
        try (AuditLog one = open();
                AuditLog two = open()) {
            fill(one, 2);
            fill(two, 2);
            fill(one, 1);
            AuditVerification found = one.verify();
            assertThat(found.problem()).isEmpty();
            assertThat(found.entries()).isEqualTo(5);
            assertThat(two.read(AuditQuery.newest(1)).getFirst().hash()).isEqualTo(found.head());
        }
        try (AuditLog later = open()) {
            fill(later, 1);
            assertThat(later.verify().last()).isEqualTo(6);
            assertThat(later.verify().holds()).isTrue();
        }
    }

    @Test
    void manyThreadsGetAnEntryEach() throws Exception {
        try (AuditLog log = open();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<List<Long>>> done = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String who = "thread" + thread;
                done.add(
                        threads.submit(() -> {
                            List<Long> numbers = new ArrayList<>();
                            for (int i = 0; i < 40; i++) {
                                numbers.add(log.append(who, "a", "", Map.of()).sequence());
                            }
                            return numbers;
                        }));
            }
            Set<Long> all = new HashSet<>();
            for (Future<List<Long>> one : done) {
                assertThat(one.get()).isSorted();
                all.addAll(one.get());
            }
            assertThat(all).hasSize(320);
            assertThat(log.verify().entries()).isEqualTo(320);
            assertThat(log.verify().holds()).isTrue();
        }
    }

    @Test
    void aHalfWrittenLineIsCutOffAndNothingElse() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 3);
        }
        Files.writeString(
                segments().getFirst(), "{\"sequence\":4,\"at\"", StandardOpenOption.APPEND);
        try (AuditLog log = open()) {
            assertThat(log.verify().entries()).isEqualTo(3);
            assertThat(log.append("ada", "a", "", Map.of()).sequence()).isEqualTo(4);
            assertThat(log.verify().holds()).isTrue();
        }
    }

    @Test
    void aFileBegunByAProcessThatDiedIsTakenAway() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 3);
        }
        Files.writeString(folder.resolve("audit-000000000004.jsonl"), "{\"seq");
        try (AuditLog log = open()) {
            assertThat(log.append("ada", "a", "", Map.of()).sequence()).isEqualTo(4);
            assertThat(log.verify().problem()).isEmpty();
        }
    }

    @Test
    void everyChangedByteShows() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 6);
        }
        Path segment = segments().getFirst();
        byte[] good = Files.readAllBytes(segment);
        SplittableRandom random = new SplittableRandom(11);
        for (int trial = 0; trial < 300; trial++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(7));
            Files.write(segment, bad);
            try (AuditLog log = new Reader().log()) {
                assertThat(log.verify().holds()).as("trial %d", trial).isFalse();
            }
        }
        Files.write(segment, good);
        try (AuditLog log = open()) {
            assertThat(log.verify().holds()).isTrue();
        }
    }

    /** Opens a copy, since opening may cut off a torn end. */
    private final class Reader {
        AuditLog log() throws IOException {
            Path copy = Files.createTempDirectory(copies, "copy");
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName().toString()));
                }
            }
            return AuditLog.open(copy, AuditSettings.DEFAULT, CLOCK);
        }
    }

    @Test
    void aRemovedASwappedAndACutOffEntryShow() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 5);
        }
        Path segment = segments().getFirst();
        List<String> good = Files.readAllLines(segment);
        List<String> without = new ArrayList<>(good);
        without.remove(2);
        Files.write(segment, without);
        assertThat(verified()).contains("is entry 4 and follows 2");
        List<String> swapped = new ArrayList<>(good);
        swapped.set(1, good.get(2));
        swapped.set(2, good.get(1));
        Files.write(segment, swapped);
        assertThat(verified()).contains("is entry 3 and follows 1");
        Files.write(segment, good.subList(0, 3));
        assertThat(verified()).contains("entries after 3 are missing: there were 5");
        try (AuditLog log = open()) {
            assertThat(log.append("ada", "a", "", Map.of()).sequence()).isEqualTo(6);
            assertThat(log.verify().problem().orElseThrow()).contains("is entry 6 and follows 3");
        }
    }

    private String verified() {
        try (AuditLog log = open()) {
            return log.verify().problem().orElseThrow();
        }
    }

    @Test
    void anEntryMadeUpWithAHashOfItsOwnDoesNotFitTheChain() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 3);
        }
        Path segment = segments().getFirst();
        List<String> lines = new ArrayList<>(Files.readAllLines(segment));
        AuditEntry second = AuditLine.read(lines.get(1));
        lines.set(
                1,
                AuditLine.write(
                        AuditLine.entry(
                                2,
                                second.at(),
                                "nobody",
                                second.action(),
                                second.subject(),
                                second.evidence(),
                                second.previous())));
        Files.write(segment, lines);
        assertThat(verified()).contains("line 3 does not name the hash of the entry before it");
    }

    @Test
    void afterALineThatDoesNotHoldEntriesGoOnInAFileOfTheirOwn() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 3);
        }
        Path segment = segments().getFirst();
        List<String> lines = new ArrayList<>(Files.readAllLines(segment));
        lines.set(2, lines.get(2).replace("ada", "eve"));
        Files.write(segment, lines);
        byte[] evidence = Files.readAllBytes(segment);
        try (AuditLog log = open()) {
            assertThat(log.append("ada", "a", "", Map.of()).sequence()).isEqualTo(4);
            assertThat(log.verify().problem().orElseThrow())
                    .contains("line 3 was changed after it was written");
            assertThat(log.read(AuditQuery.newest(1)).getFirst().sequence()).isEqualTo(4);
        }
        assertThat(Files.readAllBytes(segment)).isEqualTo(evidence);
    }

    @Test
    void oldFilesGoAndAnEntrySaysSo() throws IOException {
        try (AuditLog log = AuditLog.open(folder, SMALL, CLOCK)) {
            fill(log, 40);
            assertThat(segments()).hasSizeLessThanOrEqualTo(4);
            AuditVerification found = log.verify();
            assertThat(found.problem()).isEmpty();
            assertThat(found.first()).isGreaterThan(1);
            AuditEntry trim =
                    log.read(new AuditQuery(Long.MAX_VALUE, 1, "", "audit.trim", "")).getFirst();
            assertThat(trim.evidence()).containsEntry("last", Long.toString(found.first() - 1));
        }
    }

    @Test
    void aBeginningThatIsGoneShows() throws IOException {
        try (AuditLog log = open()) {
            fill(log, 9);
        }
        Path segment = segments().getFirst();
        List<String> good = Files.readAllLines(segment);
        Files.write(segment, good.subList(3, 9));
        assertThat(verified())
                .isEqualTo("entries 1 to 3 are missing: no entry says that they were trimmed");
        try (AuditLog log = open()) {
            fill(log, 1);
            assertThat(log.verify().holds()).isFalse();
        }
        Files.delete(segment);
        assertThat(verified()).isEqualTo("entries after 0 are missing: there were 10");
        try (AuditLog log = open()) {
            fill(log, 1);
        }
        assertThat(verified())
                .isEqualTo("entries 1 to 10 are missing: no entry says that they were trimmed");
    }

    @Test
    void moreThanWasTrimmedShows() throws IOException {
        try (AuditLog log = AuditLog.open(folder, SMALL, CLOCK)) {
            fill(log, 40);
            long trimmed = log.verify().first() - 1;
            Path oldest = segments().getFirst();
            Files.writeString(
                    oldest,
                    Files.readString(oldest).substring(Files.readString(oldest).indexOf('\n') + 1));
            assertThat(log.verify().problem().orElseThrow())
                    .startsWith(
                            "entries " + (trimmed + 1) + " to " + (trimmed + 1) + " are missing");
            Files.delete(oldest);
            assertThat(log.verify().problem().orElseThrow())
                    .startsWith("entries " + (trimmed + 1) + " to ");
        }
    }

    /** A process died after it had said what goes and before that had gone. */
    @Test
    void whatShouldHaveGoneGoesWithTheNext() throws IOException {
        try (AuditLog log = AuditLog.open(folder, SMALL, CLOCK)) {
            fill(log, 1);
            Path oldest = segments().getFirst();
            byte[] content = new byte[0];
            while (Files.exists(oldest)) {
                content = Files.readAllBytes(oldest);
                fill(log, 1);
            }
            Files.write(oldest, content);
            assertThat(segments()).hasSize(5);
            assertThat(log.verify().problem()).isEmpty();
            fill(log, 10);
            assertThat(segments()).hasSizeLessThanOrEqualTo(4);
            assertThat(log.verify().problem()).isEmpty();
        }
    }

    @Test
    void textsOfAnySortStayOnOneLineAndAreBounded() {
        try (AuditLog log = open()) {
            AuditEntry entry =
                    log.append(
                            "a\nb\"}\u2028",
                            "\",\"hash\":\"" + "0".repeat(64) + "\"}",
                            "x".repeat(5_000),
                            Map.of("\ud83d\ude00", "\ud83d".repeat(3)));
            assertThat(entry.subject()).hasSize(1_000);
            assertThat(log.verify().holds()).isTrue();
            assertThat(log.read(AuditQuery.newest(1)).getFirst().who()).isEqualTo("a\nb\"}\u2028");
            assertThat(
                            log.read(AuditQuery.newest(1))
                                    .getFirst()
                                    .subject()
                                    .getBytes(StandardCharsets.UTF_8))
                    .hasSize(1_002);
        }
    }
}
