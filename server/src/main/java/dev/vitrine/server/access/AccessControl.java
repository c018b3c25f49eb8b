package dev.vitrine.server.access;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.net.InetAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Admits or refuses each call.
 *
 * <p>Without keys the server listens on loopback only and whoever reaches it is admin; then a web
 * page in a browser on this machine is the danger, and two checks keep it out: the Host header must
 * name this machine (a page whose name was rebound to 127.0.0.1 still sends its own name), and a
 * call that a page of another origin sends is refused. With keys, the key decides; a browser may
 * use it only from the key's origins.
 */
public final class AccessControl {
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final List<Key> keys;
    private final Set<String> hosts;
    private final LongSupplier nanoClock;

    private record Key(Caller caller, byte[] digest, Set<String> origins, RateLimit rate) {}

    private AccessControl(List<Key> keys, Set<String> hosts, LongSupplier nanoClock) {
        this.keys = keys;
        this.hosts = hosts;
        this.nanoClock = nanoClock;
    }

    /**
     * Checks that the address may be opened with these settings.
     *
     * @param address where the server will listen
     * @param nanoClock monotonic nanoseconds, for rates
     * @throws VitrineException ADDRESS_NOT_ALLOWED when an address other than loopback has no keys,
     *     no origins for its storefront keys or no TLS; the message says what is missing
     */
    public static AccessControl open(
            AccessSettings settings, InetAddress address, LongSupplier nanoClock) {
        if (!address.isLoopbackAddress()) {
            refuseUnsafe(settings, address);
        }
        long now = nanoClock.getAsLong();
        List<Key> keys = new ArrayList<>();
        for (KeySettings key : settings.keys()) {
            keys.add(
                    new Key(
                            new Caller(key.name(), key.parsedRole(), true),
                            HexFormat.of().parseHex(key.hash().substring("sha256:".length())),
                            Set.copyOf(key.origins()),
                            new RateLimit(key.requestsPerSecond(), now)));
        }
        Set<String> hosts = new HashSet<>(LOCAL_NAMES);
        settings.hosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        return new AccessControl(List.copyOf(keys), Set.copyOf(hosts), nanoClock);
    }

    private static void refuseUnsafe(AccessSettings settings, InetAddress address) {
        List<String> missing = new ArrayList<>();
        if (settings.keys().isEmpty()) {
            missing.add("keys with roles (access.keys; make one with 'vitrine key ROLE')");
        } else if (settings.keys().stream().noneMatch(k -> k.parsedRole() == Role.ADMIN)) {
            missing.add("a key with role admin");
        }
        for (KeySettings key : settings.keys()) {
            if (key.parsedRole() == Role.STOREFRONT && key.origins().isEmpty()) {
                missing.add("the origins of storefront key '" + key.name() + "'");
            }
        }
        if (settings.certificate().isEmpty()) {
            missing.add("TLS (access.tls: certificate and key, or keystore)");
        }
        if (!missing.isEmpty()) {
            throw VitrineException.field(
                    ServerError.ADDRESS_NOT_ALLOWED,
                    "host",
                    "will not listen on "
                            + address.getHostAddress()
                            + ", which other machines can reach, without "
                            + String.join(", and ", missing)
                            + "; 127.0.0.1 needs none of this");
        }
    }

    /** Whether calls need a key. */
    public boolean needsKeys() {
        return !keys.isEmpty();
    }

    /**
     * Admits a call.
     *
     * @throws VitrineException UNAUTHENTICATED, FORBIDDEN or EXHAUSTED; a key that called too often
     *     may call again within a second
     */
    public Caller admit(AccessRequest request) {
        if (keys.isEmpty()) {
            return admitLocal(request);
        }
        if (request.key().isEmpty()) {
            throw new VitrineException(
                    ServerError.KEY_MISSING,
                    "a key is needed: send 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'");
        }
        Key key = find(request.key());
        if (!request.origin().isEmpty()
                && !key.origins().contains(request.origin())
                && !sameOrigin(request)) {
            throw new VitrineException(
                    ServerError.ORIGIN_FORBIDDEN,
                    "key '"
                            + key.caller().name()
                            + "' may not be used from pages of "
                            + shorten(request.origin()));
        }
        if (!key.caller().role().includes(request.needed())) {
            throw new VitrineException(
                    ServerError.ROLE_INSUFFICIENT,
                    "role "
                            + key.caller().role().wire()
                            + " may not do this; it needs "
                            + request.needed().wire());
        }
        long wait = key.rate().take(nanoClock.getAsLong());
        if (wait > 0) {
            throw new VitrineException(
                    ServerError.RATE_EXCEEDED,
                    "key '"
                            + key.caller().name()
                            + "' calls more often than it may; try again in "
                            + Math.max(1, wait / 1_000_000)
                            + " ms");
        }
        return key.caller();
    }

    /** Whether pages of this origin may call at all, for the browser's question beforehand. */
    public boolean knowsOrigin(String origin) {
        for (Key key : keys) {
            if (key.origins().contains(origin)) {
                return true;
            }
        }
        return false;
    }

    private Caller admitLocal(AccessRequest request) {
        if (!hosts.contains(hostName(request.host()))) {
            throw new VitrineException(
                    ServerError.HOST_FORBIDDEN,
                    "this server answers to localhost, not to '" + shorten(request.host()) + "'");
        }
        if (!request.origin().isEmpty() && !sameOrigin(request)) {
            throw new VitrineException(
                    ServerError.ORIGIN_FORBIDDEN,
                    "pages of "
                            + shorten(request.origin())
                            + " may not call this server; set up a storefront key with this"
                            + " origin");
        }
        return Caller.LOCAL;
    }

    /** Compares with every key, so that the time taken does not tell which one was near. */
    private Key find(String secret) {
        byte[] digest = ApiKeys.digest(secret);
        Key found = null;
        for (Key key : keys) {
            if (MessageDigest.isEqual(key.digest(), digest)) {
                found = key;
            }
        }
        if (found == null) {
            throw new VitrineException(ServerError.KEY_UNKNOWN, "this key is not known");
        }
        return found;
    }

    private static boolean sameOrigin(AccessRequest request) {
        try {
            String authority = URI.create(request.origin()).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(request.host());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String hostName(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            int end = lower.indexOf(']');
            return end < 0 ? lower : lower.substring(0, end + 1);
        }
        int colon = lower.indexOf(':');
        return colon < 0 ? lower : lower.substring(0, colon);
    }

    private static String shorten(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
