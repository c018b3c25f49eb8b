package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.Home;
import dev.vitrine.server.http.WatchPort.AlertView;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That somebody hears before what was signed counts no longer. */
class CertificateAlertsTest {
    private static final char[] PASSWORD = "for-this-test".toCharArray();

    @TempDir private Path folder;

    @Test
    void thirtyDaysBeforeTheEndAndAfterIt() throws Exception {
        X509Certificate certificate = certificate();
        Instant end = certificate.getNotAfter().toInstant();
        try (Home home = Home.open(folder.resolve("home"))) {
            SigningSettings settings =
                    new SigningSettings(
                            folder.resolve("key.pem"),
                            null,
                            null,
                            folder.resolve("chain.pem"),
                            List.of(),
                            List.of(folder.resolve("chain.pem")));
            HomeKeys keys =
                    HomeKeys.read(home, settings, InstantSource.fixed(end.minusSeconds(86_400)));
            assertThat(at(keys, end.minus(Duration.ofDays(30)).minusSeconds(1))).isEmpty();
            assertThat(at(keys, end.minus(Duration.ofDays(30))))
                    .singleElement()
                    .satisfies(alert -> {
                        assertThat(alert.name()).isEqualTo("signing-certificate-ends");
                        assertThat(alert.severity()).isEqualTo("warning");
                        assertThat(alert.message())
                                .contains("CN=signer", end.toString(), "vitrine release sign all");
                    });
            assertThat(at(keys, end))
                    .singleElement()
                    .satisfies(alert -> {
                        assertThat(alert.name()).isEqualTo("signing-certificate-ended");
                        assertThat(alert.severity()).isEqualTo("critical");
                        assertThat(alert.since()).isEqualTo(end.toEpochMilli());
                    });
        }
    }

    private static List<AlertView> at(HomeKeys keys, Instant now) {
        return new CertificateAlerts(keys, InstantSource.fixed(now)).alerts();
    }

    /** One that signs and vouches for itself, valid for 60 days, with its key beside it. */
    private X509Certificate certificate() throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "signer",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                String.valueOf(PASSWORD),
                                "-dname",
                                "CN=signer",
                                "-ext",
                                "KeyUsage=digitalSignature",
                                "-validity",
                                "60")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.txt").toFile())
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(folder.resolve("keytool.txt")))
                .isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        X509Certificate certificate = (X509Certificate) keys.getCertificate("signer");
        pem("key.pem", "PRIVATE KEY", keys.getKey("signer", PASSWORD).getEncoded());
        pem("chain.pem", "CERTIFICATE", certificate.getEncoded());
        return certificate;
    }

    private void pem(String file, String what, byte[] content) throws Exception {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN "
                        + what
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                        + "\n-----END "
                        + what
                        + "-----\n");
    }
}
