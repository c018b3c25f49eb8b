package dev.vitrine.data.store;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file: a single writing connection, a few reading ones. It keeps a write-ahead file and
 * forces it with every commit, so that a committed transaction survives a loss of power and
 * readers, also those of other processes, never wait for the writer. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5000;

    /**
     * What a database is and how it is made.
     *
     * @param application a number that tells this kind of file from others
     * @param version of the tables; a file of another version is refused
     * @param statements make the tables
     */
    public record Schema(int application, int version, List<String> statements) {
        public Schema {
            statements = List.copyOf(statements);
        }
    }

    /** Something done on a connection. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Session session) throws SQLException;
    }

    private final Path file;
    private final @Nullable Closeable lock;
    private final @Nullable Session writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final BlockingQueue<Session> readers = new ArrayBlockingQueue<>(READERS);

    private Database(Path file, @Nullable Closeable lock, @Nullable Session writer) {
        this.file = file;
        this.lock = lock;
        this.writer = writer;
    }

    /**
     * Opens for writing, making directory and tables when they are missing.
     *
     * @throws VitrineException STORE_IN_USE when another process writes here, STORE_FORMAT when the
     *     file is of another kind or version
     */
    public static Database open(Path directory, String name, Schema schema) {
        Path file = directory.resolve(name);
        @Nullable Closeable lock = null;
        try {
            new DiskFiles().createDirectories(directory);
            lock = DirectoryLock.take(directory.resolve("lock"));
            Session writer = connect(file, "PRAGMA secure_delete=ON");
            prepare(file, writer, schema);
            writer.connection().setAutoCommit(false);
            return finish(new Database(file, lock, writer));
        } catch (IOException e) {
            throw closing(lock, failed("open", file, e));
        } catch (SQLException e) {
            throw closing(lock, failed("open", file, e));
        } catch (VitrineException e) {
            throw closing(lock, e);
        }
    }

    /** Opens for reading, also while another process writes. */
    public static Database openReadOnly(Path directory, String name, Schema schema) {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND,
                    "there is no " + name + " in " + directory + "; nothing was stored there yet");
        }
        try {
            Database database = new Database(file, null, null);
            Session session = connect(file, "PRAGMA query_only=ON");
            checkFormat(file, session, schema);
            session.close();
            return finish(database);
        } catch (SQLException e) {
            throw failed("open", file, e);
        }
    }

    private static Database finish(Database database) throws SQLException {
        for (int i = 0; i < READERS; i++) {
            database.readers.add(connect(database.file, "PRAGMA query_only=ON"));
        }
        return database;
    }

    private static Session connect(Path file, String role) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout=" + BUSY_MILLIS);
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("PRAGMA cache_size=-8192");
            statement.execute(role);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return new Session(connection);
    }

    private static void prepare(Path file, Session session, Schema schema) throws SQLException {
        if (session.number("SELECT count(*) FROM sqlite_schema") > 0) {
            checkFormat(file, session, schema);
            return;
        }
        List<String> all = new ArrayList<>();
        all.add("BEGIN IMMEDIATE");
        all.addAll(schema.statements());
        all.add("PRAGMA application_id=" + schema.application());
        all.add("PRAGMA user_version=" + schema.version());
        all.add("COMMIT");
        try (Statement statement = session.connection().createStatement()) {
            for (String sql : all) {
                statement.execute(sql);
            }
        }
    }

    private static void checkFormat(Path file, Session session, Schema schema) throws SQLException {
        long application = session.number("PRAGMA application_id");
        long version = session.number("PRAGMA user_version");
        if (application != schema.application() || version != schema.version()) {
            throw new VitrineException(
                    DataError.STORE_FORMAT,
                    file
                            + " has kind "
                            + application
                            + " and format "
                            + version
                            + "; this program expects kind "
                            + schema.application()
                            + " and format "
                            + schema.version());
        }
    }

    public boolean readOnly() {
        return writer == null;
    }

    /** Runs work in one transaction, alone; durable on return, undone when it throws. */
    public <T> T write(Work<T> work) {
        Session session = writer;
        if (session == null) {
            throw new VitrineException(
                    DataError.STORE_IN_USE, file + " was opened for reading, not for writing");
        }
        writing.lock();
        try {
            T result = work.run(session);
            session.connection().commit();
            return result;
        } catch (SQLException e) {
            rollback(session, e);
            throw failed("write to", file, e);
        } catch (RuntimeException | Error e) {
            rollback(session, e);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** Runs work that only reads; what it sees was committed. */
    public <T> T read(Work<T> work) {
        @Nullable Session session = null;
        try {
            session = readers.poll(BUSY_MILLIS, TimeUnit.MILLISECONDS);
            if (session == null) {
                throw new VitrineException(
                        DataError.STORE_BUSY,
                        "no connection to "
                                + file
                                + " became free within "
                                + BUSY_MILLIS
                                + " ms; too many requests read it at once");
            }
            return work.run(session);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(
                    DataError.STORE_BUSY, "interrupted while waiting to read " + file, e);
        } catch (SQLException e) {
            if (session != null) {
                session.forgetStatements();
            }
            throw failed("read", file, e);
        } finally {
            if (session != null) {
                readers.add(session);
            }
        }
    }

    /**
     * Moves all commits into the main file and empties the write-ahead file, so that what was
     * deleted is in neither.
     *
     * @throws VitrineException STORE_BUSY when a reader held on to the write-ahead file
     */
    public void checkpoint() {
        Session session = writer;
        if (session == null) {
            return;
        }
        writing.lock();
        try {
            session.connection().setAutoCommit(true);
            try (Statement statement = session.connection().createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                if (row.next() && row.getInt(1) != 0) {
                    throw new VitrineException(
                            DataError.STORE_BUSY,
                            "the write-ahead file of "
                                    + file
                                    + " could not be emptied within "
                                    + BUSY_MILLIS
                                    + " ms, because something still reads it; try again");
                }
            } finally {
                session.connection().setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw failed("checkpoint", file, e);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Undoes the transaction and begins the next. After some errors, a full disk among them, SQLite
     * has undone it already and refuses to do it again; without a new one every later commit fails.
     */
    private static void rollback(Session session, Throwable cause) {
        session.forgetStatements();
        try {
            session.connection().rollback();
        } catch (SQLException undone) {
            try (Statement statement = session.connection().createStatement()) {
                statement.execute("BEGIN");
            } catch (SQLException e) {
                e.addSuppressed(undone);
                cause.addSuppressed(e);
            }
        }
    }

    private static VitrineException failed(String verb, Path file, Exception e) {
        DataError code = DataError.STORE_FAILED;
        if (e instanceof SQLiteException sqlite) {
            SQLiteErrorCode result = sqlite.getResultCode();
            int primary = result.code & 0xFF;
            if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
                code = DataError.STORE_FULL;
            } else if (primary == SQLiteErrorCode.SQLITE_BUSY.code) {
                code = DataError.STORE_BUSY;
            } else if (primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
                code = DataError.STORE_FORMAT;
            }
        }
        return new VitrineException(code, "could not " + verb + " " + file + ": " + e, e);
    }

    private static VitrineException closing(@Nullable Closeable lock, VitrineException error) {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                error.addSuppressed(e);
            }
        }
        return error;
    }

    @Override
    public void close() {
        writing.lock();
        try {
            for (int i = 0; i < READERS; i++) {
                Session session = readers.poll(BUSY_MILLIS, TimeUnit.MILLISECONDS);
                if (session != null) {
                    session.close();
                }
            }
            if (writer != null) {
                writer.close();
            }
            if (lock != null) {
                lock.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw failed("close", file, e);
        } catch (IOException e) {
            throw failed("close", file, e);
        } finally {
            writing.unlock();
        }
    }
}
