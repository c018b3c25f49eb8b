package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The registry of models and releases: one SQLite file, or a PostgreSQL database that nodes share.
 * Everything is durable on return and survives the death of the process at any moment. Thread-safe;
 * several processes may use it at the same time (a training run registers while the server reads).
 */
public final class ReleaseStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReleaseStore.class.getName());

    private final Database database;
    private final SlotStore slots;

    private ReleaseStore(Database database) {
        this.database = database;
        this.slots = new SlotStore(database);
    }

    /**
     * Opens the registry, creating the file where there is none.
     *
     * @param clock stamps the history of what was live
     * @throws VitrineException REGISTRY_FORMAT when another version of Vitrine wrote it
     */
    public static ReleaseStore open(Path file, InstantSource clock) {
        return new ReleaseStore(SqliteDatabase.open(file, clock));
    }

    /**
     * Opens the registry that nodes share, making its tables where there are none. What is written
     * is stamped by the clock of the database.
     *
     * @throws VitrineException REGISTRY_FAILED when it cannot be reached, REGISTRY_FORMAT when
     *     another version of Vitrine wrote it
     */
    public static ReleaseStore open(PostgresSettings settings) {
        return new ReleaseStore(PostgresDatabase.open(settings));
    }

    /** As {@link #open(Path, InstantSource)} with the machine's clock. */
    public static ReleaseStore open(Path file) {
        return open(file, InstantSource.system());
    }

    /** Whether several nodes share it. */
    public boolean isShared() {
        return database.isShared();
    }

    /** Which release answers whom, and what nodes tell. */
    public SlotStore slots() {
        return slots;
    }

    Database database() {
        return database;
    }

    /** Registers a model under the next version of its name. */
    public ModelVersion register(ModelManifest manifest) {
        return register(manifest, version -> Optional.empty());
    }

    /**
     * As {@link #register(ModelManifest)} with the version's signature, in one transaction.
     *
     * @param signer gives the signature, as the text of {@code model.sig}
     */
    ModelVersion register(ModelManifest manifest, Function<ModelVersion, Optional<String>> signer) {
        return database.write(connection -> {
            long version =
                    Database.number(
                            connection,
                            "INSERT INTO model_counter(name, version) VALUES(?, 1)"
                                    + " ON CONFLICT(name) DO UPDATE"
                                    + " SET version = model_counter.version + 1"
                                    + " RETURNING version",
                            manifest.name());
            Database.execute(
                    connection,
                    "INSERT INTO model(name, version, created, json) VALUES(?, ?, ?, ?)",
                    manifest.name(),
                    version,
                    database.now(connection).toEpochMilli(),
                    ReleaseJson.write(manifest));
            ModelVersion registered = new ModelVersion(version, manifest);
            Optional<String> signature = signer.apply(registered);
            if (signature.isPresent()) {
                putSignature(connection, registered.ref(), signature.get());
            }
            return registered;
        });
    }

    /** The signature of a model version, as the text of {@code model.sig}. */
    public Optional<String> signature(ModelRef ref) {
        return text(
                "SELECT bundle FROM model_signature WHERE name = ? AND version = ?",
                ref.name(),
                ref.version());
    }

    /** Puts a signature in the place of whatever a model version has. */
    public void sign(ModelRef ref, String signature) {
        database.write(connection -> {
            putSignature(connection, ref, signature);
            return ref;
        });
    }

    /** The manifest of a model version as it is kept. */
    public Optional<String> text(ModelRef ref) {
        return text(
                "SELECT json FROM model WHERE name = ? AND version = ?", ref.name(), ref.version());
    }

    private static void putSignature(Connection connection, ModelRef ref, String signature)
            throws SQLException {
        Database.execute(
                connection,
                "INSERT INTO model_signature(name, version, bundle) VALUES(?, ?, ?)"
                        + " ON CONFLICT(name, version) DO UPDATE SET bundle = excluded.bundle",
                ref.name(),
                ref.version(),
                signature);
    }

    /** All model versions, by name and rising version. */
    public List<ModelVersion> models() {
        return selectModels("SELECT name, version, json FROM model ORDER BY name, version");
    }

    /** The versions of one model, rising; empty when the name is unknown. */
    public List<ModelVersion> models(String name) {
        return selectModels(
                "SELECT name, version, json FROM model WHERE name = ? ORDER BY version", name);
    }

    /** The newest version of one model. */
    public Optional<ModelVersion> newest(String name) {
        return selectModels(
                        "SELECT name, version, json FROM model WHERE name = ?"
                                + " ORDER BY version DESC LIMIT 1",
                        name)
                .stream()
                .findFirst();
    }

    public Optional<ModelVersion> model(ModelRef ref) {
        return selectModels(
                        "SELECT name, version, json FROM model WHERE name = ? AND version = ?",
                        ref.name(),
                        ref.version())
                .stream()
                .findFirst();
    }

    /**
     * Registers a release and returns it with its id; registering the same manifest again changes
     * nothing.
     *
     * @throws VitrineException MODEL_NOT_FOUND when it names a model version that is not registered
     *     or differs from what is
     */
    public Release register(ReleaseManifest manifest) {
        return register(manifest, release -> Optional.empty());
    }

    /**
     * As {@link #register(ReleaseManifest)} with the release's signature, in one transaction.
     *
     * @param signer gives the signature, as the text of {@code model.sig}
     */
    Release register(ReleaseManifest manifest, Function<Release, Optional<String>> signer) {
        String json = ReleaseJson.write(manifest);
        Release release = ReleaseJson.release(json, manifest);
        Optional<String> signature = signer.apply(release);
        return database.write(connection -> {
            for (ModelVersion model : manifest.models().values()) {
                long same =
                        Database.number(
                                connection,
                                "SELECT COUNT(*) FROM model WHERE name = ? AND version = ?"
                                        + " AND json = ?",
                                model.ref().name(),
                                model.version(),
                                ReleaseJson.write(model.manifest()));
                if (same == 0) {
                    throw new VitrineException(
                            RegistryError.MODEL_NOT_FOUND,
                            "the release refers to "
                                    + model.ref()
                                    + ", which is not registered with that manifest");
                }
            }
            int added =
                    Database.execute(
                            connection,
                            "INSERT INTO release(id, hash, created, json)"
                                    + " VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
                            release.id(),
                            release.hash(),
                            database.now(connection).toEpochMilli(),
                            json);
            if (added > 0) {
                for (ModelVersion model : manifest.models().values()) {
                    Database.execute(
                            connection,
                            "INSERT INTO release_model(release, name, version)"
                                    + " VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
                            release.id(),
                            model.ref().name(),
                            model.version());
                }
            }
            if (signature.isPresent()) {
                putSignature(connection, release.id(), signature.get());
            }
            return release;
        });
    }

    /** The signature of a release, as the text of {@code model.sig}; empty where it has none. */
    public Optional<String> signature(String id) {
        return text("SELECT bundle FROM release_signature WHERE release = ?", id);
    }

    /** Puts a signature in the place of whatever a release has. */
    public void sign(String id, String signature) {
        database.write(connection -> {
            if (Database.number(connection, "SELECT COUNT(*) FROM release WHERE id = ?", id) == 0) {
                throw unknown(id);
            }
            putSignature(connection, id, signature);
            return id;
        });
    }

    /** The manifest of a release as it is kept: the text that its hash is of. */
    public Optional<String> text(String id) {
        return text("SELECT json FROM release WHERE id = ?", id);
    }

    private static void putSignature(Connection connection, String id, String signature)
            throws SQLException {
        Database.execute(
                connection,
                "INSERT INTO release_signature(release, bundle) VALUES(?, ?)"
                        + " ON CONFLICT(release) DO UPDATE SET bundle = excluded.bundle",
                id,
                signature);
    }

    private Optional<String> text(String sql, Object... arguments) {
        return database.read(connection -> {
            try (PreparedStatement select = Database.prepare(connection, sql, arguments);
                    ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
            }
        });
    }

    /**
     * All releases in the order in which they were registered, but for those whose manifest was
     * changed, which the log names.
     */
    public List<Release> list() {
        List<Release> releases = new ArrayList<>();
        for (String id : ids()) {
            try {
                find(id).ifPresent(releases::add);
            } catch (VitrineException e) {
                if (e.code() != RegistryError.RELEASE_CORRUPT) {
                    throw e;
                }
                LOG.log(System.Logger.Level.WARNING, "left out: {0}", e.getMessage());
            }
        }
        return releases;
    }

    /** The names of all releases in the order in which they were registered. */
    public List<String> ids() {
        return texts("SELECT id FROM release ORDER BY sequence");
    }

    /** The name of what is to answer, whatever became of it; empty before the first. */
    public Optional<String> liveId() {
        return texts("SELECT release FROM live").stream().findFirst();
    }

    private List<String> texts(String sql) {
        return database.read(connection -> {
            List<String> found = new ArrayList<>();
            try (PreparedStatement select = Database.prepare(connection, sql);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        });
    }

    public Optional<Release> find(String id) {
        return selectReleases("SELECT id, hash, json FROM release WHERE id = ?", id).stream()
                .findFirst();
    }

    /**
     * @throws VitrineException RELEASE_NOT_FOUND
     */
    public Release get(String id) {
        return find(id).orElseThrow(() -> unknown(id));
    }

    /** The release that answers; empty before the first. */
    public Optional<Release> live() {
        return selectReleases(
                        "SELECT release.id, release.hash, release.json FROM live"
                                + " JOIN release ON release.id = live.release")
                .stream()
                .findFirst();
    }

    /**
     * Makes {@code next} live if {@code expected} still is (or, when empty, if nothing is yet).
     *
     * @return whether it did; false when another switch came first
     * @throws VitrineException RELEASE_NOT_FOUND when {@code next} is not registered
     */
    public boolean compareAndSetLive(
            Optional<String> expected, String next, String who, String reason) {
        return database.write(connection ->
                slots.switchLive(connection, new LiveSwitch(expected, next, who, reason)));
    }

    /** The last {@code limit} switches of what is live, newest first. */
    public List<LiveChange> history(int limit) {
        return database.read(connection -> {
            List<LiveChange> changes = new ArrayList<>();
            try (PreparedStatement select =
                            Database.prepare(
                                    connection,
                                    "SELECT sequence, at, previous, next, who, reason FROM"
                                            + " live_change ORDER BY sequence DESC LIMIT ?",
                                    limit);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String previous = rows.getString(3);
                    changes.add(
                            new LiveChange(
                                    rows.getLong(1),
                                    Instant.ofEpochMilli(rows.getLong(2)),
                                    previous.isEmpty() ? Optional.empty() : Optional.of(previous),
                                    rows.getString(4),
                                    rows.getString(5),
                                    rows.getString(6)));
                }
            }
            return changes;
        });
    }

    /**
     * Forgets all releases but the live one, those of the last rollout, the {@code keep} that were
     * live last and the {@code keep} registered last, then the model versions that no release
     * refers to, that have no signature of their own (those answer for themselves) and that were
     * registered before {@code olderThan}.
     *
     * @return the artefacts that are still referred to, to be kept by the artefact store
     */
    public Set<ArtifactHash> retain(int keep, Instant olderThan) {
        return retain(keep, olderThan, Set.of());
    }

    /**
     * As {@link #retain(int, Instant)}.
     *
     * @param also ids of releases that something besides refers to
     */
    public Set<ArtifactHash> retain(int keep, Instant olderThan, Set<String> also) {
        List<Object> arguments = new ArrayList<>(List.of(olderThan.toEpochMilli()));
        arguments.addAll(also);
        arguments.addAll(List.of(keep, keep));
        String besides =
                also.isEmpty()
                        ? ""
                        : " AND id NOT IN ("
                                + String.join(", ", Collections.nCopies(also.size(), "?"))
                                + ")";
        database.write(connection -> {
            Database.execute(
                    connection,
                    "DELETE FROM release WHERE created < ?"
                            + besides
                            + " AND id NOT IN (SELECT release FROM live)"
                            + " AND NOT EXISTS (SELECT 1 FROM slots"
                            + " WHERE slots.content LIKE '%' || release.id || '%')"
                            + " AND id NOT IN (SELECT next FROM live_change GROUP BY next"
                            + " ORDER BY MAX(sequence) DESC LIMIT ?)"
                            + " AND id NOT IN (SELECT id FROM release"
                            + " ORDER BY sequence DESC LIMIT ?)",
                    arguments.toArray());
            Database.execute(
                    connection,
                    "DELETE FROM release_model WHERE release NOT IN (SELECT id FROM release)");
            Database.execute(
                    connection,
                    "DELETE FROM release_signature WHERE release NOT IN (SELECT id FROM release)");
            Database.execute(
                    connection,
                    "DELETE FROM model_signature WHERE NOT EXISTS (SELECT 1 FROM model m WHERE"
                            + " m.name = model_signature.name"
                            + " AND m.version = model_signature.version)");
            return Database.execute(
                    connection,
                    "DELETE FROM model WHERE created < ? AND NOT EXISTS"
                            + " (SELECT 1 FROM release_model r WHERE r.name = model.name"
                            + " AND r.version = model.version)"
                            + " AND NOT EXISTS (SELECT 1 FROM model_signature s"
                            + " WHERE s.name = model.name AND s.version = model.version)",
                    olderThan.toEpochMilli());
        });
        Set<ArtifactHash> artifacts = new TreeSet<>();
        models().forEach(model -> artifacts.add(model.artifact()));
        list().forEach(release -> artifacts.addAll(release.manifest().artifacts()));
        return artifacts;
    }

    @Override
    public void close() {
        database.close();
    }

    private List<ModelVersion> selectModels(String sql, Object... arguments) {
        return database.read(connection -> {
            List<ModelVersion> models = new ArrayList<>();
            try (PreparedStatement select = Database.prepare(connection, sql, arguments);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String origin = rows.getString(1) + "/" + rows.getLong(2);
                    models.add(
                            new ModelVersion(
                                    rows.getLong(2),
                                    ReleaseJson.read(
                                            rows.getString(3), ModelManifest.class, origin)));
                }
            }
            return models;
        });
    }

    private List<Release> selectReleases(String sql, Object... arguments) {
        return database.read(connection -> {
            List<Release> releases = new ArrayList<>();
            try (PreparedStatement select = Database.prepare(connection, sql, arguments);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    releases.add(release(rows));
                }
            }
            return releases;
        });
    }

    private static Release release(ResultSet row) throws SQLException {
        String id = row.getString(1);
        String hash = row.getString(2);
        String json = row.getString(3);
        if (!ReleaseJson.sha256(json).equals(hash)) {
            throw new VitrineException(
                    RegistryError.RELEASE_CORRUPT,
                    "the manifest of release " + id + " was changed after it was registered");
        }
        ReleaseManifest manifest = ReleaseJson.read(json, ReleaseManifest.class, id);
        if (!ReleaseJson.release(json, manifest).id().equals(id)) {
            throw new VitrineException(
                    RegistryError.RELEASE_CORRUPT,
                    "release " + id + " has the manifest of another release");
        }
        return new Release(id, hash, manifest);
    }

    static VitrineException unknown(String id) {
        return new VitrineException(
                RegistryError.RELEASE_NOT_FOUND, "no release '" + id + "' is registered");
    }
}
