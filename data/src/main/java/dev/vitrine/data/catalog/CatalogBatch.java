package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.RowWriter;
import dev.vitrine.data.store.Session;
import dev.vitrine.kernel.error.VitrineException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The changes of one transaction on the catalogue while it is made. Used by one thread. */
final class CatalogBatch {
    /** Rows sent to the database at a time. */
    private static final int FLUSH = 2000;

    private static final String PUT =
            "INSERT INTO product(number, sequence, row) VALUES(?,?,?) ON CONFLICT(number) DO UPDATE"
                    + " SET sequence=excluded.sequence, row=excluded.row"
                    + " WHERE row IS NOT excluded.row";
    private static final String ADD = "INSERT INTO item(number, id, live) VALUES(?,?,1)";
    private static final String SET_LIVE = "UPDATE item SET live=? WHERE number=?";
    private static final String STORED = "SELECT sequence, row FROM product WHERE number=?";

    private final Session session;
    private final ItemNumbers known;
    private final Map<String, Integer> added = new LinkedHashMap<>();
    private final RowWriter row = new RowWriter(1024);
    private final List<ProductChange> waiting = new ArrayList<>();
    private final List<ProductChange> changed = new ArrayList<>();
    private long sequence;

    CatalogBatch(Session session, ItemNumbers known) throws SQLException {
        this.session = session;
        this.known = known;
        this.sequence = session.number("SELECT max(sequence) FROM product");
        // A transaction that failed may have left rows on the statements.
        for (String sql : List.of(PUT, ADD, SET_LIVE)) {
            session.prepare(sql).clearBatch();
        }
    }

    /** Ids that have no number yet outside this transaction, in the order of their numbers. */
    Iterable<String> added() {
        return added.keySet();
    }

    /** What the database took as a change, in order of sequence. */
    List<ProductChange> changed() {
        return changed;
    }

    int find(String id) {
        int number = known.find(id);
        return number >= 0 ? number : added.getOrDefault(id, -1);
    }

    /** The number of an id; an unknown one gets the next. */
    int number(String id) {
        int number = find(id);
        if (number < 0) {
            checkText(id);
            number = known.size() + added.size();
            added.put(id, number);
        }
        return number;
    }

    /** Half of a surrogate pair has no UTF-8; stored, it would become the id of another item. */
    private static void checkText(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (Character.isSurrogate(id.charAt(i))) {
                boolean pair =
                        i + 1 < id.length()
                                && Character.isSurrogatePair(id.charAt(i), id.charAt(i + 1));
                if (!pair) {
                    throw VitrineException.field(
                            DataError.PRODUCT_INVALID,
                            "id",
                            "the product id '" + id + "' is no valid text at character " + i);
                }
                i++;
            }
        }
    }

    void put(int number, Product product) throws SQLException {
        row.clear();
        ProductRow.write(row, product);
        add(number, product.id(), Optional.of(product), row.toByteArray());
    }

    void remove(int number, String id) throws SQLException {
        add(number, id, Optional.empty(), null);
    }

    private void add(int number, String id, Optional<Product> product, byte @Nullable [] bytes)
            throws SQLException {
        sequence++;
        PreparedStatement put = session.prepare(PUT);
        put.setInt(1, number);
        put.setLong(2, sequence);
        put.setBytes(3, bytes);
        put.addBatch();
        waiting.add(new ProductChange(sequence, number, id, product));
        if (waiting.size() >= FLUSH) {
            flushProducts();
        }
    }

    /** Sends the rest to the database; gives what really changed. */
    List<ProductChange> flush() throws SQLException {
        flushProducts();
        if (!added.isEmpty()) {
            PreparedStatement add = session.prepare(ADD);
            for (Map.Entry<String, Integer> each : added.entrySet()) {
                add.setInt(1, each.getValue());
                add.setString(2, each.getKey());
                add.addBatch();
            }
            add.executeBatch();
        }
        PreparedStatement set = session.prepare(SET_LIVE);
        boolean any = false;
        for (ProductChange change : changed) {
            boolean live = change.product().isPresent();
            if (change.number() < known.size() && known.isLive(change.number()) != live) {
                set.setInt(1, live ? 1 : 0);
                set.setInt(2, change.number());
                set.addBatch();
                any = true;
            }
        }
        if (any) {
            set.executeBatch();
        }
        return List.copyOf(changed);
    }

    private void flushProducts() throws SQLException {
        if (waiting.isEmpty()) {
            return;
        }
        int[] counts = session.prepare(PUT).executeBatch();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                changed.add(waiting.get(i));
            }
        }
        waiting.clear();
    }

    /** The live product of a number as it is now. */
    Optional<ProductChange> stored(int number, String id) throws SQLException {
        PreparedStatement select = session.prepare(STORED);
        select.setInt(1, number);
        try (ResultSet found = select.executeQuery()) {
            byte[] bytes = found.next() ? found.getBytes(2) : null;
            if (bytes == null) {
                return Optional.empty();
            }
            Product product = ProductRow.read(id, bytes);
            return Optional.of(
                    new ProductChange(found.getLong(1), number, id, Optional.of(product)));
        }
    }
}
