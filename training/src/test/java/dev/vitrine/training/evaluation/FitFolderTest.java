package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitFolderTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

    @TempDir private Path root;

    private Path fit(String name, Duration age) throws IOException {
        try (FitFolder own = FitFolder.open(root, name)) {
            Path fit = Files.writeString(own.path().resolve("fit"), "a fit");
            for (Path file : new Path[] {fit, own.path().resolve("lock")}) {
                Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
            }
            return fit;
        }
    }

    @Test
    void oneRunAtATime() throws IOException {
        Path fit = fit("walks-transformer-1", Duration.ZERO);
        try (FitFolder first = FitFolder.open(root, "walks-transformer-1");
                FitFolder other = FitFolder.open(root, "walks-transformer-2")) {
            assertThat(first.path()).isNotEqualTo(other.path());
            assertThatThrownBy(() -> FitFolder.open(root, "walks-transformer-1"))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(TrainingError.FIT_RUNNING))
                    .hasMessageContainingAll("walks-transformer-1", "VITRINE_CACHE");
            FitFolder.forget(root, "walks-transformer-1");
            assertThat(fit).exists();
        }
        FitFolder.forget(root, "walks-transformer-1");
        assertThat(fit).doesNotExist();
        FitFolder.forget(root, "never-1");
        assertThat(root.resolve("never-1")).doesNotExist();
    }

    @Test
    void whatNobodyCameBackForIsForgotten() throws IOException {
        Path old = fit("old-transformer-1", Duration.ofDays(8));
        Path young = fit("young-transformer-1", Duration.ofDays(6));
        FitFolder.forgetOld(root, NOW);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        FitFolder.forgetOld(root.resolve("absent"), NOW);
    }
}
