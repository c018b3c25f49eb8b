package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacedFileTest {
    @TempDir private Path temp;

    @Test
    void aFileIsMadeWithItsFolderAndReplacedWhole() throws IOException {
        Path file = temp.resolve("new/folder/file.json");
        ReplacedFile.write(file, new byte[1000]);
        assertThat(file).hasBinaryContent(new byte[1000]);
        // What a killed process was writing is no part of what comes next.
        Files.write(temp.resolve("new/folder/file.json.part"), new byte[500]);
        ReplacedFile.write(file, new byte[] {1, 2});
        assertThat(file).hasBinaryContent(new byte[] {1, 2});
        assertThat(file.resolveSibling("")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void whatWasThereStaysWhereNothingCanBeWritten() throws IOException {
        Path file = temp.resolve("file.json");
        ReplacedFile.write(file, new byte[] {1});
        Files.createDirectory(temp.resolve("file.json.part"));
        assertThatThrownBy(() -> ReplacedFile.write(file, new byte[] {2}))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(ServerError.HOME_FAILED))
                .hasMessageContaining(file.toString());
        assertThat(file).hasBinaryContent(new byte[] {1});
    }
}
