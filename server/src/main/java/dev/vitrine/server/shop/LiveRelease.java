package dev.vitrine.server.shop;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.inference.swap.Slot;
import dev.vitrine.inference.swap.SlotEvent;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.Audit;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * The release that answers: one that the gate let in, and none else. Another takes its place by
 * loading beside it, catching up with product changes, one compare-and-set in the registry and one
 * in memory; requests under way finish on the old one, which is closed after the last.
 */
public final class LiveRelease implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveRelease.class.getName());
    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** Switches looked back at. */
    private static final int HISTORY = 100;

    /** Who is told to have changed what is live at the start. */
    private static final String STARTING = "vitrine";

    private final Shop shop;
    private final ReleaseStore releases;
    private final Gate gate;
    private final Loader loader;
    private final Audit audit;
    private final ExecutorService closer =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("release-closer").factory());
    private final Slot<ServingRelease> slot;
    private Optional<Holder> current = Optional.empty();
    private volatile Optional<Refusal> refusal = Optional.empty();

    /** Looks at a release before anything of it is loaded. */
    public interface Gate {
        /**
         * Reads all of a release.
         *
         * @throws VitrineException RELEASE_REFUSED when its signature, a hash or the policy does
         *     not hold
         */
        Release admit(String id);

        /** Is told that one was refused that {@code who} wanted to answer. */
        void refused(String id, String who, String why);
    }

    /** A release that was to answer and does not, since {@code why}. */
    public record Refusal(String release, String why) {}

    /** Loads a release and says which catalogue sequence it has reached. */
    public interface Loader {
        /** A loaded release; {@code sequence} is the last product change it contains. */
        record Loaded(ServingRelease serving, long sequence) {}

        Loaded load(Release release);
    }

    private record Holder(ServingRelease serving, Consumer<List<ProductChange>> follower) {}

    public LiveRelease(Shop shop, ReleaseStore releases, Gate gate, Loader loader, Audit audit) {
        this.shop = shop;
        this.releases = releases;
        this.gate = gate;
        this.loader = loader;
        this.audit = audit;
        this.slot = new Slot<>("live", closer, LiveRelease::log);
    }

    /**
     * Opens what the registry says is live. Where that is refused, the release that was live last
     * among those that hold takes its place, in the registry too; false when there is none.
     */
    public synchronized boolean open() {
        Optional<String> live = releases.liveId();
        if (live.isEmpty()) {
            return false;
        }
        Set<String> candidates = new LinkedHashSet<>(List.of(live.get()));
        for (LiveChange change : releases.history(HISTORY)) {
            candidates.add(change.next());
            change.previous().ifPresent(candidates::add);
        }
        for (String id : candidates) {
            Optional<Holder> loaded = find(id);
            if (loaded.isPresent() && becomes(live.get(), id)) {
                install(loaded.get());
                return true;
            }
            loaded.ifPresent(this::discard);
        }
        return false;
    }

    /** Loads a release at the start; empty when it is refused or no longer registered. */
    private Optional<Holder> find(String id) {
        try {
            return Optional.of(load(id, STARTING));
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_REFUSED
                    || e.code() == RegistryError.RELEASE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean becomes(String live, String id) {
        return live.equals(id)
                || releases.compareAndSetLive(
                        Optional.of(live), id, STARTING, "release " + live + " was refused");
    }

    /** What was to answer last and was refused; empty again once another was let in. */
    public Optional<Refusal> refusal() {
        return refusal;
    }

    /** The right to answer from the live release; one per request. */
    public Lease<ServingRelease> lease() {
        return slot.tryLease()
                .orElseThrow(() ->
                        new VitrineException(
                                ApplicationError.NO_RELEASE,
                                refusal.map(r -> "no release answers: " + r.why())
                                        .orElse(
                                                "no release is live yet; the first one is being"
                                                        + " made")));
    }

    /** The id of the live release; empty before the first. */
    public Optional<String> id() {
        try (Lease<ServingRelease> lease = slot.tryLease().orElse(null)) {
            return lease == null ? Optional.empty() : Optional.of(lease.value().id());
        }
    }

    /** Makes a release live; the same one again changes nothing. */
    public synchronized void promote(String id, String who, String reason) {
        Optional<String> before = releases.liveId();
        if (before.isPresent() && before.get().equals(id) && current.isPresent()) {
            return;
        }
        Holder loaded = load(id, who);
        boolean won =
                before.equals(Optional.of(id))
                        || releases.compareAndSetLive(before, id, who, reason);
        if (!won) {
            discard(loaded);
            throw new VitrineException(
                    ServerError.RELEASE_CONFLICT,
                    "another release became live at the same time; look again and repeat");
        }
        install(loaded);
        refusal = Optional.empty();
        kept(before.orElse(""), id, who, reason);
    }

    /** The switch is done and in the registry's history: it stands when it cannot be kept here. */
    private void kept(String before, String id, String who, String reason) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("previous", before);
        evidence.put("reason", reason);
        releases.get(id)
                .manifest()
                .thresholds()
                .forEach((name, value) -> evidence.put(name, Double.toString(value)));
        try {
            audit.record(who, "release.live", id, evidence);
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.ERROR, "the switch to " + id + " is not kept", e);
        }
    }

    /** Goes back to the release that was live before {@code id}, which must be live now. */
    public synchronized String rollback(String id, String who, String reason) {
        Optional<String> live = releases.liveId();
        if (live.isEmpty() || !live.get().equals(id)) {
            throw new VitrineException(
                    ServerError.RELEASE_CONFLICT,
                    "release " + id + " is not live; live is " + live.orElse("none"));
        }
        for (LiveChange change : releases.history(HISTORY)) {
            if (change.next().equals(id) && change.previous().isPresent()) {
                promote(change.previous().get(), who, reason);
                return change.previous().get();
            }
        }
        throw new VitrineException(
                ServerError.RELEASE_CONFLICT, "no release was live before " + id);
    }

    private Holder load(String id, String who) {
        Release release;
        try {
            release = gate.admit(id);
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_REFUSED) {
                refusal = Optional.of(new Refusal(id, e.getMessage()));
                gate.refused(id, who, e.getMessage());
            }
            throw e;
        }
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
