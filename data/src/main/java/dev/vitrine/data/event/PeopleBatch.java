package dev.vitrine.data.event;

import dev.vitrine.data.event.People.Link;
import dev.vitrine.data.event.People.PersonId;
import dev.vitrine.data.store.Session;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Finds and creates people in one transaction. Used by one thread. */
final class PeopleBatch {
    private static final String ADD = "INSERT INTO person(number, kind, id, key) VALUES(?,?,?,?)";
    private static final String ADD_LINK = "INSERT OR IGNORE INTO link(visitor, user) VALUES(?,?)";
    private static final String NEXT = "UPDATE next_number SET number=?";

    private final Session session;
    private final SecureRandom random;
    private final Map<PersonId, Long> numbers = new LinkedHashMap<>();

    PeopleBatch(Session session, SecureRandom random) throws SQLException {
        this.session = session;
        this.random = random;
        // A transaction that failed may have left rows on the statements.
        for (String sql : List.of(ADD, ADD_LINK)) {
            session.prepare(sql).clearBatch();
        }
    }

    static OptionalLong find(Session session, PersonId id) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT number FROM person WHERE kind=? AND id=?");
        select.setInt(1, id.kind());
        select.setString(2, id.id());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    void ensure(Iterable<PersonId> ids) throws SQLException {
        long first = session.number("SELECT number FROM next_number");
        long next = first;
        PreparedStatement add = session.prepare(ADD);
        byte[] key = new byte[PersonKey.BYTES];
        for (PersonId id : ids) {
            if (numbers.containsKey(id)) {
                continue;
            }
            OptionalLong known = find(session, id);
            if (known.isPresent()) {
                numbers.put(id, known.getAsLong());
                continue;
            }
            random.nextBytes(key);
            add.setLong(1, next);
            add.setInt(2, id.kind());
            add.setString(3, id.id());
            add.setBytes(4, key);
            add.addBatch();
            numbers.put(id, next);
            next++;
        }
        if (next > first) {
            add.executeBatch();
            PreparedStatement update = session.prepare(NEXT);
            update.setLong(1, next);
            update.executeUpdate();
        }
    }

    void link(Iterable<Link> links) throws SQLException {
        PreparedStatement add = session.prepare(ADD_LINK);
        boolean any = false;
        for (Link link : links) {
            add.setLong(1, number(link.visitor()));
            add.setLong(2, number(link.user()));
            add.addBatch();
            any = true;
        }
        if (any) {
            add.executeBatch();
        }
    }

    private long number(PersonId id) {
        Long number = numbers.get(id);
        if (number == null) {
            throw new IllegalStateException("a link names a person that was not asked for");
        }
        return number;
    }

    Map<PersonId, Long> numbers() {
        return numbers;
    }
}
