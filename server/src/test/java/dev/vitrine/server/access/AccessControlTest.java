package dev.vitrine.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided without a connection. */
class AccessControlTest {
    @TempDir private Path folder;

    @Test
    void letsAKeyCallAtItsRateWithABurstOfTwoSeconds() {
        AtomicLong now = new AtomicLong();
        KeySettings key = new KeySettings("k", "operator", ApiKeys.hash("secret"), List.of(), 10);
        AccessControl access =
                AccessControl.open(
                        new AccessSettings(List.of(key), List.of(), null),
                        InetAddress.getLoopbackAddress(),
                        now::get);
        AccessRequest request = new AccessRequest("secret", "localhost", "", Role.OPERATOR);
        for (int i = 0; i < 20; i++) {
            assertThat(access.admit(request).name()).isEqualTo("k");
        }
        assertThatThrownBy(() -> access.admit(request)).hasMessageContaining("more often");
        now.addAndGet(100_000_000);
        access.admit(request);
        assertThatThrownBy(() -> access.admit(request)).hasMessageContaining("more often");
    }

    @Test
    void readsItsConfigurationAndNamesFaults() {
        AccessSettings read =
                ConfigReader.parse(
                        """
                        keys:
                          - name: shop
                            role: storefront
                            hash: %s
                            origins: ["https://shop.example"]
                            requestsPerSecond: 200
                        hosts: [brain.shop.example]
                        tls: {certificate: cert.pem, key: key.pem}
                        """
                                .formatted(ApiKeys.hash("x")),
                        "keys.yaml",
                        AccessSettings.class);
        assertThat(read.keys().getFirst().requestsPerSecond()).isEqualTo(200);
        assertThat(read.certificate()).isPresent();
        assertThatThrownBy(() -> new KeySettings("k", "root", ApiKeys.hash("x"), null, 0))
                .hasMessageContaining("expected storefront, operator or admin");
        assertThatThrownBy(() -> new KeySettings("k", "admin", "plain-secret", null, 0))
                .hasMessageContaining("sha256:");
        assertThatThrownBy(() ->
                        new KeySettings(
                                "k",
                                "storefront",
                                ApiKeys.hash("x"),
                                List.of("https://shop.example/path"),
                                0))
                .hasMessageContaining("not an origin");
    }

    @Test
    void namesTheCertificateThatItCannotUse() throws Exception {
        Path certificate = Files.writeString(folder.resolve("cert.pem"), "nothing");
        Path key = Files.writeString(folder.resolve("key.pem"), "nothing");
        assertThatThrownBy(() -> Certificates.context(TlsSettings.pem(certificate, key)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("cert.pem");
    }
}
