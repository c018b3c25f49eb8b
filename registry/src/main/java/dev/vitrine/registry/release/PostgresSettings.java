package dev.vitrine.registry.release;

import java.util.function.Supplier;

/**
 * How the registry is reached on PostgreSQL.
 *
 * @param url as JDBC has it, {@code jdbc:postgresql://host:5432/database}, without a secret
 * @param password is asked at each new connection, so that it can be changed while nodes run
 */
public record PostgresSettings(String url, String user, Supplier<String> password) {
    @Override
    public String toString() {
        return url;
    }
}
