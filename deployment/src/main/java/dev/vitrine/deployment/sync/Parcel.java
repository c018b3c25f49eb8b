package dev.vitrine.deployment.sync;

import java.util.Set;

/**
 * Something that is carried whole or not at all, after all that it needs.
 *
 * @param name one only among those of a synchronisation
 * @param bytes of its content, for progress
 * @param needs names of parcels that must have arrived before it is begun
 */
public record Parcel(String name, long bytes, Set<String> needs) {
    public Parcel {
        needs = Set.copyOf(needs);
    }
}
