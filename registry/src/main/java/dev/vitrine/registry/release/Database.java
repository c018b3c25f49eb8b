package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/**
 * One connection to the registry's SQLite file. A write is one transaction that takes the file's
 * write lock first (BEGIN IMMEDIATE), so that what it read is still so when it commits.
 */
final class Database implements AutoCloseable {
    private static final long FORMAT = 1;
    private static final int BUSY_MILLIS = 20_000;
    private static final List<String> SCHEMA =
            List.of(
                    "CREATE TABLE model_counter(name TEXT PRIMARY KEY, version INTEGER NOT NULL)",
                    "CREATE TABLE model(name TEXT NOT NULL, version INTEGER NOT NULL,"
                            + " created INTEGER NOT NULL, json TEXT NOT NULL,"
                            + " PRIMARY KEY(name, version))",
                    "CREATE TABLE release(sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                            + " id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,"
                            + " created INTEGER NOT NULL, json TEXT NOT NULL)",
                    "CREATE TABLE release_model(release TEXT NOT NULL, name TEXT NOT NULL,"
                            + " version INTEGER NOT NULL, PRIMARY KEY(release, name, version))",
                    "CREATE TABLE live(slot TEXT PRIMARY KEY, release TEXT NOT NULL)",
                    "CREATE TABLE live_change(sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                            + " at INTEGER NOT NULL, previous TEXT NOT NULL, next TEXT NOT NULL,"
                            + " who TEXT NOT NULL, reason TEXT NOT NULL)");

    /** What came since the format was fixed; an older version passes it over. */
    private static final List<String> LATER =
            List.of(
                    "CREATE TABLE IF NOT EXISTS release_signature(release TEXT PRIMARY KEY,"
                            + " bundle TEXT NOT NULL)",
                    "CREATE TABLE IF NOT EXISTS model_signature(name TEXT NOT NULL,"
                            + " version INTEGER NOT NULL, bundle TEXT NOT NULL,"
                            + " PRIMARY KEY(name, version))",
                    "CREATE TABLE IF NOT EXISTS slots(config TEXT PRIMARY KEY,"
                            + " version INTEGER NOT NULL, content TEXT NOT NULL)",
                    "CREATE TABLE IF NOT EXISTS rollout(sequence INTEGER PRIMARY KEY"
                            + " AUTOINCREMENT, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL)");

    /** Work on a connection. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private final Path file;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    static Database open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            Database database = new Database(file, config.createConnection("jdbc:sqlite:" + file));
            try {
                database.prepareFormat();
                return database;
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw failed(file, e);
        }
    }

    private void prepareFormat() {
        write(c -> {
            long format = number(c, "PRAGMA user_version");
            if (format != 0 && format != FORMAT) {
                throw new VitrineException(
                        RegistryError.REGISTRY_FORMAT,
                        file + " has the format " + format + ", this version reads " + FORMAT);
            }
            try (Statement statement = c.createStatement()) {
                for (String sql : format == 0 ? SCHEMA : List.<String>of()) {
                    statement.executeUpdate(sql);
                }
                for (String sql : LATER) {
                    statement.executeUpdate(sql);
                }
                statement.executeUpdate("PRAGMA user_version = " + FORMAT);
            }
            return FORMAT;
        });
    }

    <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.run(connection);
        } catch (SQLException e) {
            throw failed(file, e);
        } finally {
            lock.unlock();
        }
    }

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
            throw failed(file, e);
        } finally {
            lock.unlock();
        }
    }

    static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    static int execute(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /** The first column of the first row. */
    static long number(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(file, e);
        } finally {
            lock.unlock();
        }
    }

    private static VitrineException failed(Path file, Exception e) {
        return new VitrineException(
                RegistryError.REGISTRY_FAILED, "the registry " + file + " failed: " + e, e);
    }
}
