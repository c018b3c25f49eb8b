package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of the registry that rollouts go by: the row of each serving config, which changes by
 * compare-and-set together with what is live, and the last report of each node.
 */
public final class SlotStore {
    private static final String REPORT = reportSql();

    private final Database database;

    /**
     * What the registry answers a report.
     *
     * @param life of the node's report that is kept now
     * @param sequence of that report
     * @param slots read in the same transaction
     */
    public record Heard(long life, long sequence, Optional<SlotRow> slots) {}

    /**
     * Everything at one moment.
     *
     * @param reports the contents of what each node told last
     * @param now the registry's clock
     */
    public record Board(Optional<SlotRow> slots, List<String> reports, Instant now) {
        public Board {
            reports = List.copyOf(reports);
        }
    }

    SlotStore(Database database) {
        this.database = database;
    }

    /** What is kept of a serving config; empty before the first write. */
    public Optional<SlotRow> row(String config) {
        return database.read(connection -> row(connection, config));
    }

    private static Optional<SlotRow> row(Connection connection, String config) throws SQLException {
        try (PreparedStatement select =
                        Database.prepare(
                                connection,
                                "SELECT version, content FROM slots WHERE config = ?",
                                config);
                ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.of(new SlotRow(rows.getLong(1), rows.getString(2)))
                    : Optional.empty();
        }
    }

    /**
     * Writes what is kept of a serving config if its version still is {@code expected} (0 for none
     * yet), and with it, or not at all, a change of what is live and the state of rollouts.
     *
     * @param rollouts content by id of the rollouts that it belongs to
     * @return whether it did; false when another write came first
     * @throws VitrineException RELEASE_NOT_FOUND when what is to be live is not registered
     */
    public boolean compareAndSet(
            String config,
            long expected,
            SlotRow next,
            Optional<LiveSwitch> live,
            Map<String, String> rollouts) {
        return database.write(connection -> {
            int changed =
                    expected == 0
                            ? Database.execute(
                                    connection,
                                    "INSERT INTO slots(config, version, content)"
                                            + " VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
                                    config,
                                    next.version(),
                                    next.content())
                            : Database.execute(
                                    connection,
                                    "UPDATE slots SET version = ?, content = ?"
                                            + " WHERE config = ? AND version = ?",
                                    next.version(),
                                    next.content(),
                                    config,
                                    expected);
            if (changed == 0) {
                return false;
            }
            if (live.isPresent() && !switchLive(connection, live.get())) {
                connection.rollback();
                return false;
            }
            for (Map.Entry<String, String> rollout : rollouts.entrySet()) {
                Database.execute(
                        connection,
                        "INSERT INTO rollout(id, content) VALUES(?, ?)"
                                + " ON CONFLICT(id) DO UPDATE SET content = excluded.content",
                        rollout.getKey(),
                        rollout.getValue());
            }
            return true;
        });
    }

    /** Within a transaction; false where something else is live than was expected. */
    boolean switchLive(Connection connection, LiveSwitch change) throws SQLException {
        String next = change.next();
        if (Database.number(connection, "SELECT COUNT(*) FROM release WHERE id = ?", next) == 0) {
            throw ReleaseStore.unknown(next);
        }
        int changed =
                change.expected().isPresent()
                        ? Database.execute(
                                connection,
                                "UPDATE live SET release = ? WHERE release = ?",
                                next,
                                change.expected().get())
                        : Database.execute(
                                connection,
                                "INSERT INTO live(slot, release) VALUES('live', ?)"
                                        + " ON CONFLICT DO NOTHING",
                                next);
        if (changed == 0) {
            return false;
        }
        Database.execute(
                connection,
                "INSERT INTO live_change(at, previous, next, who, reason)"
                        + " VALUES(?, ?, ?, ?, ?)",
                database.now(connection).toEpochMilli(),
                change.expected().orElse(""),
                next,
                change.who(),
                change.reason());
        return true;
    }

