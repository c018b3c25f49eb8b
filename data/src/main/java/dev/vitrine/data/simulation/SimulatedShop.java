package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import java.util.Iterator;
import java.util.List;

/** A seeded shop: the same seed and settings give the same products and events. */
public final class SimulatedShop {
    private final List<Product> products;

    /** A shop with its own catalogue. */
    public SimulatedShop(long seed, SimulationSettings settings) {
        this(seed, settings, List.of());
    }

    /** Behaviour on a given catalogue. */
    public SimulatedShop(long seed, SimulationSettings settings, List<Product> catalogue) {
        this.products = catalogue;
    }

    /** The catalogue; an own one is made as it is read, so that a million costs no memory. */
    public List<Product> products() {
        return products;
    }

    /** Clean events in time order, robots among them; each call starts again. */
    public Iterator<Event> events() {
        return List.<Event>of().iterator();
    }

    /** The same events as JSON lines as a shop would send them, with faulty records among them. */
    public Iterator<String> records() {
        return List.<String>of().iterator();
    }

    /** What the simulation knows and models must find out. */
    public Truth truth() {
        return new Truth();
    }
}
