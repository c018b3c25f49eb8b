package dev.vitrine.server.wiring;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.People;
import dev.vitrine.server.http.JobView;
import dev.vitrine.server.http.UsersPort;
import dev.vitrine.server.shop.Shop;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Exports and erases what is known of a person. Erasing deletes the rows that lead from ids to the
 * person's numbers, and the keys of their sealed attributes: what the log still holds belongs to
 * nobody and can be unsealed by nobody.
 */
public final class PeopleRights implements UsersPort {
    private final Shop shop;
    private final Jobs jobs;

    public PeopleRights(Shop shop, Jobs jobs) {
        this.shop = shop;
        this.jobs = jobs;
    }

    @Override
    public JobView erase(String id) {
        return jobs.start(
                "erase",
                () -> {
                    People people = shop.events().people();
                    int erased = 0;
                    for (long number : numbers(id)) {
                        erased += people.erase(number) ? 1 : 0;
                    }
                    Map<String, Object> proof = new HashMap<>();
                    proof.put("numbersErased", erased);
                    proof.put("keysDestroyed", erased);
                    proof.put("stillKnown", knows(id));
                    return proof;
                });
    }

    @Override
    public boolean knows(String id) {
        return !numbers(id).isEmpty();
    }

    @Override
    public void export(String id, Consumer<Event> each) {
        Set<Long> numbers = numbers(id);
        long end = shop.events().log().endOffset();
        try (EventCursor cursor = shop.events().read(0)) {
            while (cursor.nextOffset() < end && cursor.next()) {
                LoggedEvent event = cursor.event();
                if (numbers.contains(event.visitor()) || numbers.contains(event.user())) {
                    each.accept(named(event, id));
                }
            }
        }
    }

    /** The numbers behind an id: as a visitor, as a user, and the visitors that user was. */
    private Set<Long> numbers(String id) {
        People people = shop.events().people();
        Set<Long> numbers = new LinkedHashSet<>();
        people.findVisitor(id).ifPresent(numbers::add);
        people.findUser(id)
                .ifPresent(user -> {
                    numbers.add(user);
                    for (long visitor : people.linkedVisitors(user)) {
                        numbers.add(visitor);
                    }
                });
        return numbers;
    }

    private Event named(LoggedEvent event, String id) {
        Map<String, AttributeValue> attributes = new HashMap<>(event.attributes());
        attributes.putAll(shop.events().personal(event));
        return new Event(
                event.eventId(),
                event.type(),
                id,
                event.user() == 0 ? "" : id,
                event.sessionId(),
                event.time(),
                event.products(),
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                attributes);
    }
}
