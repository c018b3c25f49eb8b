package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.access.TlsSettings;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import dev.vitrine.server.grpc.wire.ModelInferResponse;
import dev.vitrine.server.grpc.wire.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys over TLS, and the end of a server. */
class GrpcTlsTest {
    private static final String SECRET = ApiKeys.newSecret(Role.ADMIN, new SecureRandom());

    @Test
    void keysAreAskedForOverTls(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("server.p12");
        Path password = Files.writeString(folder.resolve("password"), "for-this-test");
        makeCertificate(file);
        KeyStore store = KeyStore.getInstance(file.toFile(), "for-this-test".toCharArray());
        KeySettings key = new KeySettings("all", "admin", ApiKeys.hash(SECRET), List.of(), 0);
        AccessSettings access =
                new AccessSettings(List.of(key), List.of(), TlsSettings.pkcs12(file, password));
        try (TestGrpc grpc = new TestGrpc(access)) {
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("localhost", grpc.server.port())
                            .sslContext(
                                    GrpcSslContexts.forClient()
                                            .trustManager(
                                                    (X509Certificate)
                                                            store.getCertificate("server"))
                                            .build())
                            .build();
            try {
                var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
                assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                        .isTrue();
                assertThat(
                                TestGrpc.refused(() ->
                                                stub.modelInfer(TestGrpc.raw("echo", 1, 2).build()))
                                        .getCode())
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                Metadata headers = new Metadata();
                headers.put(
                        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                        "Bearer " + SECRET);
                ModelInferResponse answer =
                        stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                                .modelInfer(TestGrpc.raw("echo", 1, 2).build());
                assertThat(answer.getRawOutputContents(0)).isEqualTo(TestGrpc.bytes(1, 2));
                assertThat(
                                TestGrpc.refused(() ->
                                                grpc.stub()
                                                        .serverLive(
                                                                ServerLiveRequest
                                                                        .getDefaultInstance()))
                                        .getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void whatIsInWorkIsAnsweredBeforeTheServerEnds() throws Exception {
        TestGrpc grpc = TestGrpc.local();
        CompletableFuture<ModelInferResponse> slow =
                CompletableFuture.supplyAsync(
                        () -> grpc.stub().modelInfer(TestGrpc.raw("slow", 1, 2).build()));
        for (int i = 0; i < 500 && grpc.models.calls.isEmpty(); i++) {
            Thread.sleep(10);
        }
        grpc.server.close();
        assertThat(slow.get(5, TimeUnit.SECONDS).getId()).isEqualTo("q-7");
        assertThat(
                        TestGrpc.refused(() ->
                                        grpc.stub()
                                                .serverLive(ServerLiveRequest.getDefaultInstance()))
                                .getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        grpc.close();
    }

    private static void makeCertificate(Path file) throws Exception {
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
                                "san=dns:localhost,ip:127.0.0.1")
                        .redirectErrorStream(true)
                        .redirectOutput(file.resolveSibling("keytool.txt").toFile())
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }
}
