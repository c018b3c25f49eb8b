package dev.vitrine.data.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** What the simulation knows and models must find out. Items and shoppers are indices from 0. */
public final class Truth {
    Truth() {}

    /** How much a shopper wants an item; higher is more. The choices in sessions come from it. */
    public double affinity(int shopper, int item) {
        return 0;
    }

    /** The shopper behind a visitor or user id; -1 for robots and strangers. */
    public int shopper(String visitorOrUserId) {
        return -1;
    }

    /** Visitor ids of all robots. */
    public Set<String> robots() {
        return Set.of();
    }

    /** Items that are bought along with an item. */
    public int[] complements(int item) {
        return new int[0];
    }

    /** Faulty records by kind that the latest {@link SimulatedShop#records()} gave so far. */
    public Map<DirtyKind, Long> dirty() {
        return new EnumMap<>(DirtyKind.class);
    }
}
