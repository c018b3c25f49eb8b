package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.store.DiskFiles;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes events as the shop sends them and keeps them with people as numbers: {@link People} and
 * {@link EventLog} together. Thread-safe. A person's number is durable before any event that uses
 * it is written, so the log never speaks of somebody unknown. Both stores gather what many threads
 * bring and force it once.
 */
public final class EventStore implements AutoCloseable {
    private static final String LOG = "log";
    private static final String PEOPLE = "people";

    private final People people;
    private final EventLog log;
    private final Set<String> personal;
    private final InstantSource clock;

    private EventStore(People people, EventLog log, Set<String> personal, InstantSource clock) {
        this.people = people;
        this.log = log;
        this.personal = personal;
        this.clock = clock;
    }

    /**
     * Opens for writing.
     *
     * @param home its folders {@code log} and {@code people} are used, and made when missing
     * @param clock gives {@link LoggedEvent#receivedAt}
     */
    public static EventStore open(Path home, EventStoreSettings settings, InstantSource clock) {
        People people =
                People.open(home.resolve(PEOPLE), settings.rememberedPeople(), new SecureRandom());
        try {
            EventLog log =
                    EventLog.open(
                            home.resolve(LOG),
                            settings.log(),
                            new DiskFiles(),
                            clock,
                            Thread.ofPlatform().name("event-log").daemon().factory());
            return new EventStore(people, log, settings.personalAttributes(), clock);
        } catch (RuntimeException e) {
            people.close();
            throw e;
        }
    }

    /** Opens for reading, beside a process that writes. */
    public static EventStore openReadOnly(Path home) {
        People people = People.openReadOnly(home.resolve(PEOPLE));
        try {
            EventLog log = EventLog.openReadOnly(home.resolve(LOG), new DiskFiles());
            return new EventStore(people, log, Set.of(), InstantSource.system());
        } catch (RuntimeException e) {
            people.close();
            throw e;
        }
    }

    /**
     * Appends events in order; they are durable on return, all or none.
     *
     * @throws dev.vitrine.kernel.error.VitrineException as {@link EventLog#append}
     */
    public Appended append(List<Event> events) {
        return submit(events).await();
    }

    /**
     * Begins to append events: their people are durable on return, they themselves once the result
     * was awaited. What one thread submits is kept in that order. For imports, which need not wait
     * for the disk after every batch; the log bounds what may be on its way.
     */
    public PendingAppend submit(List<Event> events) {
        int count = events.size();
        String[] visitorIds = new String[count];
        String[] userIds = new String[count];
        for (int i = 0; i < count; i++) {
            visitorIds[i] = events.get(i).visitorId();
            userIds[i] = events.get(i).userId();
        }
        People.Numbers numbers = people.numbers(visitorIds, userIds);
        long receivedAt = clock.millis();
        List<LoggedEvent> logged = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            logged.add(
                    logged(events.get(i), numbers.visitors()[i], numbers.users()[i], receivedAt));
        }
        if (events.isEmpty()) {
            long end = log.endOffset();
            return () -> new Appended(end, List.of());
        }
        GroupCommit.Pending pending = log.submit(logged);
        return () -> {
            long first = pending.await();
            List<LoggedEvent> durable = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                durable.add(logged.get(i).at(first + i));
            }
            return new Appended(first, durable);
        };
    }

    private LoggedEvent logged(Event event, long visitor, long user, long receivedAt) {
        Map<String, AttributeValue> open = event.attributes();
        SealedAttributes sealed = SealedAttributes.NONE;
        if (!personal.isEmpty() && !open.isEmpty()) {
            Map<String, AttributeValue> aboutPerson = new HashMap<>(open);
            aboutPerson.keySet().retainAll(personal);
            if (!aboutPerson.isEmpty()) {
                open = new HashMap<>(open);
                open.keySet().removeAll(personal);
                sealed = people.seal(owner(visitor, user), aboutPerson);
            }
        }
        return new LoggedEvent(
                0,
                visitor,
                user,
                event.type(),
                event.time(),
                receivedAt,
                event.eventId(),
                event.sessionId(),
                event.products(),
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                Map.copyOf(open),
                sealed);
    }

    /** Whose key seals an event: the visitor's, for every visitor of a user is erased with it. */
    private static long owner(long visitor, long user) {
        return visitor != 0 ? visitor : user;
    }

    /** Reads events from an offset on, as {@link EventLog#read}. */
    public EventCursor read(long fromOffset) {
        return log.read(fromOffset);
    }

    /** The personal attributes of an event; empty when it has none or its person was erased. */
    public Map<String, AttributeValue> personal(LoggedEvent event) {
        return people.open(owner(event.visitor(), event.user()), event.sealed());
    }

    public EventLog log() {
        return log;
    }

    public People people() {
        return people;
    }

    @Override
    public void close() {
        try (people) {
            log.close();
        }
    }
}
