package dev.vitrine.server.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.PostgresSettings;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What server.yaml may say of where the registry and the files of releases lie. */
class StoresTest {
    private static final String PLACE = "jdbc:postgresql://db.example:5432/vitrine";

    @TempDir private Path folder;

    private ServerSettings read(String yaml) throws Exception {
        return ServerSettings.read(Files.writeString(folder.resolve("server.yaml"), yaml));
    }

    private String shared(String registry) throws Exception {
        Files.writeString(folder.resolve("password"), "opensesame\n");
        return "registry: {"
                + registry.replace("FILE", folder.resolve("password").toString())
                + "}\nartifacts: {directory: "
                + folder.resolve("shared")
                + "}\n";
    }

    @Test
    void bothLieInTheHomeUnlessSomethingElseIsSaid() throws Exception {
        Stores stores = read("port: 0\n").stores();
        assertThat(stores).isEqualTo(Stores.own());
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = stores.releases(home, InstantSource.system())) {
            assertThat(releases.isShared()).isFalse();
            assertThat(home.registry()).exists();
            ArtifactStore artifacts = stores.artifacts(home, InstantSource.system());
            assertThat(artifacts.directory()).isEqualTo(home.artifacts());
        }
    }

    @Test
    void theSecretIsInItsFileAlone() throws Exception {
        ServerSettings settings =
                read(shared("url: '" + PLACE + "', user: vitrine, passwordFile: FILE"));
        Stores stores = settings.stores();
        PostgresSettings registry = stores.registry().postgres().orElseThrow();
        assertThat(registry.password().get()).isEqualTo("opensesame");
        assertThat(settings.toString() + stores.text() + registry).doesNotContain("opensesame");
        assertThat(Stores.parse(stores.text())).isEqualTo(stores);
        Files.writeString(folder.resolve("password"), "changed");
        assertThat(registry.password().get()).isEqualTo("changed");
    }

    @Test
    void aDatabaseElsewhereHasToShowWhoItIs() throws Exception {
        String user = "', user: vitrine, passwordFile: FILE";
        assertThat(url(shared("url: '" + PLACE + user))).isEqualTo(PLACE + "?sslmode=verify-full");
        String chosen = PLACE + "?sslmode=require";
        assertThat(url(shared("url: '" + chosen + user))).isEqualTo(chosen);
        assertThat(url(shared("url: '" + PLACE + "?connectTimeout=5" + user)))
                .isEqualTo(PLACE + "?connectTimeout=5&sslmode=verify-full");
        String here = "jdbc:postgresql://127.0.0.1:5432/vitrine";
        assertThat(url(shared("url: '" + here + user))).isEqualTo(here);
        String mixed = "jdbc:postgresql://localhost,db2.example/vitrine";
        assertThat(url(shared("url: '" + mixed + user))).endsWith("sslmode=verify-full");
    }

    private String url(String yaml) throws Exception {
        return read(yaml).stores().registry().postgres().orElseThrow().url();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user: vitrine | name the database as url",
                "url: 'jdbc:mysql://db/vitrine', user: u, passwordFile: FILE | url is jdbc:postgres",
                "url: 'jdbc:postgresql:vitrine', user: u, passwordFile: FILE | url is jdbc:postgres",
                "url: 'jdbc:postgresql://db/v?password=opensesame', user: u, passwordFile: FILE"
                        + " | every log would show",
                "url: 'jdbc:postgresql://u:opensesame@db/v', user: u, passwordFile: FILE"
                        + " | url is jdbc:postgres",
                "url: 'jdbc:postgresql://db/v', passwordFile: FILE | user is missing",
                "url: 'jdbc:postgresql://db/v', user: u | passwordFile is missing",
            })
    void refusesWhatCannotBeMeantAndShowsNoSecret(String registry, String why) throws Exception {
        String yaml = shared(registry);
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("opensesame");
    }

    @Test
    void refusesHalfOfWhatNodesShare() throws Exception {
        String registry =
                shared("url: '" + PLACE + "', user: vitrine, passwordFile: FILE")
                        .replaceFirst("artifacts.*", "");
        assertThatThrownBy(() -> read(registry))
                .hasMessageContaining("name a directory that all of them reach");
        assertThatThrownBy(() -> read("node: a\n")).hasMessageContaining("share a registry");
        assertThatThrownBy(() -> read("node: 'a b'\n")).hasMessageContaining("node must be");
    }

    @Test
    void saysWhichFileHasNoPassword() throws Exception {
        String yaml = shared("url: '" + PLACE + "', user: vitrine, passwordFile: FILE");
        Files.delete(folder.resolve("password"));
        Stores stores = read(yaml).stores();
        try (Home home = Home.open(folder.resolve("home"))) {
            assertThatThrownBy(() -> stores.releases(home, InstantSource.system()))
                    .hasMessageContaining(folder.resolve("password").toString());
        }
    }

    @Test
    void saysWhichDatabaseIsOutOfReach() throws Exception {
        String nowhere = "jdbc:postgresql://127.0.0.1:1/vitrine";
        Stores stores =
                read(shared("url: '" + nowhere + "', user: vitrine, passwordFile: FILE")).stores();
        try (Home home = Home.open(folder.resolve("home"))) {
            assertThatThrownBy(() -> stores.releases(home, InstantSource.system()))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(RegistryError.REGISTRY_FAILED))
                    .hasMessageContaining(nowhere);
        }
    }
}
