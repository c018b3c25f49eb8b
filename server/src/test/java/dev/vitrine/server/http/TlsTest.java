package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.access.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address that other machines can reach, with all that it needs: keys and a certificate. */
class TlsTest {
    private static final String SECRET = ApiKeys.newSecret(Role.ADMIN, new SecureRandom());

    @TempDir static Path folder;
    private static KeyStore store;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Path file = folder.resolve("server.p12");
        Path password = Files.writeString(folder.resolve("password"), "for-this-test");
        makeCertificate(file);
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "for-this-test".toCharArray());
        }
        KeySettings key = new KeySettings("all", "admin", ApiKeys.hash(SECRET), List.of(), 0);
        HttpSettings local = TestServer.settings();
        server =
                new TestServer(
                        local.at("0.0.0.0", 0),
                        new AccessSettings(
                                List.of(key), List.of(), TlsSettings.pkcs12(file, password)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void makeCertificate(Path file) throws IOException, InterruptedException {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                "for-this-test",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-validity",
                                "2")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.txt").toFile())
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(folder.resolve("keytool.txt")))
                .isZero();
    }

    private static HttpResponse<String> call(HttpClient client, String scheme, String key)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create(scheme + "://localhost:" + server.server.port() + "/v1/status"));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient trusting() throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Test
    void answersOverTlsToAKey() throws Exception {
        try (HttpClient client = trusting()) {
            HttpResponse<String> answer = call(client, "https", SECRET);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isIn("TLSv1.3", "TLSv1.2");
            assertThat(call(client, "https", "").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void answersAClientThatIsRefusedWhileItSends() throws Exception {
        try (HttpClient client = trusting()) {
            HttpRequest upload =
                    HttpRequest.newBuilder(server.server.uri().resolve("/v1/nothing"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[32 << 20]))
                            .build();
            assertThat(client.send(upload, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void saysAnAddressThatCanBeOpened() {
        assertThat(server.server.uri()).hasScheme("https").hasHost("localhost");
    }

    @Test
    void isTheServerOfItsCertificate() {
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> call(stranger, "https", SECRET))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void answersNothingInTheClear() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> call(client, "http", SECRET)).isInstanceOf(IOException.class);
        }
    }
}
