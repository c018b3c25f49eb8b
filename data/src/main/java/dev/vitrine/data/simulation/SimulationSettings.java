package dev.vitrine.data.simulation;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.Instant;

/**
 * What is simulated.
 *
 * @param products size of the own catalogue; ignored when a catalogue is given
 * @param shoppers people, at least one
 * @param events about how many events; the result differs by some percent
 * @param end no event is later
 * @param span the time before {@code end} that the events fill
 * @param language of the own catalogue's texts and of searches in it
 */
public record SimulationSettings(
        int products,
        int shoppers,
        long events,
        Instant end,
        Duration span,
        Language language,
        Rates rates) {
    public SimulationSettings {
        within(products, 10, 50_000_000, "products");
        within(shoppers, 1, 50_000_000, "shoppers");
        within(events, 0, 100_000_000_000L, "events");
        within(span.toMinutes(), 60, 60L * 24 * 3650, "span in minutes");
    }

    public static SimulationSettings of(int products, int shoppers, long events, Instant end) {
        return new SimulationSettings(
                products,
                shoppers,
                events,
                end,
                Duration.ofDays(60),
                Language.ENGLISH,
                Rates.defaults());
    }

    public SimulationSettings with(Rates other) {
        return new SimulationSettings(products, shoppers, events, end, span, language, other);
    }

    public SimulationSettings with(Language other) {
        return new SimulationSettings(products, shoppers, events, end, span, other, rates);
    }

    public SimulationSettings with(Duration other) {
        return new SimulationSettings(products, shoppers, events, end, other, language, rates);
    }

    /** Language of titles, descriptions, categories and queries. */
    public enum Language {
        ENGLISH,
        CHINESE
    }

    /**
     * Shares between 0 and 1.
     *
     * @param typos of searches with a mistyped word
     * @param logins of sessions that log in
     * @param robots of events made by robots
     * @param dirty of raw records that are faulty
     * @param newItems of products that appear during the span
     * @param dyingItems of products that leave during the span
     */
    public record Rates(
            double typos,
            double logins,
            double robots,
            double dirty,
            double newItems,
            double dyingItems) {
        public Rates {
            share(typos, "typos");
            share(logins, "logins");
            share(robots, "robots");
            share(dirty, "dirty");
            share(newItems, "newItems");
            share(dyingItems, "dyingItems");
        }

        public static Rates defaults() {
            return new Rates(0.06, 0.35, 0.01, 0.01, 0.1, 0.05);
        }

        public Rates withRobots(double share) {
            return new Rates(typos, logins, share, dirty, newItems, dyingItems);
        }

        public Rates withDirty(double share) {
            return new Rates(typos, logins, robots, share, newItems, dyingItems);
        }

        private static void share(double value, String key) {
            if (!(value >= 0 && value <= 0.9)) {
                throw VitrineException.field(
                        DataError.SIMULATION_INVALID,
                        key,
                        "rates." + key + ": expected a share from 0 to 0.9, found " + value);
            }
        }
    }

    private static void within(long value, long least, long most, String key) {
        if (value < least || value > most) {
            throw VitrineException.field(
                    DataError.SIMULATION_INVALID,
                    key,
                    key + ": expected " + least + " to " + most + ", found " + value);
        }
    }
}
