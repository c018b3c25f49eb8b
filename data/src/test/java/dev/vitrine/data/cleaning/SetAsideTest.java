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
