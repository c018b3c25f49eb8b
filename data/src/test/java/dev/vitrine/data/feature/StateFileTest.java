package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final FeatureSettings SETTINGS = FeatureSettings.defaults();

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void save() {
        file = directory.resolve("deep/state");
        ShopState state = new ShopState(SETTINGS, LoggedEvents.NUMBERS);
        LoggedEvents.random(3, 300).forEach(state::apply);
        state.save(file);
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            byte[] bad = whole.clone();
            bad[i < 64 ? i : random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertRefused(DataError.SNAPSHOT_CORRUPT);
        }
    }

    @Test
    void everyLengthButTheWholeIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 1 + length / 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(DataError.SNAPSHOT_CORRUPT);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 8));
        assertRefused(DataError.SNAPSHOT_CORRUPT);
    }

    @Test
    void aSnapshotOfOtherSettingsIsRefused() {
        assertThatThrownBy(() ->
                        ShopState.load(file, SETTINGS.withDuplicateWindow(7), LoggedEvents.NUMBERS))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.STORE_FORMAT))
                .hasMessageContaining("duplicateWindow=7");
    }

    @Test
    void aFailedSaveLeavesTheFileBeforeAlone() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Files.createDirectory(file.resolveSibling("state.tmp"));
        ShopState state = new ShopState(SETTINGS, LoggedEvents.NUMBERS);
        assertThatThrownBy(() -> state.save(file))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.STORE_FAILED));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(ShopState.load(file, SETTINGS, LoggedEvents.NUMBERS).nextOffset())
                .isEqualTo(300);
    }

    @Test
    void savingLeavesNothingBeside() throws IOException {
        try (var names = Files.list(file.getParent())) {
            assertThat(names.toList()).isEqualTo(List.of(file));
        }
    }

    private void assertRefused(DataError code) {
        assertThatThrownBy(() -> ShopState.load(file, SETTINGS, LoggedEvents.NUMBERS))
                .isInstanceOfSatisfying(
                        VitrineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(file.toString());
    }
}
