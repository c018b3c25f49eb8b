package dev.vitrine.server.shop;

import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.cleaning.CleaningRules;
import dev.vitrine.data.cleaning.Finding;
import dev.vitrine.data.event.Appended;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.PendingAppend;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The catalogue, the event log and what both add up to, of one home directory.
 *
 * <p>Events: durable first, then applied to the state in the order of the log by whichever thread
 * brought them, each waiting for its turn. Products: durable first, then handed to whoever listens
 * (facts, and every open release), in the order of their sequence.
 */
public final class Shop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Shop.class.getName());
    private static final int BATCH = 2000;
    private static final String SNAPSHOT = "shop-state";

    /** What is popular may be this old; what one shopper did is never. */
    private static final long POPULAR_MILLIS = 3_000;

    private final Home home;
    private final ShopSettings settings;
    private final InstantSource clock;
    private final Catalog catalog;
    private final CatalogFacts facts = new CatalogFacts();
    private final EventStore events;
    private final CleaningRules rules;
    private final Object applying = new Object();
    private final Object snapshots = new Object();
    private final Object changing = new Object();
    private final List<Consumer<List<ProductChange>>> listeners = new ArrayList<>();
    private final ShopState state;
    private final PopularItems popular;
    private volatile Consumer<List<Fresh>> eventListener = fresh -> {};
    private long snapshotOffset;
    private boolean closed;

    private Shop(
            Home home,
            ShopSettings settings,
            InstantSource clock,
            Catalog catalog,
            EventStore events,
            Progress progress) {
        this.home = home;
        this.settings = settings;
        this.clock = clock;
        this.catalog = catalog;
        this.events = events;
        this.rules = new CleaningRules(settings.cleaning());
        loadFacts();
        this.state = restore();
        replay(progress);
        this.popular =
                new PopularItems(state, facts, settings.popularLists(), POPULAR_MILLIS, clock);
    }

    /** Opens the stores, makes those that are missing, and replays what the state has not seen. */
    public static Shop open(
            Home home, ShopSettings settings, InstantSource clock, Progress progress) {
        Catalog catalog = Catalog.open(home.catalog());
        try {
            EventStore events = EventStore.open(home.root(), settings.events(), clock);
            try {
                return new Shop(home, settings, clock, catalog, events, progress);
            } catch (RuntimeException e) {
                events.close();
                throw e;
            }
        } catch (RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    private void loadFacts() {
        List<ProductChange> batch = new ArrayList<>(BATCH);
        catalog.scan(change -> {
            batch.add(change);
            if (batch.size() == BATCH) {
                facts.apply(batch);
                batch.clear();
            }
        });
        facts.apply(batch);
    }

    private ShopState restore() {
        Path file = home.state().resolve(SNAPSHOT);
        if (Files.exists(file)) {
            try {
                ShopState loaded = ShopState.load(file, settings.features(), catalog::numberOf);
                if (loaded.nextOffset() <= events.log().endOffset()) {
                    snapshotOffset = loaded.nextOffset();
                    return loaded;
                }
                LOG.log(
                        System.Logger.Level.WARNING,
                        "state snapshot ahead of the log, replaying: snapshot={0} log={1}",
                        loaded.nextOffset(),
                        events.log().endOffset());
            } catch (VitrineException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "state snapshot refused, replaying the log: {0}",
                        e.getMessage());
            }
        }
        return new ShopState(settings.features(), catalog::numberOf);
    }

    private void replay(Progress progress) {
        long end = events.log().endOffset();
        long start = Math.max(state.nextOffset(), events.log().startOffset());
        if (start >= end) {
            return;
        }
        progress.start("replaying events", "events", end - start);
        try (EventCursor cursor = events.read(start)) {
            while (cursor.nextOffset() < end && cursor.next()) {
                state.apply(cursor.event());
                if ((cursor.nextOffset() & 0x3FFF) == 0) {
                    progress.advance(cursor.nextOffset() - start);
                }
            }
        }
        progress.finish((end - start) + " events");
    }

    /** An event that was refused, with the place it had in the batch. */
    public record Refused(int index, Finding finding) {}

    /**
     * Writes events. Those not refused are durable and applied to the state on return: the next
     * answer for their visitor knows them.
     *
     * @return the refused ones, by place
     */
    public List<Refused> write(List<Event> batch) {
        return submit(batch).await();
    }

    /** Events on their way to the log, in the order in which they were submitted. */
    public interface PendingWrite {
        /**
         * Waits until those not refused are durable and applied; as {@link Shop#write}. Writes of
         * one thread have to be awaited in their order.
         */
        List<Refused> await();
    }

    /** Begins to write events without waiting for the disk; for imports, batch after batch. */
    public PendingWrite submit(List<Event> batch) {
        long now = clock.millis();
        List<Event> accepted = new ArrayList<>(batch.size());
        List<Refused> refused = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Optional<Finding> finding = rules.check(batch.get(i), now);
            if (finding.isPresent()) {
                refused.add(new Refused(i, finding.get()));
            } else {
                accepted.add(batch.get(i));
            }
        }
        if (accepted.isEmpty()) {
            return () -> refused;
        }
        PendingAppend pending = begin(accepted);
        return () -> {
            apply(accepted, pending.await());
            return refused;
        };
    }

    /** Appends events that were checked before, and applies them. */
    public void append(List<Event> accepted) {
        if (!accepted.isEmpty()) {
            apply(accepted, begin(accepted).await());
        }
    }

    private PendingAppend begin(List<Event> accepted) {
        if (settings.catalogueFromBehaviour()) {
            ensureItems(accepted);
        }
        return events.submit(accepted);
    }

    /** What was appended has the order of what was written. */
    private void apply(List<Event> written, Appended appended) {
        List<Fresh> fresh = new ArrayList<>(appended.events().size());
        boolean interrupted = false;
        synchronized (applying) {
            while (state.nextOffset() < appended.firstOffset() && !closed) {
                try {
                    applying.wait(1000);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            for (int i = 0; i < written.size(); i++) {
                LoggedEvent event = appended.events().get(i);
                if (state.apply(event)) {
                    fresh.add(new Fresh(written.get(i).visitorId(), event));
                }
            }
            applying.notifyAll();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        eventListener.accept(fresh);
    }

    /**
     * An event that came just now.
     *
     * @param visitorId as the shop sent it; the log has a number in its place
     */
    public record Fresh(String visitorId, LoggedEvent event) {}

    /**
     * Names who is told of events as they come, a batch at a time: those that are durable and
     * applied, and none whose id the state remembers. Called once, before the first event.
     */
    public void followEvents(Consumer<List<Fresh>> listener) {
        eventListener = listener;
    }

    private void ensureItems(List<Event> batch) {
        Set<String> unknown = new LinkedHashSet<>();
        for (Event event : batch) {
            for (ProductDetail product : event.products()) {
                if (catalog.numberOf(product.id()) < 0) {
                    unknown.add(product.id());
                }
            }
        }
        if (!unknown.isEmpty()) {
            synchronized (changing) {
                long before = catalog.sequence();
                catalog.ensure(List.copyOf(unknown));
                List<ProductChange> changes = catalog.changesAfter(before, BATCH);
                while (!changes.isEmpty()) {
                    tell(changes);
                    changes = catalog.changesAfter(changes.getLast().sequence(), BATCH);
                }
            }
        }
    }

    /** Adds or replaces products, durable on return and told to all listeners. */
    public List<ProductChange> upsert(List<Product> products) {
        synchronized (changing) {
            List<ProductChange> changes = catalog.upsert(products);
            tell(changes);
            return changes;
        }
    }

    /** Changes one product in one step; empty when it is unknown. */
    public Optional<Product> update(String id, UnaryOperator<Product> change) {
        synchronized (changing) {
            Optional<ProductChange> changed = catalog.update(id, change);
            changed.ifPresent(c -> tell(List.of(c)));
            return changed.flatMap(ProductChange::product);
        }
    }

    /** Deletes a product; false when it was unknown. */
    public boolean delete(String id) {
        synchronized (changing) {
            Optional<ProductChange> change = catalog.delete(id);
            change.ifPresent(c -> tell(List.of(c)));
            return change.isPresent();
        }
    }

    private void tell(List<ProductChange> changes) {
        if (!changes.isEmpty()) {
            facts.apply(changes);
            for (Consumer<List<ProductChange>> listener : listeners) {
                listener.accept(changes);
            }
        }
    }

    /**
     * Adds a listener without missing or doubling a change: first it is given everything after
     * {@code sequence}, then every later change as it happens.
     */
    public void follow(long sequence, Consumer<List<ProductChange>> listener) {
        synchronized (changing) {
            List<ProductChange> missed = catalog.changesAfter(sequence, BATCH);
            while (!missed.isEmpty()) {
                listener.accept(missed);
                missed = catalog.changesAfter(missed.getLast().sequence(), BATCH);
            }
            listeners.add(listener);
        }
    }

    public void unfollow(Consumer<List<ProductChange>> listener) {
        synchronized (changing) {
            listeners.remove(listener);
        }
    }

    /** What is known of somebody by the ids of a request. */
    public Shopper shopper(String visitorId, String userId) {
        long visitor = visitorId.isEmpty() ? 0 : events.people().findVisitor(visitorId).orElse(0);
        long user = userId.isEmpty() ? 0 : events.people().findUser(userId).orElse(0);
        return state.shopper(visitor, user);
    }

    public Recommender.ShopperLookup shoppers() {
        return this::shopper;
    }

    public Home home() {
        return home;
    }

    public Catalog catalog() {
        return catalog;
    }

    public CatalogFacts facts() {
        return facts;
    }

    public EventStore events() {
        return events;
    }

    public ShopState state() {
        return state;
    }

    public PopularItems popular() {
        return popular;
    }

    public InstantSource clock() {
        return clock;
    }

    public ShopSettings settings() {
        return settings;
    }

    /** Writes the state when it has moved since the last time. */
    public void snapshot() {
        synchronized (snapshots) {
            long offset = state.nextOffset();
            if (offset == snapshotOffset) {
                return;
            }
            try {
                Files.createDirectories(home.state());
                state.save(home.state().resolve(SNAPSHOT));
                snapshotOffset = offset;
            } catch (IOException | VitrineException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "state snapshot failed, a restart will replay more: {0}",
                        e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        synchronized (applying) {
            closed = true;
            applying.notifyAll();
        }
        snapshot();
        events.close();
        catalog.close();
    }
}
