package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicFilesTest {
    @TempDir private Path folder;

    private void write(String name, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void readsRowsOfBothPartsInOneShape() throws IOException {
        write("train.txt.gz", "0 3 1\n2 0\n\n");
        write("test.txt.gz", "0 2\n3 5 4\n");
        TopNSplit split = PublicFiles.topN("toy", folder);
        assertThat(split.train().rows()).isEqualTo(4);
        assertThat(split.train().columns()).isEqualTo(6);
        assertThat(split.train().row(0)).containsExactly(1, 3);
        assertThat(split.train().row(1)).isEmpty();
        assertThat(split.test().row(3)).containsExactly(4, 5);
        assertThat(split.questions().size()).isEqualTo(2);
    }

    @Test
    void readsSessionsFromOne() throws IOException {
        write("train_sessions.txt.gz", "1 2 2 4\n2 3\n");
        write("test_prefix_target.tsv.gz", "1 4\t2\n3\t1\n");
        SessionSplit split = PublicFiles.sessions("toy", folder);
        assertThat(split.items()).isEqualTo(4);
        assertThat(split.sessions()[0]).containsExactly(0, 1, 1, 3);
        assertThat(split.membership().row(0)).containsExactly(0, 1, 3);
        assertThat(split.questions().history(0).items()).containsExactly(0, 3);
        assertThat(split.questions().answers(1)).containsExactly(0);
        assertThat(split.questions().hidesHistory()).isFalse();
    }

    @Test
    void leavesTheLastOut() throws IOException {
        write("sequences.txt.gz", "1 5 6 7\n2 1 2\n");
        SequenceSplit split = PublicFiles.sequences("toy", folder);
        assertThat(split.test().size()).isEqualTo(1);
        assertThat(split.test().history(0).items()).containsExactly(4, 5);
        assertThat(split.test().answers(0)).containsExactly(6);
        assertThat(split.validation().history(0).items()).containsExactly(4);
        assertThat(split.train()[0]).containsExactly(4);
        assertThat(split.train()[1]).containsExactly(0, 1);
    }

    @Test
    void namesThePlaceOfWhatIsNoNumber() throws IOException {
        write("train.txt.gz", "0 3 1\n2 x\n");
        write("test.txt.gz", "0 2\n");
        assertFails("line 2, character 3");
        write("train.txt.gz", "0 99999999999999999999\n");
        assertFails("line 1");
        write("train.txt.gz", "0 -4\n");
        assertFails("line 1, character 3");
    }

    @Test
    void namesThePlaceOfWhatIsNotOfItsForm() throws IOException {
        write("sequences.txt.gz", "1 5 6\n2 7 0\n");
        assertFails(
                () -> PublicFiles.sequences("toy", folder),
                "sequences.txt.gz, line 2, character 5",
                "from 1");
        write("interactions.txt.gz", "1 5\n\n2 7 8\n");
        assertFails(
                () -> PublicFiles.interactions("toy", folder),
                "interactions.txt.gz, line 3",
                "a user and an item",
                "numbers: 3");
        write("train_sessions.txt.gz", "1 2\n");
        write("test_prefix_target.tsv.gz", "1\t2\n3\n");
        assertFails(
                () -> PublicFiles.sessions("toy", folder),
                "test_prefix_target.tsv.gz, line 2",
                "the one that came next");
    }

    @Test
    void readsAndRefusesAttributes() throws IOException {
        assertThat(PublicFiles.features(folder, 2).count()).isZero();
        write("item2attributes.json.gz", "{\"1\":[3,1],\"2\":[]}");
        assertThat(PublicFiles.features(folder, 2).count()).isEqualTo(3);
        assertThat(PublicFiles.features(folder, 2).features()[0]).containsExactly(2, 0);
        String name = "item2attributes.json.gz";
        write(name, "{\"999\":[1]}");
        assertFails(() -> PublicFiles.features(folder, 60), name, "item '999'", "1 to 60");
        write(name, "{\"one\":[1]}");
        assertFails(() -> PublicFiles.features(folder, 60), name, "item 'one'");
        write(name, "{\"1\":[0]}");
        assertFails(() -> PublicFiles.features(folder, 60), name, "item 1", "from 1");
        write(name, "{\"1\":[1.5]}");
        assertFails(() -> PublicFiles.features(folder, 60), name, "item 1", "whole numbers");
        write(name, "{\"1\":4}");
        assertFails(() -> PublicFiles.features(folder, 60), name, "item 1", "a list");
        write(name, "[1]");
        assertFails(() -> PublicFiles.features(folder, 60), name, "object");
        write(name, "{\"1\":\n[1,}");
        assertThatThrownBy(() -> PublicFiles.features(folder, 60))
                .hasMessageContainingAll(name, "line 2", "no JSON")
                .hasMessageNotContaining("REDACTED");
    }

    private static void assertFails(ThrowableAssert.ThrowingCallable reads, String... words) {
        assertThatThrownBy(reads)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.FILE_MALFORMED))
                .hasMessageContainingAll(words);
    }

    @Test
    void saysThatAFileIsCutShortOrMissing() throws IOException {
        write("train.txt.gz", "0 3 1\n".repeat(5000));
        byte[] whole = Files.readAllBytes(folder.resolve("train.txt.gz"));
        Files.write(
                folder.resolve("train.txt.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));
        assertFails("train.txt.gz");
        Files.delete(folder.resolve("train.txt.gz"));
        assertThatThrownBy(() -> PublicFiles.topN("toy", folder))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.FILE_NOT_FOUND));
    }

    private void assertFails(String place) {
        assertThatThrownBy(() -> PublicFiles.topN("toy", folder))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.FILE_MALFORMED))
                .hasMessageContaining(place);
    }
}
