package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The shop's state as it was: the events of the log, applied in the order of time up to a moment
 * that only moves on. A log is nearly in that order; up to {@value #AHEAD} events are read ahead to
 * put right what is not, and an event that lies further back is applied when it is met. One thread.
 */
final class Replay {
    private static final int AHEAD = 100_000;
    private static final int BATCH = 2_000;

    private final Iterator<LoggedEvent> log;
    private final ShopState state;
    private final CatalogFacts facts;
    private final PriorityQueue<LoggedEvent> ahead =
            new PriorityQueue<>(
                    Comparator.comparingLong(Replay::time).thenComparingLong(LoggedEvent::offset));
    private final PriorityQueue<Watch> watches =
            new PriorityQueue<>(Comparator.comparingLong(Watch::time));
    private long applied;

    /**
     * Something to be looked at in passing.
     *
     * @param time epoch milliseconds
     */
    private record Watch(long time, Consumer<ShopState> look) {}

    /**
     * @param log in the order of the log
     * @param facts of the products that there are now
     */
    Replay(
            Iterator<LoggedEvent> log,
            FeatureSettings settings,
            ToIntFunction<String> itemNumber,
            CatalogFacts facts) {
        this.log = log;
        this.state = new ShopState(settings, itemNumber);
        this.facts = facts;
    }

    /** What features need of every product of a catalogue. */
    static CatalogFacts facts(Catalog catalog) {
        CatalogFacts facts = new CatalogFacts();
        List<ProductChange> batch = new ArrayList<>(BATCH);
        catalog.scan(change -> {
            batch.add(change);
            if (batch.size() == BATCH) {
                facts.apply(batch);
                batch.clear();
            }
        });
        facts.apply(batch);
        return facts;
    }

    /**
     * Has something look at the state as it was just before a time that is still to come; the state
     * is only lent. {@link #until} calls it on its way, in the order of time.
     *
     * @param time epoch milliseconds
     */
    void watch(long time, Consumer<ShopState> look) {
        watches.add(new Watch(time, look));
    }

    /** An event cannot be known before it was received, nor tell of a time to come. */
    private static long time(LoggedEvent event) {
        return Math.min(event.time(), event.receivedAt());
    }

    /**
     * Applies what happened before a time, epoch milliseconds.
     *
     * @return the state at that time
     */
    ShopState until(long time) {
        while (true) {
            while (ahead.size() < AHEAD && log.hasNext()) {
                ahead.add(log.next());
            }
            LoggedEvent next = ahead.peek();
            long reached = next == null ? time : Math.min(time, time(next));
            while (!watches.isEmpty() && watches.element().time() <= reached) {
                watches.remove().look().accept(state);
            }
            if (next == null || time(next) >= time) {
                return state;
            }
            state.apply(ahead.remove().at(applied++));
        }
    }

    /** What is known of a person by now, by the number of the user or of the visitor. */
    Shopper shopper(long person) {
        return state.shopper(person, person);
    }

    CatalogFacts facts() {
        return facts;
    }
}
