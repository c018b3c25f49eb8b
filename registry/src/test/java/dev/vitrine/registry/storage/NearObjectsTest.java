package dev.vitrine.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearObjectsTest extends ObjectStoreContract {
    @TempDir Path temp;

    @Override
    ObjectStore store() {
        return NearObjects.open(
                DirectoryObjects.open(temp.resolve("far")),
                temp.resolve("near"),
                1 << 20,
                InstantSource.system());
    }

    @Test
    void chunksAreReadFromNearAndTheOldestLeave() {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        DirectoryObjects far = DirectoryObjects.open(temp.resolve("far"));
        NearObjects store = NearObjects.open(far, temp.resolve("near"), 1_000, () -> now[0]);
        for (int i = 0; i < 12; i++) {
            now[0] = now[0].plusSeconds(1);
            store.create("chunks/" + i, new byte[100]);
        }
        store.create("artifacts/a", new byte[100]);
        DirectoryObjects near = DirectoryObjects.open(temp.resolve("near"));
        long[] held = {0};
        near.list("", stored -> held[0] += stored.size());
        assertThat(held[0]).isBetween(800L, 1_000L);
        assertThat(near.get("chunks/0")).isEmpty();
        assertThat(near.get("chunks/11")).isPresent();
        assertThat(near.get("artifacts/a")).isEmpty();
        far.delete("chunks/11");
        assertThat(store.get("chunks/11")).as("from near").isPresent();
        assertThat(store.get("chunks/0")).as("from far").isPresent();
        assertThat(near.get("chunks/0")).as("kept when it came by").isPresent();
        store.delete("chunks/0");
        assertThat(store.get("chunks/0")).isEmpty();
    }
}
