package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.realservers.RealPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes from other registries, in both databases. */
class ReceivedManifestsTest {
    private static final Instant LATER = Instant.parse("2200-01-01T00:00:00Z");

    /** In one of them. */
    abstract static class Contract {
        private ReleaseStore store;

        abstract ReleaseStore open() throws SQLException;

        @BeforeEach
        void openStore() throws SQLException {
            store = open();
        }

        @AfterEach
        void close() {
            store.close();
        }

        @Test
        void takesOverWhatAnotherRegistryMade() {
            ModelVersion own = store.register(Releases.model("linear", 1));
            ModelVersion other = new ModelVersion(1, Releases.model("linear", 2));
            ModelVersion later = new ModelVersion(7, Releases.model("linear", 3));
            for (ModelVersion theirs : List.of(other, later)) {
                Release release = Release.of(Releases.release(theirs, theirs.version()));
                String text = ReleaseJson.write(release.manifest());
                for (int i = 0; i < 2; i++) {
                    ReceivedManifests.release(store, release, text, "signature");
                }
                assertThat(store.get(release.id())).isEqualTo(release);
                assertThat(store.signature(release.id())).hasValue("signature");
            }
            assertThat(store.models("linear")).containsExactly(own, later);
            assertThat(store.register(Releases.model("linear", 4)).version()).isEqualTo(8);
            assertThat(store.retain(9, LATER)).contains(other.artifact(), later.artifact());
        }

        @Test
        void takesOverAModelUnlessAnotherHasItsName() {
            ModelVersion theirs = new ModelVersion(3, Releases.model("own", 1));
            String text = ReleaseJson.write(theirs.manifest());
            for (int i = 0; i < 2; i++) {
                ReceivedManifests.model(store, theirs, text, "signature");
            }
            assertThat(store.models("own")).containsExactly(theirs);
            assertThat(store.signature(theirs.ref())).hasValue("signature");
            ModelVersion another = new ModelVersion(3, Releases.model("own", 2));
            assertThatThrownBy(() ->
                            ReceivedManifests.model(
                                    store, another, ReleaseJson.write(another.manifest()), "s"))
                    .hasMessageContaining("own/3 is another model here than there");
            assertThat(store.models("own")).containsExactly(theirs);
            assertThat(store.retain(1, LATER)).contains(theirs.artifact());
        }

        @Test
        void retainsWhatSomethingBesidesRefersTo() {
            ModelVersion model = store.register(Releases.model("linear", 1));
            Release named = store.register(Releases.release(model, 1));
            Release unnamed = store.register(Releases.release(model, 2));
            store.register(Releases.release(model, 3));
            store.retain(1, LATER, Set.of(named.id(), "another"));
            assertThat(store.find(named.id())).isPresent();
            assertThat(store.find(unnamed.id())).isEmpty();
        }
    }

    @Nested
    class InSqlite extends Contract {
        @TempDir Path temp;

        @Override
        ReleaseStore open() {
            return ReleaseStore.open(temp.resolve("registry.db"));
        }
    }

    @Nested
    class InPostgres extends Contract {
        @Override
        ReleaseStore open() throws SQLException {
            String url = RealPostgres.database();
            return ReleaseStore.open(new PostgresSettings(url, "postgres", () -> "any"));
        }
    }
}
