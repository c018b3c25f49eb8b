package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.storage.ObjectStore;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Objects behind a link that is cut in one call of three, before or after the call was done, and
 * that ends for good after so many calls.
 */
final class CutObjects implements ObjectStore {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicLong written = new AtomicLong();
    private final ObjectStore store;
    private final SplittableRandom random;
    private final int most;

    CutObjects(ObjectStore store, long seed, int most) {
        this.store = store;
        this.random = new SplittableRandom(seed);
        this.most = most;
    }

    private <T> T cut(Supplier<T> call) {
        boolean before;
        boolean after;
        synchronized (random) {
            before = random.nextInt(6) == 0;
            after = random.nextInt(5) == 0;
        }
        int number = calls.incrementAndGet();
        if (number > most) {
            throw new VitrineException(RegistryError.STORAGE_REFUSED, "the link is gone");
        }
        if (before) {
            throw new VitrineException(RegistryError.STORAGE_UNREACHABLE, "cut before");
        }
        T result = call.get();
        if (after) {
            throw new VitrineException(RegistryError.STORAGE_UNREACHABLE, "cut after");
        }
        return result;
    }

    @Override
    public boolean create(String name, byte[] content) {
        return cut(() -> {
            boolean created = store.create(name, content);
            written.addAndGet(created ? content.length : 0);
            return created;
        });
    }

    @Override
    public void replace(String name, byte[] content) {
        cut(() -> {
            store.replace(name, content);
            return name;
        });
    }

    @Override
    public Optional<byte[]> get(String name) {
        return cut(() -> store.get(name));
    }

    @Override
    public Optional<Stored> find(String name) {
        return cut(() -> store.find(name));
    }

    @Override
    public void list(String prefix, Consumer<Stored> to) {
        cut(() -> {
            store.list(prefix, to);
            return prefix;
        });
    }

    @Override
    public void delete(String name) {
        cut(() -> {
            store.delete(name);
            return name;
        });
    }

    @Override
    public String place() {
        return store.place();
    }

    @Override
    public void close() {
        store.close();
    }
}
