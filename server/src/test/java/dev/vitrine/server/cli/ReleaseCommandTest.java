package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.audit.AuditEntry;
import dev.vitrine.registry.audit.AuditLog;
import dev.vitrine.registry.audit.AuditQuery;
import dev.vitrine.registry.audit.AuditSettings;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vitrine release}, from a home with one release of an index alone. */
class ReleaseCommandTest {
    @TempDir private Path folder;
    private Path home = Path.of("");
    private Path file = Path.of("");
    private String id = "";

    @BeforeEach
    void make() throws IOException {
        home = folder.resolve("home");
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z"));
        Path index = Files.createDirectory(folder.resolve("index"));
        Files.writeString(index.resolve("words"), "the words");
        try (Home opened = Home.open(home);
                ReleaseStore releases = ReleaseStore.open(opened.registry(), clock)) {
            ArtifactStore artifacts = ArtifactStore.open(opened.artifacts(), clock);
            HomeKeys keys =
                    HomeKeys.open(
                            opened,
                            SigningSettings.defaults(),
                            releases,
                            artifacts,
                            (who, action, subject, evidence) -> {},
                            clock);
            ArtifactHash hash = artifacts.put(index);
            Release release =
                    keys.of(releases, artifacts)
                            .register(
                                    new ReleaseDraft(
                                                    clock.instant(),
                                                    "test",
                                                    new IndexEpoch(hash, 1))
                                            .featureContract("features")
                                            .manifest(),
                                    keys.signer());
            id = release.id();
            file = artifacts.open(hash).file("words");
        }
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "release";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--home";
        all[all.length - 1] = home.toString();
        return Main.execute(all);
    }

    @Test
    void verifiesOneAndAll() throws IOException {
        assertThat(run("verify", id)).isZero();
        assertThat(run("verify")).isZero();
        assertThat(run("verify", "unknown")).isEqualTo(1);
        Files.writeString(file, "the wordz");
        assertThat(run("verify", id)).isEqualTo(1);
        assertThat(run("sign", id)).as("what is not whole is not signed").isEqualTo(1);
        assertThat(run("export", id, folder.resolve("out").toString())).isEqualTo(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aNewKeyLeavesWhatTheOneBeforeSigned() {
        assertThat(run("key", "--rotate")).isZero();
        assertThat(run("verify", id)).isZero();
        assertThat(run("key", "--rotate", "--forget")).isZero();
        assertThat(home.resolve("keys/trusted")).isDirectoryContaining(path -> true);
        assertThat(home.resolve("keys/trusted").toFile().list()).hasSize(1);
        assertThat(run("verify", id)).isZero();
        assertThat(run("key", "--forget")).isEqualTo(2);
    }

    @Test
    void anExportedReleaseVerifiesAsAFolder() throws IOException {
        Path out = folder.resolve("out");
        assertThat(run("export", id, out.toString())).isZero();
        assertThat(run("export", id, out.toString())).isEqualTo(2);
        String[] verify = {"model", "verify", out.toString(), "--home", home.toString()};
        assertThat(Main.execute(verify)).isZero();
        Files.writeString(out.resolve("index/words"), "the wordz");
        assertThat(Main.execute(verify)).isEqualTo(1);
    }

    @Test
    void aKeyOfOnesOwnSignsAndCounts() throws IOException {
        Path key = folder.resolve("own.pem");
        assertThat(run("key", "--create", key.toString())).isZero();
        Files.writeString(home.resolve("server.yaml"), "signing:\n  key: " + key + "\n");
        assertThat(run("verify", id)).as("the home's key counts no longer").isEqualTo(1);
        assertThat(run("key", "--rotate")).isEqualTo(2);
        assertThat(run("sign", "all")).isZero();
        assertThat(run("verify", id)).isZero();
        try (AuditLog log =
                AuditLog.open(
                        home.resolve("audit"), AuditSettings.DEFAULT, InstantSource.system())) {
            AuditEntry told = log.read(AuditQuery.newest(1)).getFirst();
            assertThat(told.action()).isEqualTo("release.signed");
            assertThat(told.subject()).isEqualTo(id);
            assertThat(told.who()).isEqualTo("vitrine release sign");
            assertThat(told.evidence().get("key")).matches("[0-9a-f]{64}");
            assertThat(told.evidence()).containsKey("account");
        }
        Files.writeString(
                home.resolve("server.yaml"),
                "signing:\n  key: "
                        + key
                        + "\n  trustedKeys: ["
                        + home.resolve("keys/signing.pem")
                        + "]\n");
        assertThat(run("verify", id)).as("what it signs would not count").isEqualTo(1);
    }
}
