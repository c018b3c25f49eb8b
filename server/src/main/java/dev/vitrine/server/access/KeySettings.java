package dev.vitrine.server.access;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key, as the configuration states it. The secret itself is never stored.
 *
 * @param name 1 to 64 letters, digits, dots, hyphens or underscores; it stands in the audit
 * @param role storefront, operator or admin
 * @param hash {@code sha256:} and the SHA-256 of the secret in hexadecimal
 * @param origins the web origins, such as {@code https://shop.example}, that may use this key from
 *     a browser
 * @param requestsPerSecond the sustained rate; bursts of two seconds are let through
 */
public record KeySettings(
        String name, String role, String hash, List<String> origins, int requestsPerSecond) {
    public static final int DEFAULT_RATE = 1000;
    private static final int MAX_RATE = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

    public KeySettings(
            @Nullable String name,
            @Nullable String role,
            @Nullable String hash,
            @Nullable List<String> origins,
            int requestsPerSecond) {
        this.name = required(name, "name", NAME, "1 to 64 letters, digits, '.', '-' or '_'");
        this.role = role == null ? "" : role;
        this.hash = required(hash, "hash", HASH, "'sha256:' and 64 hexadecimal digits");
        this.origins = origins == null ? List.of() : List.copyOf(origins);
        this.requestsPerSecond = requestsPerSecond == 0 ? DEFAULT_RATE : requestsPerSecond;
        if (Role.of(this.role).isEmpty()) {
            throw invalid(
                    "role",
                    "key '"
                            + this.name
                            + "' has role '"
                            + this.role
                            + "'; expected storefront, operator or admin");
        }
        if (this.requestsPerSecond < 1 || this.requestsPerSecond > MAX_RATE) {
            throw invalid(
                    "requestsPerSecond",
                    "expected 1 to " + MAX_RATE + ", found " + this.requestsPerSecond);
        }
        this.origins.forEach(KeySettings::checkOrigin);
    }

    Role parsedRole() {
        return Role.of(role).orElseThrow();
    }

    private static String required(
            @Nullable String value, String field, Pattern form, String expected) {
        if (value == null || !form.matcher(value).matches()) {
            throw invalid(field, "a key's " + field + " is " + expected + ", found " + value);
        }
        return value;
    }

    private static void checkOrigin(String origin) {
        URI uri;
        try {
            uri = URI.create(origin);
        } catch (IllegalArgumentException e) {
            throw invalid("origins", "'" + origin + "' is not an origin: " + e.getMessage());
        }
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
        if (!web || uri.getHost() == null || !bare || uri.getRawQuery() != null) {
            throw invalid(
                    "origins",
                    "'"
                            + origin
                            + "' is not an origin; expected https://host or https://host:port");
        }
    }

    private static VitrineException invalid(String field, String message) {
        return VitrineException.field(ServerError.ACCESS_INVALID, field, message);
    }
}
