package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.http.HttpSettings;
import dev.vitrine.server.watch.WatchSettings;
import dev.vitrine.server.wiring.GuardSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/server.md states the settings; both its files are read as they stand there. */
class ServerSettingsTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "server.md");

    private static ServerSettings example(int number, Path folder) throws Exception {
        Matcher examples =
                Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(DOCUMENT));
        for (int i = 0; i <= number; i++) {
            assertThat(examples.find()).isTrue();
        }
        return ServerSettings.read(
                Files.writeString(folder.resolve("server.yaml"), examples.group(1)));
    }

    @Test
    void theDocumentedDefaultsAreTheDefaults(@TempDir Path folder) throws Exception {
        ServerSettings defaults = ServerSettings.defaults();
        assertThat(example(0, folder)).isEqualTo(defaults);
        assertThat(defaults.host()).isEqualTo("127.0.0.1");
        assertThat(defaults.port()).isEqualTo(8080);
        assertThat(defaults.trainEvery()).isEqualTo(Duration.ofDays(1));
        assertThat(defaults.trainAfterEvents()).isEqualTo(100_000);
        assertThat(defaults.trainApart()).isEqualTo(Duration.ofMinutes(10));
        assertThat(defaults.access().keys()).isEmpty();
        assertThat(defaults.http()).isEqualTo(HttpSettings.defaults());
        assertThat(defaults.models()).isEqualTo(GuardSettings.defaults());
        assertThat(defaults.watch()).isEqualTo(new WatchSettings(Duration.ofHours(6), 1_000L));
    }

    @Test
    void aServerIsAtASiteAloneOrAmongSeveral(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, "site: north\n");
        try (Home home = Home.open(folder.resolve("home"))) {
            assertThat(ServerSettings.read(file).identity(home).site()).isEqualTo("north");
            assertThat(ServerSettings.defaults().identity(home).site()).isEmpty();
        }
        Files.writeString(file, "site: ../x\n");
        assertThatThrownBy(() -> ServerSettings.read(file))
                .hasMessageContaining("site must be 1 to 64 letters");
    }

    @Test
    void aWatchThatCannotBeIsRefusedByName(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, "watch: {every: PT1S}");
        assertThatThrownBy(() -> ServerSettings.read(file)).hasMessageContaining("watch.every");
        Files.writeString(file, "watch: {atLeastEvents: 0}");
        assertThatThrownBy(() -> ServerSettings.read(file))
                .hasMessageContaining("watch.atLeastEvents must be 1 or more, found 0");
        Files.writeString(file, "watch: {often: true}");
        assertThatThrownBy(() -> ServerSettings.read(file)).hasMessageContaining("often");
    }

    @Test
    void theDocumentedKeysAreRead(@TempDir Path folder) throws Exception {
        ServerSettings settings = example(1, folder);
        assertThat(settings.access().keys())
                .extracting(KeySettings::name)
                .containsExactly("pages", "import", "root");
        assertThat(settings.access().keys().getFirst().origins())
                .isEqualTo(List.of("https://shop.example"));
        assertThat(settings.access().certificate()).isPresent();
    }
}
