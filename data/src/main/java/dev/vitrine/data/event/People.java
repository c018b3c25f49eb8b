package dev.vitrine.data.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives people numbers and holds their keys; the only place that knows their ids. Numbers of
 * visitors and users come from one sequence from 1 and are never given twice, also not after an
 * erasure. Thread-safe; other processes may open it for reading.
 *
 * <p>Ids used lately are answered from memory. Threads that bring unknown ids at the same time
 * share one transaction: whoever holds the writing lock takes the requests of all that wait.
 */
public final class People implements AutoCloseable {
    private static final String FILE = "people.db";
    static final int VISITOR = 0;
    static final int USER = 1;

    /** "VPEO", and the first version of the tables. */
    private static final Database.Schema SCHEMA =
            new Database.Schema(
                    0x5650454F,
                    1,
                    List.of(
                            "CREATE TABLE person(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
                                    + " id TEXT NOT NULL, key BLOB NOT NULL)",
                            "CREATE UNIQUE INDEX person_id ON person(kind, id)",
                            "CREATE TABLE link(visitor INTEGER NOT NULL, user INTEGER NOT NULL,"
                                    + " PRIMARY KEY(user, visitor)) WITHOUT ROWID",
                            "CREATE INDEX link_visitor ON link(visitor)",
                            "CREATE TABLE next_number(number INTEGER NOT NULL)",
                            "INSERT INTO next_number VALUES(1)"));

    /** An id of one of the two kinds. */
    record PersonId(int kind, String id) {}

    /** A visitor and a user seen together. */
    record Link(PersonId visitor, PersonId user) {}

    /** Numbers in the order asked for; 0 where the id was empty. */
    record Numbers(long[] visitors, long[] users) {}

    /** What one thread needs from the next transaction. */
    private static final class Request {
        private final Set<PersonId> ids;
        private final Set<Link> links;
        private Map<PersonId, Long> numbers = Map.of();
        private boolean done;

        Request(Set<PersonId> ids, Set<Link> links) {
            this.ids = ids;
            this.links = links;
        }
    }

    /** People that one transaction takes over from waiting threads, at the most. */
    private static final int GROUP = 50_000;

    private final Database database;
    private final SecureRandom random;
    private final Cache<PersonId, Long> known;
    private final Cache<Link, Boolean> linked;
    private final ReentrantLock combining = new ReentrantLock();
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();

    /** Held shared while numbers are taken into memory, alone while a person leaves it. */
    private final ReentrantReadWriteLock erasing = new ReentrantReadWriteLock();

    private People(Database database, SecureRandom random, int remembered) {
        this.database = database;
        this.random = random;
        this.known = Caffeine.newBuilder().maximumSize(remembered).build();
        this.linked = Caffeine.newBuilder().maximumSize(remembered).build();
    }

    /** Opens for writing, remembering as many ids as {@link EventStoreSettings#DEFAULTS} says. */
    public static People open(Path directory) {
        return open(directory, EventStoreSettings.DEFAULTS.rememberedPeople(), new SecureRandom());
    }

    /**
     * Opens for writing, making the directory when it is missing.
     *
     * @param remembered ids that are kept in memory
     * @param random makes keys and nonces
     */
    public static People open(Path directory, int remembered, SecureRandom random) {
        return new People(Database.open(directory, FILE, SCHEMA), random, remembered);
    }

    /** Opens for reading, beside a process that writes. */
    public static People openReadOnly(Path directory) {
        return new People(
                Database.openReadOnly(directory, FILE, SCHEMA),
                new SecureRandom(),
                EventStoreSettings.DEFAULTS.rememberedPeople());
    }

    /** Numbers of visitor ids in the order given; unknown ones are created, durable on return. */
    public long[] visitors(List<String> ids) {
        String[] visitors = ids.toArray(String[]::new);
        String[] users = new String[visitors.length];
        Arrays.fill(users, "");
        return numbers(visitors, users).visitors;
    }

    /** The number of a visitor id, created and durable when it was unknown. */
    public long visitor(String id) {
        return numbers(new String[] {id}, new String[] {""}).visitors[0];
    }

    /** The number of a user id, created and durable when it was unknown. */
    public long user(String id) {
        return numbers(new String[] {""}, new String[] {id}).users[0];
    }

