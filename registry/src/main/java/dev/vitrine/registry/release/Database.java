package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Where the registry's tables lie. What is done in one {@link #write} is done whole or not at all,
 * and as if nothing else was done at the same time; statements are written so that every backend
 * takes them. Work may be run again from its beginning, so it changes nothing but the database.
 */
abstract class Database implements AutoCloseable {
    /** Raised where the version before can't use what this one writes. */
    static final long FORMAT = 1;

    /** Steps that older versions of this format pass over; each may be done again. */
    static final List<List<String>> STEPS =
            List.of(
                    List.of(
                            "CREATE TABLE IF NOT EXISTS model_counter(name TEXT PRIMARY KEY,"
                                    + " version BIGINT NOT NULL)",
                            "CREATE TABLE IF NOT EXISTS model(name TEXT NOT NULL,"
                                    + " version BIGINT NOT NULL, created BIGINT NOT NULL,"
                                    + " json TEXT NOT NULL, PRIMARY KEY(name, version))",
                            "CREATE TABLE IF NOT EXISTS release(sequence $COUNTER, id TEXT NOT NULL"
                                    + " UNIQUE, hash TEXT NOT NULL, created BIGINT NOT NULL,"
                                    + " json TEXT NOT NULL)",
                            "CREATE TABLE IF NOT EXISTS release_model(release TEXT NOT NULL,"
                                    + " name TEXT NOT NULL, version BIGINT NOT NULL,"
                                    + " PRIMARY KEY(release, name, version))",
                            "CREATE TABLE IF NOT EXISTS live(slot TEXT PRIMARY KEY,"
                                    + " release TEXT NOT NULL)",
                            "CREATE TABLE IF NOT EXISTS live_change(sequence $COUNTER,"
                                    + " at BIGINT NOT NULL, previous TEXT NOT NULL,"
                                    + " next TEXT NOT NULL, who TEXT NOT NULL,"
                                    + " reason TEXT NOT NULL)"),
                    List.of(
                            "CREATE TABLE IF NOT EXISTS release_signature(release TEXT PRIMARY KEY,"
                                    + " bundle TEXT NOT NULL)",
                            "CREATE TABLE IF NOT EXISTS model_signature(name TEXT NOT NULL,"
                                    + " version BIGINT NOT NULL, bundle TEXT NOT NULL,"
                                    + " PRIMARY KEY(name, version))",
                            "CREATE TABLE IF NOT EXISTS slots(config TEXT PRIMARY KEY,"
                                    + " version BIGINT NOT NULL, content TEXT NOT NULL)",
                            "CREATE TABLE IF NOT EXISTS rollout(sequence $COUNTER,"
                                    + " id TEXT NOT NULL UNIQUE, content TEXT NOT NULL)"),
                    List.of(
                            "CREATE TABLE IF NOT EXISTS node(config TEXT NOT NULL,"
                                    + " name TEXT NOT NULL, place TEXT NOT NULL,"
                                    + " life BIGINT NOT NULL, sequence BIGINT NOT NULL,"
                                    + " heard BIGINT NOT NULL, content TEXT NOT NULL,"
                                    + " PRIMARY KEY(config, name))"));

    /** Work on a connection. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Reads; each statement sees what was committed when it began. */
    abstract <T> T read(Work<T> work);

    /** Reads what was there at one moment. */
    abstract <T> T look(Work<T> work);

    /** Reads and writes. */
    abstract <T> T write(Work<T> work);

    /** The clock that stamps what is written; one where several processes share the registry. */
    abstract Instant now(Connection connection) throws SQLException;

    /** Whether several nodes share it. */
    abstract boolean isShared();

    /** What it is called in messages; names no secret. */
    abstract String place();

    @Override
    public abstract void close();

    static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            // Not every database's text can hold the character 0.
            Object argument =
                    arguments[i] instanceof String text ? text.replace('\0', ' ') : arguments[i];
            statement.setObject(i + 1, argument);
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

    final VitrineException failed(Exception e) {
        return new VitrineException(
                RegistryError.REGISTRY_FAILED, "the registry " + place() + " failed: " + e, e);
    }

    final VitrineException anotherFormat(long format) {
        return new VitrineException(
                RegistryError.REGISTRY_FORMAT,
                place() + " has the format " + format + ", this version reads " + FORMAT);
    }
}
