package dev.vitrine.data.feature;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * The rejected design of docs/decisions/005-feature-state.md, at its cheapest: one row of 500 bytes
 * read and written back per event, in transactions of 1,000, without items and pairs; not a test.
 */
final class SqlitePerEventMeasure {
    private SqlitePerEventMeasure() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Files.createTempDirectory("sqlite").resolve("state.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=NORMAL");
                statement.execute("CREATE TABLE shopper (person INTEGER PRIMARY KEY, past BLOB)");
            }
            connection.setAutoCommit(false);
            for (int round = 0; round < 3; round++) {
                System.out.printf("%,.0f events/s%n", run(connection));
            }
        }
    }

    private static double run(Connection connection) throws SQLException {
        Random random = new Random(1);
        int events = 200_000;
        long start = System.nanoTime();
        try (PreparedStatement read =
                        connection.prepareStatement("SELECT past FROM shopper WHERE person=?");
                PreparedStatement write =
                        connection.prepareStatement("REPLACE INTO shopper VALUES (?,?)")) {
            for (int i = 0; i < events; i++) {
                long person = random.nextInt(100_000);
                read.setLong(1, person);
                byte[] past = new byte[500];
                try (ResultSet found = read.executeQuery()) {
                    if (found.next()) {
                        past = found.getBytes(1);
                    }
                }
                past[i % past.length]++;
                write.setLong(1, person);
                write.setBytes(2, past);
                write.executeUpdate();
                if (i % 1000 == 999) {
                    connection.commit();
                }
            }
        }
        return events / ((System.nanoTime() - start) / 1e9);
    }
}
