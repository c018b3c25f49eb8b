package dev.vitrine.data.cleaning;

import static dev.vitrine.data.dataset.Logged.NOON;
import static dev.vitrine.data.dataset.Logged.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.kernel.config.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetAsideTest {
    private static final DataSize ROOM = DataSize.ofMebibytes(1);

    @TempDir private Path directory;

    @Test
    void whatWasSetAsideIsReadAgain() {
        SetAsideEntry entry =
                new SetAsideEntry("malformed", "price", "no \"number\"", "a.csv", 7, "x,\u00e9\ny");
        Path file = write(entry);
        assertThat(entries(file)).containsExactly(entry);
    }

    @Test
    void eventsOfTheLogAreKeptWithTheirOffset() {
        try (SetAside aside = SetAside.in(directory, "dataset", ROOM)) {
            aside.setAside(
                    new Finding(Rule.ROBOT, "visitorId", "too fast"), view(42, 5, "a", NOON));
        }
        SetAsideEntry entry = entries(directory.resolve("dataset.jsonl.zst")).getFirst();
        assertThat(entry.rule()).isEqualTo("robot-like-visitor");
        assertThat(entry.origin()).isEqualTo("log");
        assertThat(entry.line()).isEqualTo(42);
        assertThat(entry.record()).contains("\"visitor\":5").contains("\"id\":\"a\"");
    }

    @Test
    void aReplayKeepsOnlyWhatIsStillRefused() {
        Path file = write(entry(1), entry(2), entry(3));
        SetAside.Replay replay = SetAside.replay(file, entry -> entry.line() != 2);
        assertThat(replay).isEqualTo(new SetAside.Replay(2, 1));
        assertThat(entries(file)).containsExactly(entry(2));
        assertThat(SetAside.replay(file, entry -> true)).isEqualTo(new SetAside.Replay(1, 0));
        assertThat(file).doesNotExist();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nothingSetAsideLeavesNoFileAndASecondRunTakesANewName() throws IOException {
        SetAside.in(directory, "import", ROOM).close();
        assertThat(directory).isEmptyDirectory();
        write(entry(1));
        write(entry(2));
        try (var files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("import.jsonl.zst", "import-2.jsonl.zst");
        }
    }

    @Test
    void beyondTheLimitRecordsAreCounted() {
        try (SetAside aside = SetAside.in(directory, "import", new DataSize(150))) {
            for (int i = 0; i < 5; i++) {
                aside.add(entry(i));
            }
            assertThat(aside.written()).isEqualTo(2);
            assertThat(aside.notKept()).isEqualTo(3);
        }
    }

    @Test
    void aFileCutOffByACrashGivesItsWholeLines() throws IOException {
        Path file = directory.resolve("import.jsonl.zst");
        try (SetAside aside = SetAside.in(directory, "import", ROOM)) {
            for (int i = 0; i < 1_500; i++) {
                aside.add(entry(i));
            }
            Files.copy(file, directory.resolve("cut.jsonl.zst"));
        }
        assertThat(entries(directory.resolve("cut.jsonl.zst"))).hasSize(1_000);
    }

    @Test
    void aFileCutInTheMiddleOfABlockGivesItsWholeLines() throws IOException {
        Path file = directory.resolve("import.jsonl.zst");
        Random random = new Random(11);
        try (SetAside aside = SetAside.in(directory, "import", ROOM)) {
            for (int i = 0; i < 5_500; i++) {
                String record = Long.toString(random.nextLong(), 36);
                aside.add(new SetAsideEntry("malformed", "", "reason", "a.csv", i, record));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 3, whole.length / 7, whole.length * 2 / 3}) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<SetAsideEntry> read = entries(file);
            assertThat(read)
                    .hasSizeBetween(Math.max(0, 5_500 * length / whole.length - 1_100), 5_500);
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i).line()).isEqualTo(i);
            }
        }
        // As a file system leaves it that made the file long before it wrote its bytes.
        Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, whole.length / 2), whole.length));
        assertThat(entries(file)).hasSizeBetween(1_000, 3_500);
    }

    @Test
    void afterACrashItGoesOnWhereItWasForced() {
        long keep;
        try (SetAside aside = SetAside.in(directory, "import", ROOM)) {
            aside.add(entry(1));
            aside.add(entry(2));
            keep = aside.force();
            assertThat(aside.force()).isEqualTo(keep);
            assertThat(entries(aside.file())).containsExactly(entry(1), entry(2));
            for (int i = 3; i < 1_500; i++) {
                aside.add(entry(i));
            }
        }
        Path file;
        try (SetAside aside = SetAside.after(keep, directory, "import", ROOM)) {
            assertThat(aside.force()).isEqualTo(keep);
            aside.add(entry(7));
            assertThat(aside.force()).isGreaterThan(keep);
            file = aside.file();
        }
        assertThat(entries(file)).containsExactly(entry(1), entry(2), entry(7));
        SetAside.after(0, directory, "import", ROOM).close();
        assertThat(directory).isEmptyDirectory();
    }

    private static SetAsideEntry entry(long line) {
        return new SetAsideEntry("malformed", "", "reason", "a.csv", line, "raw");
    }

    private Path write(SetAsideEntry... entries) {
        try (SetAside aside = SetAside.in(directory, "import", ROOM)) {
            Arrays.stream(entries).forEach(aside::add);
            return aside.file();
        }
    }

    private static List<SetAsideEntry> entries(Path file) {
        List<SetAsideEntry> entries = new ArrayList<>();
        SetAside.read(file, entries::add);
        return entries;
    }
}
