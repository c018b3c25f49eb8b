package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.Database;
import dev.vitrine.data.store.Session;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The durable store of all products, in one SQLite file. Thread-safe: writes happen one after the
 * other, reads never wait for them. Other processes may open it for reading.
 *
 * <p>Ids and numbers are also in memory ({@link IdTable}), products are not. Every change gets the
 * next sequence number; of several changes to one product only the newest is kept, so that
 * following the changes costs no more than reading the catalogue.
 */
public final class Catalog implements AutoCloseable {
    private static final String FILE = "catalog.db";
    private static final int PAGE = 1000;

    /** "VCAT", and the first version of the tables. */
    private static final Database.Schema SCHEMA =
            new Database.Schema(
                    0x56434154,
                    1,
                    List.of(
                            "CREATE TABLE item(number INTEGER PRIMARY KEY, id TEXT NOT NULL,"
                                    + " live INTEGER NOT NULL)",
                            "CREATE TABLE product(number INTEGER PRIMARY KEY, sequence INTEGER NOT"
                                    + " NULL, row BLOB)",
                            "CREATE INDEX product_sequence ON product(sequence)"));

    private final Database database;
    private final ItemNumbers items;

    private Catalog(Database database) {
        this.database = database;
        this.items = new ItemNumbers(new SecureRandom().nextLong());
        refresh();
    }

    /**
     * Opens for writing, making the directory when it is missing.
     *
     * @throws VitrineException STORE_IN_USE when another process writes here, STORE_FORMAT when
     *     what is there is of another version
     */
    public static Catalog open(Path directory) {
        return loaded(Database.open(directory, FILE, SCHEMA));
    }

    /**
     * Opens for reading, beside a process that writes. Items that appear later are seen after the
     * next {@link #scan} or {@link #changesAfter}.
     *
     * @throws VitrineException FILE_NOT_FOUND when there is no catalogue
     */
    public static Catalog openReadOnly(Path directory) {
        return loaded(Database.openReadOnly(directory, FILE, SCHEMA));
    }

