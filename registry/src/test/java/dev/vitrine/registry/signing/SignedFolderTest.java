package dev.vitrine.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedFolderTest {
    @TempDir Path temp;
    private Path model;

    @BeforeEach
    void files() throws IOException {
        model = Files.createDirectories(temp.resolve("a model"));
        Files.writeString(model.resolve("a.txt"), "one");
        Files.createDirectories(model.resolve("a/ü"));
        Files.writeString(model.resolve("a/ü/weights"), "two");
        Files.writeString(model.resolve("empty"), "");
    }

    private void refused(Trust trust, String why) {
        assertThatThrownBy(() -> SignedFolder.verify(model, trust))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.SIGNATURE_INVALID))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @EnumSource(EllipticKeys.Curve.class)
    void ourSignatureHoldsByTheFormatsText(EllipticKeys.Curve curve) throws Exception {
        SigningKey key = SigningKey.create(curve);
        SignedFolder.sign(model, key);
        assertThat(SignedFolder.verify(model, Vectors.only(key)).statement().resources())
                .extracting(Resource::name)
                .containsExactly("a/ü/weights", "a.txt", "empty");
        assertThat(PlainVerifier.holds(model, key.publicKey(), curve.signature())).isTrue();
        Files.writeString(model.resolve("a/ü/weights"), "twp");
        assertThat(PlainVerifier.holds(model, key.publicKey(), curve.signature())).isFalse();
    }

    @Test
    void aCertificatesSignatureHoldsByTheFormatsText() throws Exception {
        SignedFolder.sign(model, Vectors.certified(temp, "signer"));
        assertThat(SignedFolder.verify(model, Vectors.root(temp, Vectors.NOW)).signer())
                .contains("CN=Vitrine test signer");
        assertThat(PlainVerifier.holds(model, PlainVerifier.certified(model), "SHA384withECDSA"))
                .isTrue();
    }

    /** The second reading is worth something only when it reads what others wrote, too. */
    @ParameterizedTest
    @ValueSource(strings = {"v1.0.1-elliptic-key", "v1.1.0-elliptic-key"})
    void theSecondReadingAgreesOnTheVectors(String version) throws Exception {
        Path folder = Vectors.folder(temp, version);
        Path key = Vectors.file(temp, "openssf/signing-key.pub");
        assertThat(PlainVerifier.holds(folder, Pem.publicKeys(key).getFirst(), "SHA384withECDSA"))
                .isTrue();
    }

    @Test
    void refusesWhatIsNotAsSigned() throws IOException {
        SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        Trust trust = Vectors.only(key);
        refused(trust, "not signed: there is no");
        SignedFolder.sign(model, key);
        Path file = model.resolve("a.txt");
        Files.writeString(file, "onf");
        refused(trust, "changed since it was signed: a.txt");
        Files.delete(file);
        refused(trust, "missing: a.txt");
        Files.writeString(file, "one");
        Files.writeString(model.resolve("a/more"), "");
        refused(trust, "not signed: a/more");
        Files.delete(model.resolve("a/more"));
        SignedFolder.verify(model, trust);
    }

    @Test
    void followsNoLink() throws IOException {
        SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        SignedFolder.sign(model, key);
        Path file = model.resolve("a.txt");
        Path same = Files.writeString(temp.resolve("same"), "one");
        Files.delete(file);
        Files.createSymbolicLink(file, same);
        refused(Vectors.only(key), "not a plain file");
        assertThatThrownBy(() -> SignedFolder.sign(model, key))
                .hasMessageContaining("not a plain file");
    }

    @Test
    void refusesAnotherKeyThoughItNamesTheRightOne() throws IOException {
        SigningKey right = SigningKey.create(EllipticKeys.Curve.P256);
        SigningKey wrong = SigningKey.create(EllipticKeys.Curve.P256);
        SignedFolder.sign(model, wrong);
        refused(Vectors.only(right), "not trusted");
        Path signature = model.resolve(SignedFolder.SIGNATURE);
        Files.writeString(
                signature,
                Files.readString(signature).replace(wrong.fingerprint(), right.fingerprint()));
        refused(Vectors.only(right), "does not hold");
    }

    @Test
    void refusesACertificateOutOfItsTime() throws IOException {
        SignedFolder.sign(model, Vectors.certified(temp, "signer"));
        refused(Vectors.root(temp, Vectors.NOW.minus(365, ChronoUnit.DAYS)), "does not hold");
        refused(Vectors.root(temp, Vectors.NOW.plus(4_000, ChronoUnit.DAYS)), "does not hold");
    }

    @Test
    void refusesACertificateForAnotherPurpose() throws IOException {
        Trust trust = Vectors.root(temp, Vectors.NOW);
        SignedFolder.sign(model, Vectors.certified(temp, "plain"));
        SignedFolder.verify(model, trust);
        SignedFolder.sign(model, Vectors.certified(temp, "tls"));
        refused(trust, "not for signing code");
        SignedFolder.sign(model, Vectors.certified(temp, "agreement"));
        refused(trust, "not for digital signatures");
    }

    @Test
    void refusesACertificateThatLeadsNowhere() throws IOException {
        SignedFolder.sign(model, Vectors.certified(temp, "signer"));
        refused(
                Trust.read(
                        List.of(),
                        List.of(Vectors.file(temp, "openssf/intermediate.pem")),
                        InstantSource.fixed(Vectors.NOW)),
                "does not hold");
        refused(
                Vectors.only(SigningKey.create(EllipticKeys.Curve.P256)),
                "no trust anchor is named");
    }

    @Test
    void readsAnEncryptedKey() throws IOException {
        Path file = Vectors.file(temp, "encrypted.key");
        Optional<Path> shown = Optional.of(Vectors.file(temp, "encrypted.pub"));
        SigningKey key = SigningKey.read(file, shown, Optional.empty(), "correct".toCharArray());
        SignedFolder.sign(model, key);
        SignedFolder.verify(model, Vectors.only(key));
        for (String wrong : List.of("", "incorrect")) {
            assertThatThrownBy(() ->
                            SigningKey.read(file, shown, Optional.empty(), wrong.toCharArray()))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(RegistryError.SIGNING_KEY_INVALID))
                    .hasMessageContaining("encrypted.key");
        }
    }

    @Test
    void keepsAKeyForItsOwnerAlone() throws IOException {
        SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        Path file = temp.resolve("key");
        key.write(file);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        SigningKey read = SigningKey.read(file, Optional.empty(), Optional.empty(), new char[0]);
        assertThat(read.fingerprint()).isEqualTo(key.fingerprint());
    }

    @Test
    void refusesAKeyThatDoesNotBelongToItsCertificate() throws IOException {
        Path file = Vectors.file(temp, "plain.key");
        Optional<Path> other = Optional.of(Vectors.file(temp, "tls.pem"));
        assertThatThrownBy(() -> SigningKey.read(file, Optional.empty(), other, new char[0]))
                .hasMessageContaining("does not belong");
    }
}
