package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/**
 * One connection to the registry's SQLite file. A write is one transaction that takes the file's
 * write lock first (BEGIN IMMEDIATE), so that what it read is still so when it commits.
 */
final class SqliteDatabase extends Database {
    private static final int BUSY_MILLIS = 20_000;
    private static final String COUNTER = "INTEGER PRIMARY KEY AUTOINCREMENT";

    private final Path file;
    private final Connection connection;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    private SqliteDatabase(Path file, Connection connection, InstantSource clock) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
    }

    /**
     * Opens a file, making it where there is none.
     *
     * @throws VitrineException REGISTRY_FORMAT when another version of Vitrine wrote it
     */
    static Database open(Path file, InstantSource clock) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            SqliteDatabase database =
                    new SqliteDatabase(file, config.createConnection("jdbc:sqlite:" + file), clock);
            try {
                database.prepareFormat();
                return database;
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw new VitrineException(
                    dev.vitrine.registry.RegistryError.REGISTRY_FAILED,
                    "the registry " + file + " failed: " + e,
                    e);
        }
    }

    private void prepareFormat() {
        write(c -> {
            long format = number(c, "PRAGMA user_version");
            if (format != 0 && format != FORMAT) {
                throw anotherFormat(format);
            }
            try (Statement statement = c.createStatement()) {
                for (List<String> step : STEPS) {
                    for (String sql : step) {
                        statement.executeUpdate(sql.replace("$COUNTER", COUNTER));
                    }
                }
                statement.executeUpdate("PRAGMA user_version = " + FORMAT);
            }
            return FORMAT;
        });
    }

    @Override
    <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.run(connection);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    <T> T look(Work<T> work) {
        return write(work);
    }

    @Override
    <T> T write(Work<T> work) {
        lock.lock();
        try {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    Instant now(Connection unused) {
        return clock.instant();
    }

    @Override
    boolean isShared() {
        return false;
    }

    @Override
    String place() {
        return file.toString();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lock.unlock();
        }
    }
}
