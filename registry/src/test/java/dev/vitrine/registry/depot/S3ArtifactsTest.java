package dev.vitrine.registry.depot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.realservers.S3Server;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.artifact.ArtifactStoreContract;
import dev.vitrine.registry.storage.S3Objects;
import dev.vitrine.registry.storage.TestBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artefacts whose home is a bucket of a server that speaks S3. */
class S3ArtifactsTest extends ArtifactStoreContract {
    @TempDir static Path folder;
    private static S3Server server;

    private final String prefix = "home-" + UUID.randomUUID();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected ArtifactStore open(Path directory, InstantSource clock) {
        return ArchivedArtifactsTest.archived(
                directory,
                clock,
                1 << 20,
                () -> S3Objects.open(TestBucket.of(server, prefix)),
                KeyRing.NONE);
    }

    /** A service has its own clock: ours goes two days before it. */
    @Test
    @Override
    protected void collectsOnlyWhatIsOldAndNotKept() throws IOException {
        ArtifactStore store = open(temp.resolve("now"), InstantSource.system());
        ArtifactHash kept = store.put(Files.writeString(temp.resolve("kept"), "kept"));
        ArtifactHash old = store.put(Files.writeString(temp.resolve("old"), "old"));
        assertThat(store.collect(Set.of(), Duration.ofHours(1)).artifacts()).isZero();
        ArtifactStore later =
                open(temp.resolve("now"), () -> Instant.now().plus(Duration.ofDays(2)));
        assertThat(later.collect(Set.of(kept), Duration.ofDays(1)).artifacts()).isEqualTo(1);
        assertThat(later.contains(old)).isFalse();
        ArtifactStore other = open(temp.resolve("other"), InstantSource.system());
        assertThat(other.open(kept).file("kept")).hasContent("kept");
    }
}