    /**
     * Numbers of the people of several events; an id may be empty. Where an event has both, the two
     * are linked. All is durable on return.
     */
    Numbers numbers(String[] visitorIds, String[] userIds) {
        int count = visitorIds.length;
        Numbers numbers = new Numbers(new long[count], new long[count]);
        Set<PersonId> ids = new LinkedHashSet<>();
        Set<Link> links = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            numbers.visitors[i] = remembered(VISITOR, visitorIds[i], ids);
            numbers.users[i] = remembered(USER, userIds[i], ids);
            if (!visitorIds[i].isEmpty() && !userIds[i].isEmpty()) {
                Link link =
                        new Link(
                                new PersonId(VISITOR, visitorIds[i]),
                                new PersonId(USER, userIds[i]));
                if (linked.getIfPresent(link) == null) {
                    links.add(link);
                    ids.add(link.visitor);
                    ids.add(link.user);
                }
            }
        }
        if (!ids.isEmpty()) {
            Map<PersonId, Long> found = create(new Request(ids, links));
            for (int i = 0; i < count; i++) {
                fill(numbers.visitors, i, found.get(new PersonId(VISITOR, visitorIds[i])));
                fill(numbers.users, i, found.get(new PersonId(USER, userIds[i])));
            }
        }
        return numbers;
    }

    private static void fill(long[] numbers, int at, @Nullable Long number) {
        if (number != null) {
            numbers[at] = number;
        }
    }

    private long remembered(int kind, String id, Set<PersonId> unknown) {
        if (id.isEmpty()) {
            return 0;
        }
        PersonId person = new PersonId(kind, id);
        Long number = known.getIfPresent(person);
        if (number == null) {
            unknown.add(person);
            return 0;
        }
        return number;
    }

    private Map<PersonId, Long> create(Request request) {
        requests.add(request);
        combining.lock();
        try {
            if (!request.done) {
                List<Request> group = gather(request);
                erasing.readLock().lock();
                try {
                    commit(group);
                } finally {
                    erasing.readLock().unlock();
                }
            }
            return request.numbers;
        } finally {
            combining.unlock();
        }
    }

    /**
     * This thread's request and those that wait; one that fails leaves the others to themselves.
     */
    private List<Request> gather(Request own) {
        requests.remove(own);
        List<Request> group = new ArrayList<>();
        group.add(own);
        int people = own.ids.size();
        while (people < GROUP) {
            Request next = requests.poll();
            if (next == null) {
                break;
            }
            group.add(next);
            people += next.ids.size();
        }
        return group;
    }

    private void commit(List<Request> group) {
        Map<PersonId, Long> numbers;
        try {
            numbers =
                    database.write(session -> {
                        PeopleBatch batch = new PeopleBatch(session, random);
                        for (Request each : group) {
                            batch.ensure(each.ids);
                        }
                        for (Request each : group) {
                            batch.link(each.links);
                        }
                        return batch.numbers();
                    });
        } catch (RuntimeException e) {
            // The others of the group try for themselves when they get the lock.
            for (int i = 1; i < group.size(); i++) {
                requests.add(group.get(i));
            }
            throw e;
        }
        known.putAll(numbers);
        for (Request each : group) {
            each.numbers = numbers;
            each.done = true;
            for (Link link : each.links) {
                linked.put(link, true);
            }
        }
    }

    public OptionalLong findVisitor(String id) {
        return find(new PersonId(VISITOR, id));
    }

    public OptionalLong findUser(String id) {
        return find(new PersonId(USER, id));
    }

    private OptionalLong find(PersonId id) {
        return database.read(session -> PeopleBatch.find(session, id));
    }

    /** Visitor numbers that were seen together with a user number, ascending. */
    public long[] linkedVisitors(long user) {
        return database.read(session -> {
            PreparedStatement select =
                    session.prepare("SELECT visitor FROM link WHERE user=? ORDER BY visitor");
            select.setLong(1, user);
            long[] visitors = new long[4];
            int count = 0;
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (count == visitors.length) {
                        visitors = Arrays.copyOf(visitors, count * 2);
                    }
                    visitors[count++] = row.getLong(1);
                }
            }
            return Arrays.copyOf(visitors, count);
        });
    }

    /** Seals attributes under a person's key; empty when the person was erased meanwhile. */
    SealedAttributes seal(long person, Map<String, AttributeValue> attributes) {
        return key(person).map(key -> key.seal(attributes, random)).orElse(SealedAttributes.NONE);
    }

    /** Opens what was sealed under a person's key; empty when the person was erased. */
    Map<String, AttributeValue> open(long person, SealedAttributes sealed) {
        return sealed.isEmpty()
                ? Map.of()
                : key(person).map(key -> key.open(sealed)).orElse(Map.of());
    }

    private Optional<PersonKey> key(long person) {
        return database.read(session -> {
            PreparedStatement select = session.prepare("SELECT key FROM person WHERE number=?");
            select.setLong(1, person);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new PersonKey(person, row.getBytes(1)))
                        : Optional.empty();
            }
        });
    }

    /**
     * Deletes a person's id, key and links, for good: what is deleted is overwritten with zeros,
     * and the write-ahead file emptied. Copies made earlier (backups) are not reached.
     *
     * @return false when the number is unknown or was erased before
     * @throws dev.vitrine.kernel.error.VitrineException STORE_BUSY when a reader keeps the
     *     write-ahead file from being emptied; erase again then
     */
    public boolean erase(long number) {
        erasing.writeLock().lock();
        try {
            boolean existed =
                    database.write(session -> {
                        for (String sql :
                                List.of(
                                        "DELETE FROM link WHERE visitor=?",
                                        "DELETE FROM link WHERE user=?")) {
                            PreparedStatement delete = session.prepare(sql);
                            delete.setLong(1, number);
                            delete.executeUpdate();
                        }
                        PreparedStatement delete =
                                session.prepare("DELETE FROM person WHERE number=?");
                        delete.setLong(1, number);
                        return delete.executeUpdate() > 0;
                    });
            known.asMap().values().removeIf(each -> each == number);
            linked.invalidateAll();
            database.checkpoint();
            return existed;
        } finally {
            erasing.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
