package dev.vitrine.data.dataset;

import static dev.vitrine.data.dataset.Logged.NOON;
import static dev.vitrine.data.dataset.Logged.detail;
import static dev.vitrine.data.dataset.Logged.event;
import static dev.vitrine.data.dataset.Logged.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.data.cleaning.CleaningSettings;
import dev.vitrine.data.cleaning.FindingSink;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.split.Part;
import dev.vitrine.data.split.SplitSpec;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
    private static final long MINUTE = 60_000;
    private static final ItemNumbers ITEMS = new ItemNumbers(id -> id.charAt(0) - 'a', 5, 9);

    @TempDir private Path directory;

    private static List<LoggedEvent> events() {
        List<LoggedEvent> events = new ArrayList<>();
        events.add(view(0, 7, "b", NOON + 3 * MINUTE));
        events.add(view(1, 3, "a", NOON));
        events.add(view(2, 7, "a", NOON + MINUTE));
        events.add(view(3, 7, "b", NOON + 2 * MINUTE));
        events.add(
                event(
                        4,
                        3,
                        0,
                        EventType.PURCHASE_COMPLETE,
                        NOON + 4 * MINUTE,
                        "",
                        detail("a", 2, 1),
                        detail("d", 1, 1)));
        events.add(event(5, 3, 0, EventType.RATING, NOON + 5 * MINUTE, "", detail("c", 1, 1)));
        events.add(event(6, 3, 0, EventType.SEARCH, NOON + 6 * MINUTE, ""));
        return events;
    }

    private Dataset build(SplitSpec split, List<LoggedEvent> events) {
        DatasetSettings settings = new DatasetSettings(split, CleaningSettings.DEFAULTS);
        return new DatasetBuilder(directory, settings)
                .build(events::iterator, ITEMS, FindingSink.NONE, Progress.NONE);
    }

    @Test
    void rowsLieByPersonAndTime() {
        Dataset dataset = build(new SplitSpec.AllTrain(), events());
        assertThat(dataset.people()).isEqualTo(2);
        assertThat(dataset.items()).isEqualTo(5);
        assertThat(dataset.events()).isEqualTo(7);
        assertThat(dataset.personNumber(0)).isEqualTo(3);
        assertThat(dataset.personNumber(1)).isEqualTo(7);
        assertThat(dataset.person(7)).isEqualTo(1);
        assertThat(dataset.person(8)).isEqualTo(-1);
        assertThat(dataset.start(1)).isEqualTo(4);
        assertThat(dataset.type(1)).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(dataset.value(1)).isEqualTo(2f);
        assertThat(dataset.value(3)).isEqualTo(4f);
        assertThat(dataset.time(6)).isEqualTo(NOON + 3 * MINUTE);
        assertThat(dataset.manifest().report().kept()).isEqualTo(7);
        assertThat(dataset.manifest().toOffset()).isEqualTo(7);
        assertThat(dataset.latest(Set.of(Part.TRAIN))).isEqualTo(NOON + 5 * MINUTE);
    }

    @Test
    void theMatrixWeighsAndTheHistoryKeepsOrder() {
        Dataset dataset = build(new SplitSpec.AllTrain(), events());
        InteractionMatrix matrix = dataset.matrix(Set.of(Part.TRAIN), TypeWeights.graded());
        assertThat(matrix.row(0)).containsExactly(0, 2, 3);
        assertThat(matrix.value()).containsExactly(4f, 2f, 4f, 1f, 1f);
        InteractionMatrix bought =
                dataset.matrix(Set.of(Part.TRAIN), TypeWeights.only(EventType.PURCHASE_COMPLETE));
        assertThat(bought.row(0)).containsExactly(0, 3);
        assertThat(bought.rowLength(1)).isZero();
        Histories histories = dataset.histories(Set.of(Part.TRAIN), TypeWeights.binary());
        assertThat(histories.people()).isEqualTo(2);
        assertThat(histories.item()).containsExactly(0, 0, 3, 2, 0, 1, 1);
        assertThat(histories.time()[4]).isEqualTo(NOON + MINUTE);
    }

    @Test
    void leaveLastOutHoldsBackTheNewest() {
        Dataset dataset = build(new SplitSpec.LeaveLastOut(3), events());
        InteractionMatrix test = dataset.targets(Part.TEST, TypeWeights.binary());
        assertThat(test.row(0)).containsExactly(2);
        assertThat(test.row(1)).containsExactly(1);
        assertThat(test.value()).containsExactly(1f, 1f);
        assertThat(dataset.manifest().parts())
                .containsEntry("train", 3)
                .containsEntry("validation", 2)
                .containsEntry("test", 2);
    }

    @Test
    void aVisitorThatLoggedInIsTheUser() {
        List<LoggedEvent> events = new ArrayList<>();
        events.add(view(0, 1, "a", NOON));
        events.add(event(1, 1, 9, EventType.CLICK, NOON + MINUTE, "", detail("b", 1, 1)));
        events.add(event(2, 2, 9, EventType.CLICK, NOON + 2 * MINUTE, "", detail("c", 1, 1)));
        events.add(event(3, 4, 8, EventType.CLICK, NOON, "", detail("c", 1, 1)));
        events.add(event(4, 4, 9, EventType.CLICK, NOON + 3 * MINUTE, "", detail("d", 1, 1)));
        events.add(view(5, 4, "e", NOON));
        Dataset dataset = build(new SplitSpec.AllTrain(), events);
        assertThat(dataset.people()).isEqualTo(3);
        InteractionMatrix matrix = dataset.matrix(Set.of(Part.TRAIN), TypeWeights.binary());
        assertThat(matrix.row(dataset.person(9))).containsExactly(0, 1, 2, 3);
        assertThat(matrix.row(dataset.person(8))).containsExactly(2);
        // Visitor 4 was used by two people; what it did while nobody was logged in is its own.
        assertThat(matrix.row(dataset.person(4))).containsExactly(4);
    }

    @Test
    void theSameLogGivesTheSameNameAndIsOpenedAgain() throws IOException {
        Dataset first = build(new SplitSpec.LeaveLastOut(3), events());
        Dataset second = build(new SplitSpec.LeaveLastOut(3), events());
        Dataset other = build(new SplitSpec.AllTrain(), events());
        assertThat(second.hash()).isEqualTo(first.hash());
        assertThat(other.hash()).isNotEqualTo(first.hash());
        assertThat(first.directory()).hasFileName(first.hash());
        try (var entries = Files.list(directory)) {
            assertThat(entries).hasSize(2);
        }
        Dataset opened = Dataset.open(first.directory());
        assertThat(opened.manifest()).isEqualTo(first.manifest());
        for (int row = 0; row < first.events(); row++) {
            assertThat(opened.item(row)).isEqualTo(first.item(row));
            assertThat(opened.time(row)).isEqualTo(first.time(row));
            assertThat(opened.part(row)).isEqualTo(first.part(row));
            assertThat(opened.value(row)).isEqualTo(first.value(row));
        }
    }

    @Test
    void theNameDoesNotDependOnTheProcessThatBuiltIt() {
        // Changes only when the layout of data sets or the default settings change.
        assertThat(build(new SplitSpec.LeaveLastOut(3), events()).hash())
                .isEqualTo("ab9d43e06b04be0407ae0b7efcd4466f6a8e304e1aaddba7cc247d465183db52");
    }

    @Test
    void aDamagedDatasetIsRefusedAndNamesTheFile() throws IOException {
        Dataset dataset = build(new SplitSpec.AllTrain(), events());
        Path item = dataset.directory().resolve("item.i32");
        byte[] bytes = Files.readAllBytes(item);
        bytes[0] ^= 1;
        Files.write(item, bytes);
        assertRefused(dataset.directory(), "item.i32 has SHA-256");
        Files.write(item, new byte[3]);
        assertRefused(dataset.directory(), "item.i32 has 3 bytes, expected 28");
        Files.delete(item);
        assertRefused(dataset.directory(), "cannot read");
        Files.writeString(dataset.directory().resolve("manifest.json"), "{}");
        assertRefused(dataset.directory(), "manifest.json has SHA-256");
    }

    private static void assertRefused(Path directory, String message) {
        assertThatThrownBy(() -> Dataset.open(directory))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.DATASET_INVALID))
                .hasMessageContaining(message);
    }

    @Test
    void anEmptyLogGivesAnEmptyDataset() {
        Dataset dataset = build(DatasetSettings.DEFAULTS.split(), List.of());
        assertThat(dataset.people()).isZero();
        assertThat(dataset.matrix(Set.of(Part.TRAIN), TypeWeights.binary()).entries()).isZero();
        assertThat(Dataset.open(dataset.directory()).events()).isZero();
    }
}
