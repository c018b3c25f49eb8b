package dev.vitrine.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.realservers.S3Server;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ObjectsTest extends ObjectStoreContract {
    private static final AtomicInteger STORES = new AtomicInteger();

    @TempDir static Path temp;
    private static S3Server server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = S3Server.start(temp);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    ObjectStore store() {
        return S3Objects.open(TestBucket.of(server, "home/" + STORES.incrementAndGet()));
    }

    private static void failsWith(RegistryError code, ObjectStore store) {
        for (Runnable call :
                List.<Runnable>of(
                        () -> store.get("a"),
                        () -> store.find("a"),
                        () -> store.create("a", new byte[1]),
                        () -> store.replace("a", new byte[1]),
                        () -> store.delete("a"),
                        () -> store.list("", stored -> {}))) {
            assertThatThrownBy(call::run)
                    .isInstanceOfSatisfying(
                            VitrineException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageNotContaining(S3Server.SECRET);
        }
    }

    @Test
    void aWrongSecretIsRefusedForGood() throws IOException {
        Path wrong = temp.resolve("wrong");
        Files.write(wrong, List.of("accessKeyId=" + S3Server.ID, "secretAccessKey=guessed"));
        failsWith(RegistryError.STORAGE_REFUSED, S3Objects.open(TestBucket.of(server, "x", wrong)));
    }

    @Test
    void aBucketThatIsNotThereIsNotAnEmptyOne() {
        S3Settings settings = TestBucket.of(server, "x");
        ObjectStore store =
                S3Objects.open(
                        new S3Settings(
                                "no-such-bucket",
                                "",
                                settings.region(),
                                settings.endpoint(),
                                settings.credentialsFile(),
                                4,
                                settings.timeout(),
                                settings.connectionLifetime()));
        assertThatThrownBy(() -> store.get("a"))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.STORAGE_REFUSED));
        assertThatThrownBy(() -> store.create("a", new byte[1]))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.STORAGE_REFUSED));
    }

    @Test
    void whereNobodyListensItIsWorthAnotherTry() {
        S3Settings settings = TestBucket.of(server, "x");
        failsWith(
                RegistryError.STORAGE_UNREACHABLE,
                S3Objects.open(
                        new S3Settings(
                                "bucket",
                                "",
                                settings.region(),
                                URI.create("http://127.0.0.1:1"),
                                settings.credentialsFile(),
                                4,
                                settings.timeout(),
                                settings.connectionLifetime())));
    }

    @Test
    void credentialsThatCannotBeReadAreNamedByTheirFile() throws IOException {
        Path none = temp.resolve("none");
        assertThatThrownBy(() -> S3Objects.open(TestBucket.of(server, "x", none)))
                .hasMessageContaining(none.toString());
        Path half = Files.writeString(temp.resolve("half"), "accessKeyId=a\n");
        assertThatThrownBy(() -> S3Objects.open(TestBucket.of(server, "x", half)))
                .hasMessageContaining("secretAccessKey=…");
    }

    @Test
    void settingsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> S3Settings.of("Bad_Bucket", ""))
                .hasMessageContaining("s3.bucket")
                .hasMessageContaining("Bad_Bucket");
        assertThatThrownBy(() -> S3Settings.of("fine", "/x/")).hasMessageContaining("s3.prefix");
        assertThatThrownBy(() ->
                        new S3Settings(
                                "fine",
                                null,
                                null,
                                URI.create("https://user:word@host"),
                                null,
                                null,
                                null,
                                null))
                .hasMessageContaining("s3.endpoint");
    }
}
