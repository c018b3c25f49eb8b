package dev.vitrine.data.catalog;

import dev.vitrine.data.store.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;

/**
 * What the catalogue keeps in memory: ids with their numbers, and which are live. Any thread may
 * read; whoever changes it holds the monitor of {@link #changing}.
 */
final class ItemNumbers {
    private final Object changing = new Object();
    private final IdTable ids;
    private final BitSet live = new BitSet();
    private volatile int liveCount;

    ItemNumbers(long seed) {
        this.ids = new IdTable(seed);
    }

    Object changing() {
        return changing;
    }

    int find(String id) {
        return ids.find(id);
    }

    String id(int number) {
        return ids.id(number);
    }

    int size() {
        return ids.size();
    }

    int live() {
        return liveCount;
    }

    /** Whether a number is live; for whoever holds the monitor. */
    boolean isLive(int number) {
        return live.get(number);
    }

    /** Takes over what a transaction committed. */
    void apply(CatalogBatch batch) {
        for (String id : batch.added()) {
            ids.add(id);
        }
        for (ProductChange change : batch.changed()) {
            live.set(change.number(), change.product().isPresent());
        }
        liveCount = live.cardinality();
    }

    /** Reads what is stored beyond what is known, and which items are live. */
    void load(Session session) throws SQLException {
        PreparedStatement added =
                session.prepare("SELECT id, live FROM item WHERE number>=? ORDER BY number");
        int known = ids.size();
        added.setInt(1, known);
        try (ResultSet row = added.executeQuery()) {
            while (row.next()) {
                int number = ids.add(row.getString(1));
                live.set(number, row.getInt(2) != 0);
            }
        }
        if (known > 0) {
            live.set(0, known);
            PreparedStatement dead =
                    session.prepare("SELECT number FROM item WHERE live=0 AND number<?");
            dead.setInt(1, known);
            try (ResultSet row = dead.executeQuery()) {
                while (row.next()) {
                    live.clear(row.getInt(1));
                }
            }
        }
        liveCount = live.cardinality();
    }
}
