package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HomeCopyTest {
    @TempDir Path folder;

    private Path home;

    @BeforeEach
    void aHome() throws IOException {
        home = folder.resolve("home");
        Home.open(home).close();
        Files.writeString(Files.createDirectories(home.resolve("log/deep")).resolve("one"), "1");
    }

    private static void failed(ThrowingCallable copy, String... words) {
        assertThatThrownBy(copy)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(ServerError.BACKUP_FAILED))
                .hasMessageContainingAll(words);
    }

    @Test
    void copiesAllAndLeavesNothingBeside() throws IOException {
        HomeCopy.copy(home, folder.resolve("new/backup"));
        assertThat(folder.resolve("new/backup/log/deep/one")).hasContent("1");
        assertThat(Home.readOnly(folder.resolve("new/backup")).root()).exists();
        assertThat(folder.resolve("new")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void copiesWhatALinkPointsTo() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("disk"));
        Files.writeString(elsewhere.resolve("two"), "2");
        Files.createSymbolicLink(home.resolve("artifacts"), elsewhere);
        HomeCopy.copy(home, folder.resolve("backup"));
        assertThat(folder.resolve("backup/artifacts")).isDirectory();
        assertThat(folder.resolve("backup/artifacts/two")).hasContent("2");
    }

    @Test
    void refusesToCopyAHomeIntoItself() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), home);
        failed(() -> HomeCopy.copy(home, home), "exists already");
        failed(() -> HomeCopy.copy(home, home.resolve("bk")), "lies in");
        failed(() -> HomeCopy.copy(home, home.resolve("a/b/../bk")), "lies in");
        failed(() -> HomeCopy.copy(home, folder.resolve("link/bk")), "lies in");
        failed(() -> HomeCopy.copy(folder.resolve("link"), home.resolve("bk")), "lies in");
        assertThat(home.resolve("a")).doesNotExist();
        HomeCopy.copy(home, folder.resolve("home2"));
        assertThat(folder.resolve("home2/log/deep/one")).hasContent("1");
    }

    @Test
    void leavesNoTargetWhenItFails() throws IOException {
        Files.createSymbolicLink(home.resolve("round"), home);
        failed(() -> HomeCopy.copy(home, folder.resolve("backup")), "backup");
        assertThat(folder.resolve("backup")).doesNotExist();
        assertThat(folder.resolve("backup.part")).doesNotExist();
    }

    @Test
    void saysWhatACopyThatWasCutOffHasLeft() throws IOException {
        Files.createDirectories(folder.resolve("backup.part/log"));
        failed(() -> HomeCopy.copy(home, folder.resolve("backup")), "backup.part", "delete it");
        assertThat(folder.resolve("backup")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() {
        assumeThat(Path.of("/proc/self")).exists();
        failed(() -> HomeCopy.copy(home, Path.of("/proc/backup")), "/proc/backup");
    }
}
