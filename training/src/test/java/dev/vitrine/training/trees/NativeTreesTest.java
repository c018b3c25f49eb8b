package dev.vitrine.training.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.metarank.lightgbm4j.LGBMBooster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeTreesTest {
    @TempDir private Path shared;

    @Test
    void leavesNothingWhereAnotherProcessWouldWriteOverIt() {
        String before = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", shared.toString());
        try {
            NativeTrees.load();
            assertThat(LGBMBooster.isNativeLoaded()).isTrue();
            assertThat(shared).isEmptyDirectory();
            assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(shared.toString());
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }
}