    private static Catalog loaded(Database database) {
        try {
            return new Catalog(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Adds or replaces products in one transaction, durable on return. A later product of the list
     * wins over an earlier one of the same id. Lists of some thousands are fastest.
     *
     * @return what changed, in order of sequence; a product equal to what is stored is left out
     */
    public List<ProductChange> upsert(List<Product> products) {
        if (products.isEmpty()) {
            return List.of();
        }
        return change(batch -> {
            for (Product product : products) {
                batch.put(batch.number(product.id()), product);
            }
            return batch.flush();
        });
    }

    /**
     * Changes one product; nobody else's change comes between reading and writing it. Empty when
     * the id is unknown or its product deleted. A change to an equal product keeps its sequence.
     */
    public Optional<ProductChange> update(String id, UnaryOperator<Product> change) {
        int number = items.find(id);
        if (number < 0) {
            return Optional.empty();
        }
        return change(batch -> {
            Optional<ProductChange> before = batch.stored(number, id);
            Optional<Product> product = before.flatMap(ProductChange::product);
            if (product.isEmpty()) {
                return Optional.empty();
            }
            Product after = change.apply(product.get());
            if (!after.id().equals(id)) {
                throw new VitrineException(
                        DataError.PRODUCT_INVALID,
                        "the product '"
                                + id
                                + "' cannot become '"
                                + after.id()
                                + "'; an id is for good",
                        "id",
                        null);
            }
            batch.put(number, after);
            List<ProductChange> changes = batch.flush();
            return changes.isEmpty() ? before : Optional.of(changes.getFirst());
        });
    }

    /** Deletes a product; its number stays taken. Empty when it is unknown or already deleted. */
    public Optional<ProductChange> delete(String id) {
        int number = items.find(id);
        if (number < 0) {
            return Optional.empty();
        }
        return change(batch -> {
            batch.remove(number, id);
            List<ProductChange> changes = batch.flush();
            return changes.isEmpty() ? Optional.empty() : Optional.of(changes.getFirst());
        });
    }

    /** Numbers of ids in the order given; unknown ones become {@link Product#ofId}, durable. */
    public int[] ensure(List<String> ids) {
        int[] numbers = new int[ids.size()];
        if (findAll(ids, numbers)) {
            return numbers;
        }
        return change(batch -> {
            for (int i = 0; i < numbers.length; i++) {
                String id = ids.get(i);
                int known = batch.find(id);
                if (known < 0) {
                    Product product = Product.ofId(id);
                    known = batch.number(id);
                    batch.put(known, product);
                }
                numbers[i] = known;
            }
            batch.flush();
            return numbers;
        });
    }

    private boolean findAll(List<String> ids, int[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = items.find(ids.get(i));
            if (numbers[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private interface Change<T> {
        T run(CatalogBatch batch) throws SQLException;
    }

    /** One transaction; memory learns of it after the commit, so that it never runs ahead. */
    private <T> T change(Change<T> change) {
        synchronized (items.changing()) {
            Made<T> made =
                    database.write(session -> {
                        CatalogBatch batch = new CatalogBatch(session, items);
                        return new Made<>(batch, change.run(batch));
                    });
            items.apply(made.batch);
            return made.result;
        }
    }

    private record Made<T>(CatalogBatch batch, T result) {}

    /** The live product of an id. */
    public Optional<Product> get(String id) {
        int number = items.find(id);
        return number < 0 ? Optional.empty() : get(number);
    }

    /** The live product of a number. */
    public Optional<Product> get(int number) {
        if (number < 0 || number >= items.size()) {
            return Optional.empty();
        }
        return database.read(session -> product(session, number));
    }

    /** The live products among the numbers, in their order; others are left out. */
    public List<Product> get(int[] numbers) {
        return database.read(session -> {
            List<Product> found = new ArrayList<>(numbers.length);
            for (int number : numbers) {
                if (number >= 0 && number < items.size()) {
                    product(session, number).ifPresent(found::add);
                }
            }
            return List.copyOf(found);
        });
    }

    private Optional<Product> product(Session session, int number) throws SQLException {
        PreparedStatement select = session.prepare("SELECT row FROM product WHERE number=?");
        select.setInt(1, number);
        try (ResultSet row = select.executeQuery()) {
            byte[] bytes = row.next() ? row.getBytes(1) : null;
            return bytes == null
                    ? Optional.empty()
                    : Optional.of(ProductRow.read(items.id(number), bytes));
        }
    }

    /** The number of an id, also of a deleted one; -1 when it was never seen. In memory. */
    public int numberOf(String id) {
        return items.find(id);
    }

    /** The id of a number in [0, {@link #numbers}). In memory. */
    public String idOf(int number) {
        return items.id(number);
    }

    /**
     * SHA-256, in hexadecimal, of the ids of the first {@code count} numbers in order, each with
     * its length before it. Two catalogues with the same one number these products alike. In
     * memory.
     *
     * @param count at most {@link #numbers}
     */
    public String fingerprint(int count) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
            for (int number = 0; number < count; number++) {
                byte[] id = items.id(number).getBytes(StandardCharsets.UTF_8);
                digest.update(length.clear().putInt(id.length).flip());
                digest.update(id);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** One more than the highest number given. */
    public int numbers() {
        return items.size();
    }

    /** Live products. */
    public int size() {
        return items.live();
    }

    /**
     * Gives every live product, in order of number. It reads in pages, so it may see changes made
     * meanwhile; to miss none, note {@link #sequence} before and follow with {@link #changesAfter}.
     */
    public void scan(Consumer<ProductChange> each) {
        refresh();
        int after = -1;
        while (true) {
            List<ProductChange> page =
                    page(
                            "SELECT number, sequence, row FROM product WHERE number>? AND row IS"
                                    + " NOT NULL ORDER BY number LIMIT ?",
                            after,
                            PAGE);
            page.forEach(each);
            if (page.size() < PAGE) {
                return;
            }
            after = page.getLast().number();
        }
    }

    /**
     * The newest state of what changed after a sequence number, oldest change first.
     *
     * @param limit the most to return, at least 1
     */
    public List<ProductChange> changesAfter(long sequence, int limit) {
        refresh();
        return page(
                "SELECT number, sequence, row FROM product WHERE sequence>? ORDER BY sequence"
                        + " LIMIT ?",
                sequence,
                limit);
    }

    private List<ProductChange> page(String sql, long after, int limit) {
        return database.read(session -> {
            PreparedStatement select = session.prepare(sql);
            select.setLong(1, after);
            select.setInt(2, limit);
            List<ProductChange> page = new ArrayList<>(Math.min(limit, PAGE));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int number = row.getInt(1);
                    byte[] bytes = row.getBytes(3);
                    String id = idOnPage(session, number);
                    page.add(
                            new ProductChange(
                                    row.getLong(2),
                                    number,
                                    id,
                                    bytes == null
                                            ? Optional.empty()
                                            : Optional.of(ProductRow.read(id, bytes))));
                }
            }
            return page;
        });
    }

    /** Another thread or process may have added the item after memory was brought up to date. */
    private String idOnPage(Session session, int number) throws SQLException {
        if (number < items.size()) {
            return items.id(number);
        }
        PreparedStatement select = session.prepare("SELECT id FROM item WHERE number=?");
        select.setInt(1, number);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new VitrineException(
                        DataError.STORE_FAILED,
                        "the catalogue has a product of number " + number + " but no id for it");
            }
            return row.getString(1);
        }
    }

    /** Sequence of the newest change; 0 when there was none. */
    public long sequence() {
        return database.read(session -> session.number("SELECT max(sequence) FROM product"));
    }

    /** Reads items that another process added; the writing process knows them all already. */
    private void refresh() {
        if (!database.readOnly() && items.size() > 0) {
            return;
        }
        synchronized (items.changing()) {
            database.read(session -> {
                items.load(session);
                return true;
            });
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
