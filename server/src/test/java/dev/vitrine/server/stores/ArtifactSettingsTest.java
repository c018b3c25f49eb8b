package dev.vitrine.server.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.depot.KeyFile;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactSettingsTest {
    @TempDir Path temp;

    private static ServerSettings parse(String yaml) {
        return ConfigReader.parse(yaml, "server.yaml", ServerSettings.class);
    }

    @Test
    void whatAServerIsToldReachesItsChild() throws IOException {
        KeyFile.create(temp.resolve("archive.key"));
        String yaml =
                """
                artifacts:
                  archive:
                    directory: %s
                    encryption: {keyFile: %s}
                  workingCopies: 1GiB
                  near: 2GiB
                """
                        .formatted(temp.resolve("archive"), temp.resolve("archive.key"));
        Stores stores = parse(yaml).stores();
        Stores childs = Stores.parse(stores.text());
        assertThat(childs).isEqualTo(stores);
        ArtifactHash hash;
        try (Home home = Home.open(temp.resolve("one"))) {
            hash =
                    childs.artifacts(home, InstantSource.system())
                            .put(Files.writeString(temp.resolve("table"), "numbers"));
        }
        try (Home home = Home.open(temp.resolve("two"))) {
            ArtifactStore other = stores.artifacts(home, InstantSource.system());
            assertThat(other.open(hash).file("table")).hasContent("numbers");
            assertThat(temp.resolve("two/near/chunks")).isDirectory();
        }
    }

    @Test
    void aBucketIsReadWithAllThatBelongsToIt() {
        Stores stores =
                parse(
                                """
                                artifacts:
                                  archive:
                                    s3:
                                      bucket: shop
                                      prefix: a/b
                                      region: eu-west-3
                                      endpoint: https://ceph.example:7480
                                      credentialsFile: /run/secrets/s3
                                      timeout: PT5S
                                """)
                        .stores();
        assertThat(Stores.parse(stores.text())).isEqualTo(stores);
    }

    @Test
    void whatCannotBeIsRefusedByItsKey() {
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "artifacts: {workingCopies: 1GiB}", "belong to an archive",
                                "artifacts: {archive: {}}", "either a directory or s3",
                                "artifacts: {archive: {directory: a, s3: {bucket: abc}}}",
                                        "either a directory or s3",
                                "artifacts: {archive: {s3: {bucket: ABC}}}", "s3.bucket",
                                "artifacts: {archive: {s3: {bucket: abc, secret: x}}}", "secret",
                                "artifacts: {archive: {directory: a, encryption: {}}}",
                                        "one of keyFile, keystore and token",
                                "artifacts: {archive: {directory: a, encryption: {keystore: k}}}",
                                        "alias")
                        .entrySet()) {
            assertThatThrownBy(() -> parse(wrong.getKey()))
                    .as(wrong.getKey())
                    .hasMessageContaining(wrong.getValue());
        }
    }

    @Test
    void registriesAreCalledByNameBucketOrFolder() {
        Map<String, DepotSettings> named =
                parse("registries: {nas: {directory: /mnt/nas}}").registries();
        assertThat(DepotSettings.of("nas", named).directory()).isEqualTo(Path.of("/mnt/nas"));
        assertThat(DepotSettings.of("./nas", named).directory()).isEqualTo(Path.of("./nas"));
        assertThat(DepotSettings.of("s3://abc/x/y", named).open().place())
                .isEqualTo("s3://abc/x/y");
        assertThatThrownBy(() -> DepotSettings.of("nsa", named))
                .hasMessageContaining("server.yaml names no registry 'nsa' (it names [nas])");
    }
}
