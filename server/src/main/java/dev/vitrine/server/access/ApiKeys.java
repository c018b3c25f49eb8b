package dev.vitrine.server.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Makes keys and hashes them. A secret has 256 random bits, so that a plain SHA-256 of it cannot be
 * guessed backwards and costs a request well under a microsecond.
 */
public final class ApiKeys {
    private static final int SECRET_BYTES = 32;

    private ApiKeys() {}

    /** A new secret, such as {@code vt_storefront_…}; shown once, never stored. */
    public static String newSecret(Role role, SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "vt_"
                + role.wire()
                + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What configuration stores instead of the secret: {@code sha256:} and hexadecimal digits. */
    public static String hash(String secret) {
        return "sha256:" + HexFormat.of().formatHex(digest(secret));
    }

    static byte[] digest(String secret) {
        return Sha256.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
