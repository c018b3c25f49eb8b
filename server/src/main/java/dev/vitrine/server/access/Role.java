package dev.vitrine.server.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key may do. Every role may do what the ones before it may. */
public enum Role {
    /** Asks for answers and writes events; its key is public, in the pages of the shop. */
    STOREFRONT,
    /** Imports, reads and changes the catalogue and releases. */
    OPERATOR,
    /** Everything, the data of single people included. */
    ADMIN;

    /** The name in configuration. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String wire) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(wire)).findFirst();
    }

    /** Whether this role may do what {@code needed} may. */
    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }
}
