package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.realservers.RealPostgres;
import dev.vitrine.registry.RegistryError;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The registry in a real PostgreSQL. */
class PostgresReleaseStoreTest extends ReleaseStoreContract {
    /** Made before the contract opens it. */
    private String url;

    PostgresReleaseStoreTest() throws SQLException {
        url = RealPostgres.database();
    }

    @Override
    ReleaseStore again() {
        return ReleaseStore.open(new PostgresSettings(url, "postgres", () -> "any"));
    }

    @Override
    void execute(String sql) throws SQLException {
        RealPostgres.execute(url, sql);
    }

    @Override
    void writeAnotherFormat() throws SQLException {
        execute("UPDATE registry_format SET format = 99");
    }

    @Test
    void severalWhoStartAtOnceMakeTheTablesOnce() throws Exception {
        url = RealPostgres.database();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(
                        threads.submit(() -> {
                            try (ReleaseStore own = again()) {
                                return own.isShared() && own.list().isEmpty();
                            }
                        }));
            }
            for (Future<Boolean> start : starts) {
                assertThat(start.get()).isTrue();
            }
        }
    }

    /** A user who may only read and write is enough once the tables are there. */
    @Test
    void aNodeNeedsNoRightToMakeTables() throws SQLException {
        execute("CREATE ROLE writer" + suffix() + " LOGIN");
        execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        execute(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO writer"
                        + suffix());
        try (ReleaseStore store =
                ReleaseStore.open(new PostgresSettings(url, "writer" + suffix(), () -> "any"))) {
            ModelVersion model = store.register(Releases.model("linear", 1));
            String release = store.register(Releases.release(model, 1)).id();
            assertThat(store.compareAndSetLive(Optional.empty(), release, "t", "r")).isTrue();
        }
    }

    private String suffix() {
        return url.substring(url.lastIndexOf("registry"));
    }

    @Test
    void takesTextsThatItsTablesCannotHold() {
        try (ReleaseStore store = again()) {
            ModelVersion model = store.register(Releases.model("linear", 1));
            String release = store.register(Releases.release(model, 1)).id();
            store.compareAndSetLive(Optional.empty(), release, "t", "broken\0off");
            assertThat(store.history(1).getFirst().reason()).isEqualTo("broken off");
        }
    }

    @Test
    void saysWhereItCannotBeReached() {
        String nowhere = "jdbc:postgresql://127.0.0.1:1/none";
        assertThatThrownBy(() ->
                        ReleaseStore.open(new PostgresSettings(nowhere, "who", () -> "secret")))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.REGISTRY_FAILED))
                .hasMessageContaining(nowhere)
                .hasMessageContaining("who")
                .hasMessageNotContaining("secret");
    }

    /** As after a restart of the database: connections that broke are replaced. */
    @Test
    void goesOnAfterItsConnectionsWereCut() throws SQLException {
        try (ReleaseStore store = again()) {
            store.register(Releases.model("linear", 1));
            execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'vitrine'"
                            + " AND datname = current_database()");
            for (int attempt = 0; attempt < 10; attempt++) {
                try {
                    store.models();
                } catch (VitrineException e) {
                    assertThat(e.code())
                            .isIn(RegistryError.REGISTRY_FAILED, RegistryError.REGISTRY_BUSY);
                }
            }
            assertThat(store.models()).hasSize(1);
        }
    }
}
