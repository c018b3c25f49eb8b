package dev.vitrine.server.access;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, from one configuration file.
 *
 * @param keys at most {@value #MAX_KEYS}; none means that only this machine may call, as admin
 * @param hosts further names that requests may use for this server in their Host header, such as
 *     {@code brain.shop.example}
 */
public record AccessSettings(
        List<KeySettings> keys, List<String> hosts, @Nullable TlsSettings tls) {
    public static final int MAX_KEYS = 200;

    public AccessSettings(
            @Nullable List<KeySettings> keys,
            @Nullable List<String> hosts,
            @Nullable TlsSettings tls) {
        this.keys = keys == null ? List.of() : List.copyOf(keys);
        this.hosts = hosts == null ? List.of() : List.copyOf(hosts);
        this.tls = tls;
        if (this.keys.size() > MAX_KEYS) {
            throw VitrineException.field(
                    ServerError.ACCESS_INVALID,
                    "keys",
                    "at most " + MAX_KEYS + " keys, found " + this.keys.size());
        }
        Set<String> names = new HashSet<>();
        for (KeySettings key : this.keys) {
            if (!names.add(key.name())) {
                throw VitrineException.field(
                        ServerError.ACCESS_INVALID,
                        "keys",
                        "two keys are named '" + key.name() + "'");
            }
        }
    }

    /** No keys, no TLS: only this machine may call. */
    public static AccessSettings local() {
        return new AccessSettings(List.of(), List.of(), null);
    }

    public Optional<TlsSettings> certificate() {
        return Optional.ofNullable(tls);
    }
}
