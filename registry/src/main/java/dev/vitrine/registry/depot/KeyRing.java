package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.util.List;
import java.util.Optional;

/**
 * Which keys wrap the keys of a depot: the first wraps from now on, all unwrap.
 *
 * @param keys none for a depot whose objects are not encrypted
 */
public record KeyRing(List<KeyWrapping> keys) {
    /** Writes plain objects and reads no others. */
    public static final KeyRing NONE = new KeyRing(List.of());

    public KeyRing {
        keys = List.copyOf(keys);
    }

    Optional<KeyWrapping> current() {
        return keys.stream().findFirst();
    }

    /**
     * @throws VitrineException KEY_REFUSED when there is none of that id
     */
    KeyWrapping get(String id) {
        return keys.stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new VitrineException(
                                RegistryError.KEY_REFUSED,
                                "it is encrypted under the key "
                                        + id
                                        + ", which is not among "
                                        + keys.stream().map(KeyWrapping::id).toList()));
    }
}
