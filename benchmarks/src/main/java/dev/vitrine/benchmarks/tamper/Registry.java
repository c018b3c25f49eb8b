package dev.vitrine.benchmarks.tamper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;

/** The registry's file in the hands of somebody else, beside the server that uses it. */
final class Registry {
    private final Path file;

    Registry(Path file) {
        this.file = file;
    }

    /** A release as it is kept. */
    record Row(String id, String hash, String json, Optional<String> signature) {
        Row withJson(String other) {
            return new Row(id, hash, other, signature);
        }

        Row withHash(String other) {
            return new Row(id, other, json, signature);
        }

        Row withId(String other) {
            return new Row(other, hash, json, signature);
        }

        Row withSignature(String other) {
            return new Row(id, hash, json, Optional.of(other));
        }

        Row withoutSignature() {
            return new Row(id, hash, json, Optional.empty());
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    Row read(String id) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT r.hash, r.json, s.bundle FROM release r LEFT JOIN"
                                        + " release_signature s ON s.release = r.id WHERE r.id ="
                                        + " ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw new IllegalStateException("there is no release " + id);
                }
                return new Row(
                        id,
                        rows.getString(1),
                        rows.getString(2),
                        Optional.ofNullable(rows.getString(3)));
            }
        }
    }

    /** Puts another row in the place of one. */
    void replace(String id, Row row) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            run(
                    connection,
                    "UPDATE release SET id = ?, hash = ?, json = ? WHERE id = ?",
                    row.id(),
                    row.hash(),
                    row.json(),
                    id);
            run(connection, "DELETE FROM release_signature WHERE release = ?", id);
            if (row.signature().isPresent()) {
                run(
                        connection,
                        "INSERT INTO release_signature(release, bundle) VALUES(?, ?)",
                        row.id(),
                        row.signature().get());
            }
            connection.commit();
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (PreparedStatement patience =
                connection.prepareStatement("PRAGMA busy_timeout = 20000")) {
            patience.execute();
        }
        return connection;
    }

    private static void run(Connection connection, String sql, String... arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        }
    }
}
