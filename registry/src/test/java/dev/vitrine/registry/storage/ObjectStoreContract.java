package dev.vitrine.registry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.storage.ObjectStore.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of objects does. */
abstract class ObjectStoreContract {
    /** An empty one. */
    abstract ObjectStore store();

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(size).nextBytes(bytes);
        return bytes;
    }

    private static List<String> names(ObjectStore store, String prefix) {
        List<String> names = new ArrayList<>();
        store.list(prefix, stored -> names.add(stored.name()));
        return names;
    }

    @Test
    void whatIsWrittenIsRead() {
        ObjectStore store = store();
        for (int size : new int[] {0, 1, 1000, 1 << 20, ObjectStore.MAX_BYTES}) {
            assertThat(store.create("sizes/of-" + size, bytes(size))).isTrue();
            assertThat(store.get("sizes/of-" + size)).hasValue(bytes(size));
            assertThat(store.find("sizes/of-" + size).map(Stored::size)).hasValue((long) size);
        }
    }

    @Test
    void aNameThatIsTakenStaysWhatItIs() {
        ObjectStore store = store();
        assertThat(store.create("a/b", "first".getBytes(UTF_8))).isTrue();
        assertThat(store.create("a/b", "second".getBytes(UTF_8))).isFalse();
        assertThat(store.get("a/b")).hasValue("first".getBytes(UTF_8));
        store.replace("a/b", "third".getBytes(UTF_8));
        assertThat(store.get("a/b")).hasValue("third".getBytes(UTF_8));
    }

    @Test
    void ofManyThatTakeANameAtOnceOneGetsIt() throws Exception {
        ObjectStore store = store();
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            List<Future<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] content = bytes(100_000 + i);
                tries.add(pool.submit(() -> store.create("contested", content)));
            }
            List<Integer> winners = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                if (again(tries.get(i))) {
                    winners.add(i);
                }
            }
            assertThat(winners).hasSize(1);
            assertThat(store.get("contested")).hasValue(bytes(100_000 + winners.getFirst()));
        }
    }

    /** A service may say that two came at once and that one is to ask again. */
    private static boolean again(Future<Boolean> attempt) throws Exception {
        try {
            return attempt.get();
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            cause ->
                                    assertThat(cause.code())
                                            .isEqualTo(RegistryError.STORAGE_UNREACHABLE));
            return false;
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        ObjectStore store = store();
        assertThat(store.get("none/at-all")).isEmpty();
        assertThat(store.find("none/at-all")).isEmpty();
        assertThat(names(store, "none/")).isEmpty();
        store.delete("none/at-all");
    }

    @Test
    void whatIsDeletedIsGoneAndItsNameIsFree() {
        ObjectStore store = store();
        store.create("x/y", bytes(10));
        store.delete("x/y");
        assertThat(store.get("x/y")).isEmpty();
        assertThat(store.create("x/y", bytes(20))).isTrue();
        assertThat(store.get("x/y")).hasValue(bytes(20));
    }

    @Test
    void listsGoOnBeyondOnePage() {
        ObjectStore store = store();
        Set<String> written = new HashSet<>();
        for (int i = 0; i < 1_100; i++) {
            String name = String.format("many/%02x/%04d", i % 7, i);
            store.create(name, bytes(3));
            written.add(name);
        }
        store.create("other/one", bytes(3));
        List<String> all = names(store, "many/");
        assertThat(all).isSorted().hasSize(1_100);
        assertThat(new HashSet<>(all)).isEqualTo(written);
        assertThat(names(store, "many/03/")).hasSize(157);
        assertThat(names(store, "many/03/0")).hasSize(143);
        assertThat(names(store, "")).hasSize(1_101);
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        ObjectStore store = store();
        for (String name :
                List.of("", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a b", "ä")) {
            assertThatThrownBy(() -> store.create(name, bytes(1)))
                    .as(name)
                    .isInstanceOf(VitrineException.class);
            assertThatThrownBy(() -> store.get(name)).isInstanceOf(VitrineException.class);
        }
        assertThatThrownBy(() -> store.create("large", new byte[ObjectStore.MAX_BYTES + 1]))
                .isInstanceOf(VitrineException.class);
    }
}
