package dev.vitrine.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found is there again after a restart, whatever the end of the process was. */
class EvaluationStoreTest {
    private static final Evaluation ONE = Evaluations.one(0);

    @TempDir private Path folder;

    @Test
    void whatIsAddedIsThereAfterARestart() {
        EvaluationStore.open(folder).add(ONE);
        EvaluationStore again = EvaluationStore.open(folder);

        assertThat(again.find(1)).contains(ONE.numbered(1));
        assertThat(again.newest()).contains(ONE.numbered(1).shortened());
        assertThat(again.find(2)).isEmpty();
        assertThat(again.add(ONE).number()).isEqualTo(2);
        assertThat(again.list()).extracting(Evaluation::number).containsExactly(2L, 1L);
    }

    @Test
    void aKilledWriterLeavesWhatWasThereBefore() throws IOException {
        EvaluationStore store = EvaluationStore.open(folder);
        store.add(ONE);
        Path whole = folder.resolve("evaluation-1.json");
        byte[] bytes = Files.readAllBytes(whole);
        for (int cut : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
            Files.write(
                    folder.resolve("evaluation-2.json.part"), java.util.Arrays.copyOf(bytes, cut));
            EvaluationStore again = EvaluationStore.open(folder);

            assertThat(again.list()).hasSize(1);
            assertThat(folder.resolve("evaluation-2.json.part")).doesNotExist();
        }
    }

    @Test
    void whatCannotBeReadIsPassedOverAndItsNumberIsNotUsedAgain() throws IOException {
        EvaluationStore store = EvaluationStore.open(folder);
        store.add(ONE);
        Path one = folder.resolve("evaluation-1.json");
        Files.writeString(
                folder.resolve("evaluation-2.json"),
                Files.readString(one).replace("\"format\":1", "\"format\":2"));
        Files.writeString(folder.resolve("evaluation-3.json"), "{\"format\":1,");
        Files.writeString(folder.resolve("evaluation-4.json"), "{\"format\":1}");
        Files.writeString(folder.resolve("something.json"), "{}");
        EvaluationStore again = EvaluationStore.open(folder);

        assertThat(again.list()).extracting(Evaluation::number).containsExactly(1L);
        assertThat(again.find(2)).isEmpty();
        assertThat(again.add(ONE).number()).isEqualTo(5);
    }

    @Test
    void oneWithoutShelvesIsOneOfBefore() throws IOException {
        EvaluationStore.open(folder).add(ONE);
        Path one = folder.resolve("evaluation-1.json");
        String text = Files.readString(one);
        Files.writeString(one, text.substring(0, text.indexOf(",\"shelves\"")) + "}");

        assertThat(EvaluationStore.open(folder).find(1).orElseThrow().shelves()).isEmpty();
    }

    @Test
    void theOldestGo() throws IOException {
        EvaluationStore store = EvaluationStore.open(folder);
        for (int i = 0; i < EvaluationStore.KEPT + 5; i++) {
            store.add(ONE);
        }

        assertThat(store.list()).hasSize(EvaluationStore.KEPT);
        assertThat(store.find(5)).isEmpty();
        assertThat(store.find(6)).isPresent();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(EvaluationStore.KEPT);
        }
    }
}
