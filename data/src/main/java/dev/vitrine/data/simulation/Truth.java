package dev.vitrine.data.simulation;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/** What the simulation knows and models must find out. Items and shoppers are indices from 0. */
public final class Truth {
    private final World world;
    private final AtomicLongArray dirty;

    Truth(World world, AtomicLongArray dirty) {
        this.world = world;
        this.dirty = dirty;
    }

    /**
     * How much a shopper wants an item, about -2 to 4; clicks and purchases follow it by a logistic
     * curve.
     */
    public double affinity(int shopper, int item) {
        return world.wants(world.mind(shopper), item);
    }

    /**
     * Whether a shopper likes an item's kind: whether its shelf, a leaf of the category tree, is
     * one of the at most five that the shopper comes for.
     */
    public boolean likesKind(int shopper, int item) {
        int shelf = world.shop().shelf(item);
        for (int favourite : world.mind(shopper).shelves()) {
            if (favourite == shelf) {
                return true;
            }
        }
        return false;
    }

    /** The shopper behind a visitor or user id; -1 for robots and strangers. */
    public int shopper(String visitorOrUserId) {
        return PersonIds.shopper(visitorOrUserId, world.settings().shoppers());
    }

    /** The user id that a shopper logs in with. */
    public String user(int shopper) {
        return PersonIds.user(shopper);
    }

    /** The id that a shopper's usual device shows. */
    public String visitor(int shopper) {
        return PersonIds.visitor(shopper, 0);
    }

    /** Visitor ids of all robots. */
    public Set<String> robots() {
        Set<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < world.robots(); i++) {
            ids.add(PersonIds.robot(world.settings().shoppers(), i));
        }
        return ids;
    }

    /** Items that are bought along with an item, the likeliest first; at most three. */
    public int[] complements(int item) {
        return world.stock().complements(world.seed(), item, 3);
    }

    /** Whether the shop has the item at a time, epoch milliseconds. */
    public boolean alive(int item, long time) {
        return world.lives().alive(item, time);
    }

    /**
     * Faulty records by kind that {@link SimulatedShop#records()} gave so far, all calls together.
     */
    public Map<DirtyKind, Long> dirty() {
        Map<DirtyKind, Long> counts = new EnumMap<>(DirtyKind.class);
        for (DirtyKind kind : DirtyKind.values()) {
            counts.put(kind, dirty.get(kind.ordinal()));
        }
        return counts;
    }
}
