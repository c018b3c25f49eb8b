package dev.vitrine.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DatabaseTest {
    private static final Database.Schema SCHEMA =
            new Database.Schema(7, 1, List.of("CREATE TABLE t(x BLOB)"));

    @TempDir Path directory;

    private static long add(Database database, int bytes) {
        return database.write(session -> {
            PreparedStatement insert = session.prepare("INSERT INTO t VALUES(zeroblob(?))");
            insert.setInt(1, bytes);
            return insert.executeUpdate();
        });
    }

    private static long rows(Database database) {
        return database.read(session -> session.number("SELECT count(*) FROM t"));
    }

    @Test
    void aFullDiskIsToldAndWritingGoesOnWhenThereIsRoom() {
        try (Database database = Database.open(directory, "t.db", SCHEMA)) {
            add(database, 10);
            database.write(session -> session.number("PRAGMA max_page_count=10"));
            assertThatThrownBy(() -> add(database, 1 << 20))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(DataError.STORE_FULL));
            assertThat(rows(database)).isEqualTo(1);
            database.write(session -> session.number("PRAGMA max_page_count=100000"));
            add(database, 1 << 20);
            assertThat(rows(database)).isEqualTo(2);
            assertThatThrownBy(() -> database.read(s -> s.number("SELECT x FROM none")))
                    .isInstanceOf(VitrineException.class);
            assertThat(rows(database)).isEqualTo(2);
        }
    }

    @Test
    void anErrorUndoesTheTransaction() {
        try (Database database = Database.open(directory, "t.db", SCHEMA)) {
            assertThatThrownBy(() ->
                            database.write(session -> {
                                session.prepare("INSERT INTO t VALUES(1)").executeUpdate();
                                throw new IllegalStateException("stop");
                            }))
                    .hasMessage("stop");
            assertThat(rows(database)).isZero();
        }
    }

    @Test
    void commitsAreForced() {
        try (Database database = Database.open(directory, "t.db", SCHEMA)) {
            database.write(session -> {
                // 2 is FULL: the write-ahead file is forced with every commit.
                assertThat(session.number("PRAGMA synchronous")).isEqualTo(2);
                assertThat(session.number("PRAGMA secure_delete")).isEqualTo(1);
                return true;
            });
        }
    }

    @Test
    void refusesAFileOfAnotherKind() {
        Database.open(directory, "t.db", SCHEMA).close();
        Database.Schema other = new Database.Schema(8, 1, List.of());
        assertThatThrownBy(() -> Database.open(directory, "t.db", other))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.STORE_FORMAT))
                .hasMessageContaining("kind 7");
        // The lock was given back.
        Database.open(directory, "t.db", SCHEMA).close();
    }
}
