package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.linear.FitBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was killed goes on where it was, and never on other data. */
class NextItemResumeTest {
    private static final int ITEMS = 40;
    private static final String KILLED = "killed";

    @TempDir private Path folder;

    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void walks() throws IOException {
        write(3);
    }

    /** Of sixty people the item after {@code i} is mostly {@code 7 i + 3}. */
    private void write(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        for (int person = 1; person <= 60; person++) {
            text.append(person);
            int item = random.nextInt(ITEMS);
            for (int i = 0; i < 8; i++) {
                text.append(' ').append(item + 1);
                item = random.nextInt(10) == 0 ? random.nextInt(ITEMS) : (7 * item + 3) % ITEMS;
            }
            text.append('\n');
        }
        Path walks = Files.createDirectories(folder.resolve("data/walks"));
        try (GZIPOutputStream out =
                new GZIPOutputStream(Files.newOutputStream(walks.resolve("sequences.txt.gz")))) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Keeps what is told; ends the run at a step. */
    private Progress until(String last) {
        return new Progress() {
            @Override
            public void start(String step, String unit, long total) {
                told.add(step);
                if (step.contains(last)) {
                    throw new IllegalStateException(KILLED);
                }
            }

            @Override
            public void advance(long done) {}

            @Override
            public void finish(String summary) {
                told.add(summary);
            }
        };
    }

    private Evaluations evaluations(String fits, String last) {
        return new Evaluations(
                folder.resolve("data"),
                folder.resolve(fits),
                new FitBudget(1, DataSize.ofMebibytes(512)),
                "code",
                until(last));
    }

    private Map<String, Double> run(String fits, String last) {
        told.clear();
        return evaluations(fits, last)
                .run("walks", List.of("recurrent"), 2, outcome -> {})
                .getFirst()
                .report()
                .figures();
    }

    private void assertKilled(String fits, String last) {
        assertThatThrownBy(() -> run(fits, last)).hasMessage(KILLED);
    }

    private long begun() {
        return told.stream().filter(line -> line.contains("epoch 1 of")).count();
    }

    @Test
    void goesOnAndHasTheFitsThatEnded() {
        Map<String, Double> whole = run("whole", "never");
        assertThat(begun()).isEqualTo(2);
        assertThat(told).noneMatch(line -> line.startsWith("goes on"));

        assertKilled("fits", "epoch 3 of");
        assertThat(run("fits", "never")).isEqualTo(whole);
        assertThat(told).contains("goes on after epoch 2");
        assertThat(begun()).isEqualTo(1);

        assertThat(run("fits", "never")).isEqualTo(whole);
        assertThat(told).filteredOn(line -> line.startsWith("was fitted before")).hasSize(2);
        assertThat(begun()).isZero();

        evaluations("fits", "never").forget("walks", 2);
        assertKilled("fits", "epoch 2 of");
        assertThat(begun()).isEqualTo(1);
    }

    @Test
    void onOtherDataItBeginsAnew() throws IOException {
        assertKilled("fits", "epoch 3 of");
        write(4);
        assertKilled("fits", "epoch 2 of");
        assertThat(told).noneMatch(line -> line.startsWith("goes on"));
        assertThat(begun()).isEqualTo(1);
    }

    @Test
    void aSecondRunIsRefused() {
        try (FitFolder first = FitFolder.open(folder.resolve("fits"), "walks-recurrent-1")) {
            assertThat(first.path()).isDirectory();
            assertThatThrownBy(() -> run("fits", "never"))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("another run");
        }
    }

    /** What is known of the items belongs to the data, and what is validated on. */
    @Test
    void theHashIsOfAllThatAFitDependsOn() throws IOException {
        String before = hash(false);
        assertThat(hash(false)).isEqualTo(before);
        assertThat(hash(true)).isNotEqualTo(before);
        Path attributes = folder.resolve("data/walks/item2attributes.json.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(attributes))) {
            out.write("{\"1\":[1]}".getBytes(StandardCharsets.UTF_8));
        }
        String described = hash(false);
        assertThat(described).isNotEqualTo(before);
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(attributes))) {
            out.write("{\"2\":[1]}".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(hash(false)).isNotEqualTo(described);
    }

    private String hash(boolean again) {
        return NextItemData.read("walks", NextItemData.DESCRIBED, folder.resolve("data/walks"))
                .hash(again);
    }
}
