package dev.vitrine.server.rollout;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.inference.swap.Slot;
import dev.vitrine.inference.swap.SlotEvent;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ItemNumbering;
import dev.vitrine.registry.release.Release;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.shop.Shop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The releases that this node has open: loaded beside each other, each kept up to date with product
 * changes, each closed after the last request that holds it.
 */
final class HeldReleases implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HeldReleases.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final Shop shop;
    private final ReleaseSource source;
    private final boolean foreign;
    private final ExecutorService closer =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("release-closer").factory());
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final ReentrantLock loading = new ReentrantLock();

    /** Wanted by more than the table: these stay open until they are unpinned. */
    private final Set<String> pinned = ConcurrentHashMap.newKeySet();

    /** Let go, and perhaps not closed yet: a release is not opened beside itself. */
    private final Map<String, Slot<ServingRelease>> closing = new ConcurrentHashMap<>();

    private record Held(Slot<ServingRelease> slot, Consumer<List<ProductChange>> follower) {}

    /**
     * @param foreign whether releases may come from other homes, whose catalogues count changes of
     *     their own and may number products otherwise
     */
    HeldReleases(Shop shop, ReleaseSource source, boolean foreign) {
        this.shop = shop;
        this.source = source;
        this.foreign = foreign;
    }

    /**
     * Loads a release, unless it is open, and catches up with product changes. One at a time: the
     * table and a command may want the same one at once, and its index opens but once.
     */
    void load(Release release, Consumer<ServingRelease> warm) {
        loading.lock();
        try {
            loadAlone(release, warm);
        } finally {
            loading.unlock();
        }
    }

    private void loadAlone(Release release, Consumer<ServingRelease> warm) {
        if (held.containsKey(release.id())) {
            return;
        }
        requireSameNumbers(release);
        awaitClosed(release.id());
        ReleaseSource.Loaded loaded = source.load(release);
        ServingRelease serving = loaded.serving();
        Consumer<List<ProductChange>> follower = serving::apply;
        try {
            // Of a build that another home made, every product is told anew.
            shop.follow(foreign ? 0 : loaded.sequence(), follower);
            serving.index().refresh();
            warm.accept(serving);
        } catch (RuntimeException e) {
            shop.unfollow(follower);
            serving.close();
            throw e;
        }
        Slot<ServingRelease> slot = new Slot<>(release.id(), closer, HeldReleases::log);
        slot.install(serving);
        if (held.putIfAbsent(release.id(), new Held(slot, follower)) != null) {
            shop.unfollow(follower);
            slot.close();
        }
    }

    /** Models and indexes know products by number: it has to be the number that is used here. */
    private void requireSameNumbers(Release release) {
        Optional<ItemNumbering> made = release.manifest().numbering();
        if (made.isEmpty() && !foreign) {
            return;
        }
        int here = shop.catalog().numbers();
        boolean same =
                made.isPresent()
                        && made.get().count() <= here
                        && shop.catalog().fingerprint(made.get().count()).equals(made.get().hash());
        if (!same) {
            throw new VitrineException(
                    ServerError.CATALOGUE_DIFFERS,
                    "release "
                            + release.id()
                            + " is of a catalogue that numbers its "
                            + made.map(m -> m.count() + " ").orElse("")
                            + "products otherwise than this node's, which has "
                            + here
                            + "; nodes start from a copy of one home (vitrine backup, restore) and"
                            + " are told of new products in the same order");
        }
    }

    private void awaitClosed(String release) {
        Slot<ServingRelease> before = closing.remove(release);
        try {
            if (before != null && before.drain(DRAIN) > 0) {
                closing.put(release, before);
                throw new VitrineException(
                        ServerError.RELEASE_CONFLICT,
                        "release " + release + " is still held by requests of before; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(ServerError.RELEASE_CONFLICT, "Vitrine is stopping");
        }
    }

    /** The right to answer from a release; empty where it is not open. */
    Optional<Lease<ServingRelease>> lease(String release) {
        Held one = held.get(release);
        return one == null ? Optional.empty() : one.slot().tryLease();
    }

    boolean contains(String release) {
        return held.containsKey(release);
    }

    Set<String> ids() {
        return Set.copyOf(held.keySet());
    }

    /** Keeps a release open, whatever is unloaded, until it is unpinned. */
    void pin(String release) {
        pinned.add(release);
    }

    /** A release is unloaded again when it is told to be; it stays open until then. */
    void unpin(String release) {
        pinned.remove(release);
    }

    /**
     * Gives a release no more requests, and closes it after the last that holds it; one that is
     * pinned stays.
     */
    void unload(String release) {
        if (pinned.contains(release)) {
            return;
        }
        Held one = held.remove(release);
        if (one != null) {
            shop.unfollow(one.follower());
            closing.values().removeIf(slot -> slot.state().drainingValues() == 0);
            closing.put(release, one.slot());
            one.slot().close();
        }
    }

    private static void log(SlotEvent event) {
        LOG.log(System.Logger.Level.INFO, "release {0}", event);
    }

    @Override
    public void close() {
        List<Held> all = List.copyOf(held.values());
        held.clear();
        all.forEach(one -> one.slot().close());
        try {
            for (Held one : all) {
                one.slot().drain(DRAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(one -> shop.unfollow(one.follower()));
        closer.close();
    }
}
