package dev.vitrine.data.store;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection of a {@link Database} with the statements prepared on it. Used by one thread at a
 * time. Statements are kept for good, so the texts must be constants.
 */
public final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** The prepared statement of a constant text; not to be closed by the caller. */
    public PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    /** The first column of the first row as a whole number; 0 when there is no row. */
    public long number(String sql) throws SQLException {
        try (ResultSet row = prepare(sql).executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** After an error: the driver gives up statements that failed, and does not say which. */
    void forgetStatements() {
        for (PreparedStatement statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "a statement could not be closed after an error", e);
            }
        }
        statements.clear();
    }

    void close() throws SQLException {
        forgetStatements();
        connection.close();
    }
}
