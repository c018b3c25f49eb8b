package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.event.EventType;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Event types by the names of the public API. */
final class EventTypes {
    private static final Map<String, EventType> BY_NAME =
            Stream.of(EventType.values()).collect(Collectors.toMap(EventType::wire, t -> t));

    /** All names, for messages. */
    static final String NAMES =
            Stream.of(EventType.values()).map(EventType::wire).collect(Collectors.joining(", "));

    private EventTypes() {}

    static @Nullable EventType find(String name) {
        return BY_NAME.get(name);
    }

    /**
     * @throws VitrineException MAPPING_INVALID when there is no such type
     */
    static EventType of(String name) {
        EventType type = BY_NAME.get(name);
        if (type == null) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID,
                    "eventType",
                    "'" + name + "' is not an event type; expected one of " + NAMES);
        }
        return type;
    }
}
