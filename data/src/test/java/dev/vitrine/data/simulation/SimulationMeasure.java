package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/** Measures the simulated shop and prints samples; not a test. */
final class SimulationMeasure {
    private static final Instant END = Instant.parse("2026-06-01T00:00:00Z");

    private SimulationMeasure() {}

    public static void main(String[] arguments) {
        long begun = System.nanoTime();
        SimulatedShop demo = DemoShop.open(END);
        long products = demo.products().stream().filter(p -> !p.title().isEmpty()).count();
        Map<EventType, Integer> types = new EnumMap<>(EventType.class);
        int count = 0;
        for (Iterator<Event> all = demo.events(); all.hasNext(); count++) {
            types.merge(all.next().type(), 1, Integer::sum);
        }
        System.out.printf(
                "demo: %d products, %d events in %.2f s %s%n",
                products, count, (System.nanoTime() - begun) / 1e9, types);
        for (SimulationSettings.Language language : SimulationSettings.Language.values()) {
            SimulatedShop shop =
                    new SimulatedShop(
                            5, SimulationSettings.of(1000, 100, 1000, END).with(language));
            for (int i = 0; i < 12; i++) {
                Product p = shop.products().get(i * 37);
                System.out.println(p.title() + " | " + p.brand() + " | " + p.price());
            }
            System.out.println(shop.products().get(3));
            Iterator<String> lines = shop.records();
            for (int i = 0; i < 25; i++) {
                System.out.println(lines.next());
            }
        }
        for (int round = 0; round < 3; round++) {
            rate("events, 3,000 products", DemoShop.open(END).events(), 2_000_000);
            rate("records, 3,000 products", DemoShop.open(END).records(), 2_000_000);
        }
        long start = System.nanoTime();
        SimulatedShop large =
                new SimulatedShop(1, SimulationSettings.of(1_000_000, 500_000, 1_000_000, END));
        System.out.printf("1,000,000 products: %.2f s%n", (System.nanoTime() - start) / 1e9);
        rate("products of 1,000,000", large.products().iterator(), 300_000);
        rate("events, 1,000,000 products", large.events(), 1_000_000);
    }

    private static void rate(String what, Iterator<?> things, int most) {
        long start = System.nanoTime();
        int count = 0;
        while (count < most && things.hasNext()) {
            things.next();
            count++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: %d, %,.0f/s%n", what, count, count / seconds);
    }
}
