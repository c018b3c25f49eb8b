package dev.vitrine.data.simulation;

import java.time.Instant;

/** The shop that {@code vitrine up --demo} shows. */
public final class DemoShop {
    public static final long SEED = 20_26;

    private DemoShop() {}

    /** 3,000 products, 4,000 shoppers, about 150,000 events in the 60 days before {@code end}. */
    public static SimulationSettings settings(Instant end) {
        return SimulationSettings.of(3_000, 4_000, 150_000, end);
    }

    public static SimulatedShop open(Instant end) {
        return new SimulatedShop(SEED, settings(end));
    }
}
