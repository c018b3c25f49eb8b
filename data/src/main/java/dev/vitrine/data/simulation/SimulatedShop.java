package dev.vitrine.data.simulation;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.kernel.error.VitrineException;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.RandomAccess;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A shop that behaves: shoppers with tastes visit, search, browse, click, buy and come back. The
 * same seed, settings and catalogue give the same products and events.
 *
 * <p>An item is wanted for its shelf, its hidden style and brand, and its price; each shopper has
 * one of 16 personas (which decide most favourite shelves), own styles, a price level and thrift.
 * Memory is 8 bytes a product and 12 a shopper, besides visits under way.
 */
public final class SimulatedShop {
    private final World world;
    private final AtomicLongArray dirty = new AtomicLongArray(DirtyKind.values().length);

    /** A shop with its own catalogue of {@link SimulationSettings#products()} products. */
    public SimulatedShop(long seed, SimulationSettings settings) {
        ItemLives lives = lives(seed, settings, settings.rates());
        world = World.of(seed, settings, new OwnAssortment(seed, settings, lives), lives);
    }

    /**
     * Behaviour on a given catalogue; its items neither come nor go. Item indices are places in the
     * list.
     *
     * @throws VitrineException when the catalogue is empty
     */
    public SimulatedShop(long seed, SimulationSettings settings, List<Product> catalogue) {
        if (catalogue.isEmpty()) {
            throw new VitrineException(
                    DataError.SIMULATION_INVALID,
                    "the catalogue to simulate behaviour on is empty, expected products");
        }
        SimulationSettings.Rates rates = settings.rates();
        SimulationSettings.Rates still =
                new SimulationSettings.Rates(
                        rates.typos(), rates.logins(), rates.robots(), rates.dirty(), 0, 0);
        ItemLives lives = lives(seed, settings, still);
        world = World.of(seed, settings, new GivenAssortment(seed, catalogue), lives);
    }

    private static ItemLives lives(
            long seed, SimulationSettings settings, SimulationSettings.Rates rates) {
        long end = settings.end().toEpochMilli();
        long start = end - settings.span().toMillis();
        return new ItemLives(seed, start, end, rates.newItems(), rates.dyingItems());
    }

    /** The catalogue; an own one is made as it is read, so that a million costs no memory. */
    public List<Product> products() {
        return new Products(world.shop());
    }

    /** Clean events in time order, robots among them; each call starts again. */
    public Iterator<Event> events() {
        return new EventStream(world);
    }

    /**
     * The same events as JSON lines as a shop would send them, with faulty records put in between
     * at the rate of the settings; each call starts again.
     */
    public Iterator<String> records() {
        return new RawRecords(
                events(),
                world.settings().rates().dirty(),
                new SplittableRandom(world.seed() + 1),
                dirty);
    }

    /** What the simulation knows and models must find out. */
    public Truth truth() {
        return new Truth(world, dirty);
    }

    /** Products made by index. */
    private static final class Products extends AbstractList<Product> implements RandomAccess {
        private final Assortment shop;

        Products(Assortment shop) {
            this.shop = shop;
        }

        @Override
        public Product get(int index) {
            if (index < 0 || index >= shop.size()) {
                throw new IndexOutOfBoundsException(index);
            }
            return shop.product(index);
        }

        @Override
        public int size() {
            return shop.size();
        }
    }
}
