package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.signing.EllipticKeys;
import dev.vitrine.registry.signing.SignedFolder;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.signing.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedReleasesTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Releases.CREATED);

    @TempDir Path temp;
    private final SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
    private final Trust trust = new Trust(List.of(key.publicKey()), List.of(), CLOCK);
    private ArtifactStore artifacts;
    private ReleaseStore releases;
    private SignedReleases signed;

    @BeforeEach
    void open() {
        artifacts = ArtifactStore.open(temp.resolve("artifacts"), CLOCK);
        releases = ReleaseStore.open(temp.resolve("registry.db"), CLOCK);
        signed = new SignedReleases(releases, artifacts, trust);
    }

    @AfterEach
    void close() {
        releases.close();
    }

    private ArtifactHash stored(String name, String content) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("source-" + name));
        Files.writeString(folder.resolve("items.table"), content);
        Files.writeString(folder.resolve(name + ".bin"), content + content);
        return artifacts.put(folder);
    }

    private ReleaseManifest manifest(String content) throws IOException {
        ModelManifest plain = Releases.model("linear", 1);
        ModelVersion model =
                releases.register(
                        new ModelManifest(
                                "linear",
                                "linear",
                                stored("linear", content),
                                plain.dataset(),
                                plain.codeVersion(),
                                plain.parameters(),
                                plain.metrics(),
                                plain.parents(),
                                plain.createdAt(),
                                plain.createdBy()));
        ReleaseManifest same = Releases.release(model, 7);
        return ReleaseDraft.of(same)
                .models(Map.of("linear", model))
                .index(new IndexEpoch(stored("index", "index of " + content), 12))
                .manifest();
    }

    private Release made(String content) throws IOException {
        return signed.register(manifest(content), key);
    }

    private static String linear(Release release) {
        return Objects.requireNonNull(release.manifest().models().get("linear")).artifact().hex();
    }

    private void refused(String id, String why) {
        assertThatThrownBy(() -> signed.admit(id))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.RELEASE_REFUSED))
                .hasMessageContaining(id)
                .hasMessageContaining(why);
    }

    private void sql(String statement, Object... arguments) throws SQLException {
        try (Connection other =
                        DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("registry.db"));
                PreparedStatement change = other.prepareStatement(statement)) {
            for (int i = 0; i < arguments.length; i++) {
                change.setObject(i + 1, arguments[i]);
            }
            assertThat(change.executeUpdate()).isPositive();
        }
    }

    @Test
    void admitsWhatWasSigned() throws IOException {
        Release release = made("one");
        SignedReleases.Admitted admitted = signed.admit(release.id());
        assertThat(admitted.release()).isEqualTo(release);
        assertThat(admitted.signer()).contains(key.fingerprint().substring(0, 16));
        assertThat(admitted.bytes()).isEqualTo(9 + "index of one".length() * 3);
    }

    @Test
    void refusesWhatIsNotSigned() throws IOException {
        Release release = releases.register(manifest("one"));
        refused(release.id(), "not signed");
        signed.sign(release.id(), key);
        signed.admit(release.id());
    }

    @Test
    void isUnknownWhereThereIsNone() {
        assertThatThrownBy(() -> signed.admit("x"))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.RELEASE_NOT_FOUND));
    }

    @Test
    void refusesEachFileThatIsChangedAddedOrGone() throws IOException {
        Release release = made("one");
        for (ArtifactHash hash : release.manifest().artifacts()) {
            Path folder = artifacts.open(hash).directory();
            for (Path file :
                    List.of(folder.resolve("items.table"), folder.resolveSibling("manifest"))) {
                byte[] before = Files.readAllBytes(file);
                for (int at = 0; at < before.length; at += 3) {
                    byte[] flipped = before.clone();
                    flipped[at] ^= 1;
                    Files.write(file, flipped);
                    refused(release.id(), "");
                }
                Files.delete(file);
                refused(release.id(), "missing");
                Files.write(file, before);
                signed.admit(release.id());
            }
            Path added = Files.writeString(folder.resolve("more"), "");
            refused(release.id(), "was added");
            Files.delete(added);
        }
    }

    @Test
    void refusesALinkInPlaceOfAFile() throws IOException {
        Release release = made("one");
        Path file = artifacts.open(release.manifest().index().artifact()).file("items.table");
        Path moved = Files.move(file, temp.resolve("moved"));
        Files.createSymbolicLink(file, moved);
        refused(release.id(), "not a plain file");
    }

    @Test
    void refusesTheSignatureOfAnother() throws IOException {
        Release one = made("one");
        Release two = made("two");
        releases.sign(one.id(), releases.signature(two.id()).orElseThrow());
        refused(one.id(), "its signature is that of " + two.id());
    }

    @Test
    void refusesAManifestThatLies() throws IOException, SQLException {
        Release one = made("one");
        Release two = made("two");
        String lie = releases.text(one.id()).orElseThrow().replace(linear(one), linear(two));
        sql("UPDATE release SET json = ? WHERE id = ?", lie, one.id());
        refused(one.id(), "was changed after it was registered");
        sql("UPDATE release SET hash = ? WHERE id = ?", ReleaseJson.sha256(lie), one.id());
        refused(one.id(), "manifest of another release");
        Release liar = Release.of(ReleaseJson.read(lie, ReleaseManifest.class, "lie"));
        sql("UPDATE release SET id = ? WHERE id = ?", liar.id(), one.id());
        sql("UPDATE release_signature SET release = ? WHERE release = ?", liar.id(), one.id());
        refused(liar.id(), "its signature is that of " + one.id());
        assertThat(releases.list()).extracting(Release::id).contains(two.id());
    }

    @Test
    void refusesAnOlderReleaseUnderANewName() throws IOException, SQLException {
        Release one = made("one");
        String name = "20270101-000000-" + "a".repeat(12);
        sql("UPDATE release SET id = ? WHERE id = ?", name, one.id());
        sql("UPDATE release_signature SET release = ? WHERE release = ?", name, one.id());
        refused(name, "manifest of another release");
        assertThat(releases.list()).isEmpty();
        assertThat(releases.ids()).containsExactly(name);
    }

    @Test
    void keepsNoRegistrationThatCouldNotBeSigned() throws IOException {
        ReleaseManifest manifest = manifest("one");
        assertThatThrownBy(() ->
                        releases.register(
                                manifest,
                                release -> {
                                    throw new IllegalStateException("no key");
                                }))
                .hasMessage("no key");
        assertThat(releases.ids()).isEmpty();
    }

    @Test
    void anExportedReleaseIsASignedFolder() throws IOException {
        Release release = made("one");
        Path folder = temp.resolve("exported");
        signed.export(release.id(), folder);
        Trust.Verified verified = SignedFolder.verify(folder, trust);
        assertThat(verified.statement().name()).isEqualTo(release.id());
        assertThat(folder.resolve("models/linear/items.table")).hasContent("one");
        Files.writeString(
                folder.resolve("release.json"), " ", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> SignedFolder.verify(folder, trust))
                .hasMessageContaining("changed since it was signed: release.json");
    }
}
