package dev.vitrine.data.event;

import java.util.Set;

/**
 * How events and the people in them are kept.
 *
 * @param personalAttributes names of event attributes that are about a person; they are sealed
 *     under that person's key
 * @param rememberedPeople how many ids with their numbers stay in memory
 */
public record EventStoreSettings(
        EventLogSettings log, Set<String> personalAttributes, int rememberedPeople) {
    public static final EventStoreSettings DEFAULTS =
            new EventStoreSettings(EventLogSettings.DEFAULTS, Set.of(), 200_000);

    public EventStoreSettings {
        personalAttributes = Set.copyOf(personalAttributes);
    }
}
