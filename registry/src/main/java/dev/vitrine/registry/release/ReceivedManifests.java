package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Writes what another registry made. A release carries the manifests of its models; where one has a
 * name and version that another model has here, the release keeps its own, and the list of models
 * that of this registry.
 */
final class ReceivedManifests {
    private ReceivedManifests() {}

    /** Registers a release whose signature was checked; nothing changes where it is registered. */
    static void release(ReleaseStore store, Release release, String text, String signature) {
        Database database = store.database();
        database.write(connection -> {
            int added =
                    Database.execute(
                            connection,
                            "INSERT INTO release(id, hash, created, json) VALUES(?, ?, ?, ?)"
                                    + " ON CONFLICT(id) DO NOTHING",
                            release.id(),
                            release.hash(),
                            database.now(connection).toEpochMilli(),
                            text);
            if (added == 0) {
                return added;
            }
            for (ModelVersion model : release.manifest().models().values()) {
                String json = ReleaseJson.write(model.manifest());
                add(connection, database, model.ref(), json);
                if (isKept(connection, model.ref(), json)) {
                    Database.execute(
                            connection,
                            "INSERT INTO release_model(release, name, version) VALUES(?, ?, ?)"
                                    + " ON CONFLICT(release, name, version) DO NOTHING",
                            release.id(),
                            model.ref().name(),
                            model.version());
                }
            }
            return Database.execute(
                    connection,
                    "INSERT INTO release_signature(release, bundle) VALUES(?, ?)"
                            + " ON CONFLICT(release) DO UPDATE SET bundle = excluded.bundle",
                    release.id(),
                    signature);
        });
    }

    /**
     * Registers a model whose signature was checked under the version that it has.
     *
     * @throws VitrineException REGISTRY_CONFLICT when another model has that name and version
     */
    static void model(ReleaseStore store, ModelVersion version, String text, String signature) {
        Database database = store.database();
        database.write(connection -> {
            add(connection, database, version.ref(), text);
            if (!isKept(connection, version.ref(), text)) {
                throw new VitrineException(
                        RegistryError.REGISTRY_CONFLICT,
                        version.ref() + " is another model here than there");
            }
            return Database.execute(
                    connection,
                    "INSERT INTO model_signature(name, version, bundle) VALUES(?, ?, ?)"
                            + " ON CONFLICT(name, version) DO NOTHING",
                    version.ref().name(),
                    version.version(),
                    signature);
        });
    }

    private static void add(Connection connection, Database database, ModelRef ref, String json)
            throws SQLException {
        Database.execute(
                connection,
                "INSERT INTO model(name, version, created, json) VALUES(?, ?, ?, ?)"
                        + " ON CONFLICT(name, version) DO NOTHING",
                ref.name(),
                ref.version(),
                database.now(connection).toEpochMilli(),
                json);
        Database.execute(
                connection,
                "INSERT INTO model_counter(name, version) VALUES(?, ?) ON CONFLICT(name) DO UPDATE"
                        + " SET version = excluded.version"
                        + " WHERE model_counter.version < excluded.version",
                ref.name(),
                ref.version());
    }

    private static boolean isKept(Connection connection, ModelRef ref, String json)
            throws SQLException {
        return Database.number(
                        connection,
                        "SELECT COUNT(*) FROM model WHERE name = ? AND version = ? AND json = ?",
                        ref.name(),
                        ref.version(),
                        json)
                > 0;
    }
}
