package dev.vitrine.server.access;

/**
 * Who calls.
 *
 * @param name the name of the key, or {@code local} on loopback without keys
 */
public record Caller(String name, Role role) {
    /** Somebody on a route that anybody may call. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Role.STOREFRONT);

    static final Caller LOCAL = new Caller("local", Role.ADMIN);
}
