package dev.vitrine.server.shop;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.inference.swap.Slot;
import dev.vitrine.inference.swap.SlotEvent;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.ServerError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The release that answers. Another takes its place by loading beside it, catching up with product
 * changes, one compare-and-set in the registry and one in memory; requests under way finish on the
 * old one, which is closed after the last.
 */
public final class LiveRelease implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveRelease.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final Shop shop;
    private final ReleaseStore releases;
    private final Loader loader;
    private final ExecutorService closer =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("release-closer").factory());
    private final Slot<ServingRelease> slot;
    private Optional<Holder> current = Optional.empty();

    /** Loads a release and says which catalogue sequence it has reached. */
    public interface Loader {
        /** A loaded release; {@code sequence} is the last product change it contains. */
        record Loaded(ServingRelease serving, long sequence) {}

        Loaded load(Release release);
    }

    private record Holder(ServingRelease serving, Consumer<List<ProductChange>> follower) {}

    public LiveRelease(Shop shop, ReleaseStore releases, Loader loader) {
        this.shop = shop;
        this.releases = releases;
        this.loader = loader;
        this.slot = new Slot<>("live", closer, LiveRelease::log);
    }

    /** Opens what the registry says is live; false when nothing is. */
    public synchronized boolean open() {
        Optional<Release> live = releases.live();
        if (live.isEmpty()) {
            return false;
        }
        switchTo(live.get());
        return true;
    }

    /** The right to answer from the live release; one per request. */
    public Lease<ServingRelease> lease() {
        return slot.tryLease()
                .orElseThrow(() ->
                        new VitrineException(
                                ApplicationError.NO_RELEASE,
                                "no release is live yet; the first one is being made"));
    }

    /** The id of the live release; empty before the first. */
    public Optional<String> id() {
        try (Lease<ServingRelease> lease = slot.tryLease().orElse(null)) {
            return lease == null ? Optional.empty() : Optional.of(lease.value().id());
        }
    }

    /** Makes a release live; the same one again changes nothing. */
    public synchronized void promote(String id, String who, String reason) {
        Release next = releases.get(id);
        Optional<Release> before = releases.live();
        if (before.isPresent() && before.get().id().equals(id) && current.isPresent()) {
            return;
        }
        Holder loaded = load(next);
        boolean won = releases.compareAndSetLive(before.map(Release::id), next.id(), who, reason);
        if (!won) {
            discard(loaded);
            throw new VitrineException(
                    ServerError.RELEASE_CONFLICT,
                    "another release became live at the same time; look again and repeat");
        }
        install(loaded);
    }

    /** Goes back to the release that was live before {@code id}, which must be live now. */
    public synchronized String rollback(String id, String who, String reason) {
        Optional<Release> live = releases.live();
        if (live.isEmpty() || !live.get().id().equals(id)) {
            throw new VitrineException(
                    ServerError.RELEASE_CONFLICT,
                    "release "
                            + id
                            + " is not live; live is "
                            + live.map(Release::id).orElse("none"));
        }
        for (LiveChange change : releases.history(100)) {
            if (change.next().equals(id) && change.previous().isPresent()) {
                promote(change.previous().get(), who, reason);
                return change.previous().get();
            }
        }
        throw new VitrineException(
                ServerError.RELEASE_CONFLICT, "no release was live before " + id);
    }

    private void switchTo(Release release) {
        install(load(release));
    }

    private Holder load(Release release) {
        Loader.Loaded loaded = loader.load(release);
        ServingRelease serving = loaded.serving();
        Consumer<List<ProductChange>> follower = serving::apply;
        try {
            shop.follow(loaded.sequence(), follower);
            serving.index().refresh();
        } catch (RuntimeException e) {
            shop.unfollow(follower);
            serving.close();
            throw e;
        }
        return new Holder(serving, follower);
    }

    private void discard(Holder holder) {
        shop.unfollow(holder.follower());
        holder.serving().close();
    }

    private void install(Holder next) {
        Optional<Holder> old = current;
        boolean done =
                old.isPresent()
                        ? slot.swap(old.get().serving(), next.serving())
                        : slot.install(next.serving());
        if (!done) {
            discard(next);
            throw new VitrineException(ServerError.RELEASE_CONFLICT, "Vitrine is stopping");
        }
        old.ifPresent(holder -> shop.unfollow(holder.follower()));
        current = Optional.of(next);
    }

    private static void log(SlotEvent event) {
        LOG.log(System.Logger.Level.INFO, "release {0}", event);
    }

    @Override
    public void close() {
        slot.close();
        try {
            slot.drain(DRAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        current.ifPresent(holder -> shop.unfollow(holder.follower()));
        closer.close();
    }
}
