package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry in one SQLite file. */
class SqliteReleaseStoreTest extends ReleaseStoreContract {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    @TempDir private Path temp;

    private Path file() {
        return temp.resolve("home/registry.db");
    }

    @Override
    ReleaseStore again() {
        return ReleaseStore.open(file(), InstantSource.system());
    }

    @Override
    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Override
    void writeAnotherFormat() throws SQLException {
        execute("PRAGMA user_version = 99");
    }

    @Test
    void stampsByTheClockThatItIsGiven() {
        try (ReleaseStore store =
                ReleaseStore.open(temp.resolve("own.db"), InstantSource.fixed(NOW))) {
            ModelVersion model = store.register(Releases.model("linear", 1));
            String release = store.register(Releases.release(model, 1)).id();
            store.compareAndSetLive(Optional.empty(), release, "test", "because");
            assertThat(store.history(1))
                    .containsExactly(
                            new LiveChange(1, NOW, Optional.empty(), release, "test", "because"));
            assertThat(store.isShared()).isFalse();
        }
    }
}
