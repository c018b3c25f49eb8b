package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.FitBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of one's own are judged as the public data set whose files they have. */
class LayoutTest {
    @TempDir private Path data;

    private Evaluations evaluations() {
        return new Evaluations(
                data, new FitBudget(1, DataSize.ofMebibytes(100)), "code", Progress.NONE);
    }

    private void write(String folder, String file, String text) throws IOException {
        Path path = Files.createDirectories(data.resolve(folder)).resolve(file);
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void theFilesSayWhichItIsLike() throws IOException {
        write("walks", "sequences.txt.gz", "1 1 2 3 4\n2 2 3 4 1\n");
        write("sessions", "train_sessions.txt.gz", "1 2 3\n");
        write("sessions", "test_prefix_target.tsv.gz", "1 2\t3\n");
        write("half", "train_sessions.txt.gz", "1 2 3\n");
        write("rows", "train.txt.gz", "0 1 2\n");
        write("rows", "test.txt.gz", "0 3\n");
        assertThat(evaluations().like("walks")).isEqualTo("amazon-beauty");
        assertThat(evaluations().like("sessions")).isEqualTo("diginetica");
        assertThat(evaluations().like("rows")).isEqualTo("amazon-electronics");
        assertThat(evaluations().like("gowalla")).isEqualTo("gowalla");
        for (String other : List.of("half", "absent")) {
            assertThatThrownBy(() -> evaluations().like(other))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("no data set '" + other + "'");
        }
    }

    private void assertRefused(String folder, String model, String... words) {
        assertThatThrownBy(() -> evaluations().run(folder, List.of(model), 1, outcome -> {}))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(TrainingError.DATA_UNSUITABLE))
                .hasMessageContainingAll(words);
    }

    @Test
    void whereThereIsNothingToAskThereAreNoFigures() throws IOException {
        write("empty", "sequences.txt.gz", "");
        write("short", "sequences.txt.gz", "1 1\n2 2\n3 3\n");
        write("single", "sequences.txt.gz", "1 1 1 1\n2 1 1 1 1\n");
        write("pairs", "interactions.txt.gz", "1 1\n2 2\n");
        write("sessions", "train_sessions.txt.gz", "1 2 3\n2 3\n");
        write("sessions", "test_prefix_target.tsv.gz", "");
        write("rows", "train.txt.gz", "0 1 2\n1 0\n");
        write("rows", "test.txt.gz", "");
        for (String model : List.of("popularity", "markov")) {
            assertRefused("empty", model, "empty has 0 items");
            assertRefused("short", model, "short has nothing to ask");
            assertRefused("single", model, "single has 1 items");
        }
        assertRefused("pairs", "popularity", "pairs has nothing to ask");
        assertRefused("sessions", "popularity", "sessions has");
        assertRefused("rows", "popularity", "rows has nothing to ask");
    }

    @Test
    void seedsAndTuningAreForSomeDataSetsOnly() throws IOException {
        write("rows", "train.txt.gz", "0 1 2\n1 0\n");
        write("rows", "test.txt.gz", "0 0\n");
        assertThatThrownBy(() -> evaluations().run("rows", List.of("popularity"), 3, outcome -> {}))
                .hasMessageContaining("no 3 seeds");
        assertThatThrownBy(() ->
                        evaluations().tune("online-shoppers", "transformer", 2, 1, trial -> {}))
                .hasMessageContainingAll("online-shoppers", "not looked for", "amazon-beauty");
    }

    @Test
    void sequencesNeedNoAttributes() throws IOException {
        write("walks", "sequences.txt.gz", "1 1 2 3 4\n2 2 3 4 1\n3 1 3 4 2\n");
        List<Outcome> outcomes =
                evaluations().run("walks", List.of("popularity"), 1, outcome -> {});
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst().dataset()).isEqualTo("walks");
        assertThat(outcomes.getFirst().report().questions()).isEqualTo(3);
    }
}
