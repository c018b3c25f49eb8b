package dev.vitrine.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryObjectsTest extends ObjectStoreContract {
    @TempDir Path temp;

    @Override
    ObjectStore store() {
        return DirectoryObjects.open(temp.resolve("objects"));
    }

    @Test
    void whatAKilledProcessLeftIsSweptAndNeverListed() throws IOException {
        DirectoryObjects store = DirectoryObjects.open(temp.resolve("objects"));
        Path left = Files.writeString(temp.resolve("objects/.parts/left"), "half");
        Files.setLastModifiedTime(left, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        Path fresh = Files.writeString(temp.resolve("objects/.parts/fresh"), "half");
        store.list("", stored -> assertThat(stored).isNull());
        store.sweep(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(left).doesNotExist();
        assertThat(fresh).exists();
    }
}
