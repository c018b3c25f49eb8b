package dev.vitrine.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the OpenSSF's own tool signed, versions 1.0.1 and 1.1.0, verifies here. */
class OpenSsfVectorsTest {
    @TempDir Path folder;

    private Trust byKey() throws IOException {
        return Trust.read(
                List.of(Vectors.file(folder, "openssf/signing-key.pub")),
                List.of(),
                InstantSource.fixed(Vectors.NOW));
    }

    private Trust byCertificate(String now) throws IOException {
        return Trust.read(
                List.of(),
                List.of(Vectors.file(folder, "openssf/intermediate.pem")),
                InstantSource.fixed(Instant.parse(now)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0.1-elliptic-key", "v1.1.0-elliptic-key"})
    void aKeysSignatureHolds(String version) throws IOException {
        Path signed = Vectors.folder(folder, version);
        Trust.Verified verified = SignedFolder.verify(signed, byKey());
        assertThat(verified.statement().name()).isEqualTo(version);
        assertThat(verified.statement().resources())
                .extracting(Resource::name)
                .containsExactly("signme-1", "signme-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.0.1-elliptic-key", "v1.1.0-elliptic-key"})
    void aChangedFileIsNoticed(String version) throws IOException {
        Path signed = Vectors.folder(folder, version);
        Files.writeString(signed.resolve("signme-1"), "signme-3\n");
        Trust trust = byKey();
        assertThatThrownBy(() -> SignedFolder.verify(signed, trust))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("changed since it was signed: signme-1");
    }

    @Test
    void anotherKeyDoesNotHold() throws IOException {
        Path signed = Vectors.folder(folder, "v1.1.0-elliptic-key");
        Trust trust = Vectors.only(SigningKey.create(EllipticKeys.Curve.P384));
        assertThatThrownBy(() -> SignedFolder.verify(signed, trust))
                .hasMessageContaining("not trusted");
    }

    @Test
    void whatTheSignatureLeavesOutMayLieThere() throws IOException {
        Path signed = Vectors.folder(folder, "v1.1.0-elliptic-key");
        Files.writeString(signed.resolve("ignore-me"), "anything");
        Files.writeString(Files.createDirectory(signed.resolve(".git")).resolve("HEAD"), "x");
        assertThat(SignedFolder.verify(signed, byKey()).statement().ignored())
                .contains("ignore-me", ".git");
        Files.writeString(signed.resolve("more"), "anything");
        Trust trust = byKey();
        assertThatThrownBy(() -> SignedFolder.verify(signed, trust))
                .hasMessageContaining("not signed: more");
    }

    @Test
    void aCertificatesSignatureHolds() throws IOException {
        Path signed = Vectors.folder(folder, "v1.1.0-certificate");
        assertThat(SignedFolder.verify(signed, byCertificate("2026-01-01T00:00:00Z")).signer())
                .contains("intermediate-ca");
    }

    @Test
    void aCertificatesSignatureEndsWithIt() throws IOException {
        Path signed = Vectors.folder(folder, "v1.1.0-certificate");
        for (String when : List.of("2025-05-01T00:00:00Z", "2035-06-01T00:00:00Z")) {
            Trust trust = byCertificate(when);
            assertThatThrownBy(() -> SignedFolder.verify(signed, trust))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("does not hold");
        }
    }
}
