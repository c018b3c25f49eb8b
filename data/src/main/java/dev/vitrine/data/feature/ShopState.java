package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import java.nio.file.Path;
import java.util.function.ToIntFunction;

/**
 * Everything the shop knows from behaviour, built by applying logged events in log order with the
 * time of the event. The same class serves (events as they arrive) and trains (replay).
 *
 * <p>One thread applies; any number read.
 */
public final class ShopState {
    private final FeatureSettings settings;

    /**
     * @param itemNumber item number of an id, -1 when unknown; products with unknown ids are passed
     *     over
     */
    public ShopState(FeatureSettings settings, ToIntFunction<String> itemNumber) {
        this.settings = settings;
    }

    public FeatureSettings settings() {
        return settings;
    }

    /** Applies the next event; one whose offset is below {@link #nextOffset()} is ignored. */
    public void apply(LoggedEvent event) {}

    /**
     * What a visitor or user did (0 for one that is not known); both together where the visitor has
     * just logged in.
     */
    public Shopper shopper(long visitor, long user) {
        return Shopper.UNKNOWN;
    }

    /** Item numbers seen lie below this. */
    public int items() {
        return 0;
    }

    /** Decayed sum of weights by type of all events on the item, at {@code now}. */
    public float popularity(int item, long now) {
        return 0;
    }

    /** How much livelier the item is lately than its popularity says; 1 is as usual. */
    public float trend(int item, long now) {
        return 0;
    }

    /** Decayed count of one type of event on the item. */
    public float count(int item, EventType type, long now) {
        return 0;
    }

    /** Items viewed in the same session, with decayed counts. */
    public WeightedItems viewedTogether(int item, long now) {
        return WeightedItems.EMPTY;
    }

    /** Items bought in the same order, with decayed counts. */
    public WeightedItems boughtTogether(int item, long now) {
        return WeightedItems.EMPTY;
    }

    /** Decayed count of sessions in which both were viewed; 0 when not kept. */
    public float viewedTogether(int item, int other, long now) {
        return 0;
    }

    /** Decayed count of orders with both; 0 when not kept. */
    public float boughtTogether(int item, int other, long now) {
        return 0;
    }

    /** Items that shoppers chose after this query, with decayed weights by type. */
    public WeightedItems chosenFor(String query, long now) {
        return WeightedItems.EMPTY;
    }

    /** The offset of the first event that was not applied yet. */
    public long nextOffset() {
        return 0;
    }

    /** What the state has counted since it was empty. */
    public ShopStateCounts counts() {
        return new ShopStateCounts(0, 0, 0, 0, 0, 0, 0);
    }

    /** Writes a snapshot; either all of it is there afterwards or the file before. */
    public void save(Path file) {}

    /**
     * Reads a snapshot.
     *
     * @throws dev.vitrine.kernel.error.VitrineException with {@code SNAPSHOT_CORRUPT} when damaged
     *     and {@code STORE_FORMAT} when made with another format or other settings; the caller then
     *     replays the log into a new state
     */
    public static ShopState load(
            Path file, FeatureSettings settings, ToIntFunction<String> itemNumber) {
        return new ShopState(settings, itemNumber);
    }
}
