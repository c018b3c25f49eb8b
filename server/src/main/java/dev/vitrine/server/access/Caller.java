package dev.vitrine.server.access;

/**
 * Who calls.
 *
 * @param name the name of the key, or {@code local} on loopback without keys
 * @param hasKey whether the name is that of a key
 */
public record Caller(String name, Role role, boolean hasKey) {
    /** Somebody on a route that anybody may call. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Role.STOREFRONT, false);

    static final Caller LOCAL = new Caller("local", Role.ADMIN, false);

    /** The name that its requests are counted under; empty where callers have no keys. */
    public String client() {
        return hasKey ? name : "";
    }
}