    /** The contents of the last {@code limit} rollouts, newest first. */
    public List<String> rollouts(int limit) {
        return database.read(connection ->
                texts(
                        connection,
                        "SELECT content FROM rollout ORDER BY sequence DESC LIMIT ?",
                        limit));
    }

    /**
     * Keeps what a node tells if it is newer than what it told before, and reads the row of the
     * serving config, in one transaction: whoever reads all reports after a newer row was written
     * finds among them every node that was answered by an older one.
     *
     * @param silence after which a name may be taken by a node at another place
     * @throws VitrineException NODE_NAME_TAKEN when a node at another place has that name
     */
    public Heard report(String config, NodeRow report, Duration silence) {
        return database.write(connection -> {
            Instant now = database.now(connection);
            long past = now.minus(silence).toEpochMilli();
            // The row is read by the statement that writes it: nodes that tell of themselves at the
            // same time do not read each other's rows, and need not be put in an order.
            try (PreparedStatement insert =
                            Database.prepare(
                                    connection,
                                    REPORT,
                                    config,
                                    report.name(),
                                    report.place(),
                                    report.life(),
                                    report.sequence(),
                                    now.toEpochMilli(),
                                    report.content(),
                                    past,
                                    past,
                                    past,
                                    past,
                                    past);
                    ResultSet kept = insert.executeQuery()) {
                kept.next();
                if (!kept.getString(1).equals(report.place()) && kept.getLong(4) >= past) {
                    throw new VitrineException(
                            RegistryError.NODE_NAME_TAKEN,
                            "another node is called '"
                                    + report.name()
                                    + "': "
                                    + kept.getString(1)
                                    + ", last heard of "
                                    + (now.toEpochMilli() - kept.getLong(4)) / 1000
                                    + " s ago; this one is "
                                    + report.place()
                                    + ". Give each a name of its own"
                                    + " (node in server.yaml), or wait "
                                    + silence.toSeconds()
                                    + " s after the other has ended");
                }
                return new Heard(kept.getLong(2), kept.getLong(3), row(connection, config));
            }
        });
    }

    private static String reportSql() {
        String newer =
                "CASE WHEN node.sequence < excluded.sequence"
                        + " AND (node.place = excluded.place OR node.heard < ?) THEN excluded.";
        StringBuilder sql =
                new StringBuilder(
                        "INSERT INTO node(config, name, place, life, sequence, heard, content)"
                                + " VALUES(?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT(config, name) DO UPDATE SET ");
        for (String column : List.of("place", "life", "sequence", "heard", "content")) {
            sql.append(column).append(" = ").append(newer).append(column);
            sql.append(" ELSE node.").append(column).append(" END");
            sql.append(column.equals("content") ? " " : ", ");
        }
        return sql.append("RETURNING place, life, sequence, heard").toString();
    }

    /** What a controller goes by. */
    public Board board(String config) {
        return database.look(connection ->
                new Board(
                        row(connection, config),
                        texts(
                                connection,
                                "SELECT content FROM node WHERE config = ? ORDER BY name",
                                config),
                        database.now(connection)));
    }

    /** A node has stopped and answers nothing any more. */
    public void leave(String config, String node, String place) {
        database.write(connection ->
                Database.execute(
                        connection,
                        "DELETE FROM node WHERE config = ? AND name = ? AND place = ?",
                        config,
                        node,
                        place));
    }

    /** Forgets nodes that were not heard of for so long that none of them can still answer. */
    public void forget(String config, Duration silence) {
        database.write(connection ->
                Database.execute(
                        connection,
                        "DELETE FROM node WHERE config = ? AND heard < ?",
                        config,
                        database.now(connection).minus(silence).toEpochMilli()));
    }

    private static List<String> texts(Connection connection, String sql, Object argument)
            throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement select = Database.prepare(connection, sql, argument);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
