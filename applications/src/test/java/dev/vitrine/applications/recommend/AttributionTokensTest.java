package dev.vitrine.applications.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token comes back as it was written, and only if it was written here. */
class AttributionTokensTest {
    private static final AttributionToken TOKEN =
            new AttributionToken("r-12", "similar-items", "control", "fixed", 1_763_700_000_123L);

    @TempDir private Path folder;

    private static AttributionTokens tokens(long seed) {
        byte[] secret = new byte[AttributionTokens.SECRET_BYTES];
        new Random(seed).nextBytes(secret);
        return new AttributionTokens(secret);
    }

    @Test
    void comesBackAsItWasWritten() {
        AttributionTokens tokens = tokens(1);
        String text = tokens.write(TOKEN);
        assertThat(text).matches("[A-Za-z0-9_-]{40,100}");
        assertThat(tokens.read(text)).isEqualTo(TOKEN);
    }

    @Test
    void refusesEveryChangedByte() {
        AttributionTokens tokens = tokens(1);
        String text = tokens.write(TOKEN);
        for (int i = 0; i < text.length() - 1; i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String forged = text.substring(0, i) + other + text.substring(i + 1);
            assertThat(tokens.find(forged)).as("changed at %d", i).isEmpty();
        }
        assertThat(tokens.find(text.substring(4))).isEmpty();
        assertThat(tokens.find("")).isEmpty();
        assertThat(tokens.find("!!")).isEmpty();
        assertThat(tokens.find("A".repeat(5_000))).isEmpty();
    }

    @Test
    void refusesTokensOfAnotherInstallation() {
        String foreign = tokens(2).write(TOKEN);
        assertThatThrownBy(() -> tokens(1).read(foreign))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("attributionToken");
    }

    @Test
    void keepsItsSecretInAFileOfItsOwn() throws Exception {
        Path file = folder.resolve("attribution.key");
        String text = AttributionTokens.open(file, new Random(3)).write(TOKEN);
        assertThat(AttributionTokens.open(file, new Random(4)).read(text)).isEqualTo(TOKEN);
        assertThat(Files.getPosixFilePermissions(file).toString()).doesNotContain("GROUP");
    }
}
