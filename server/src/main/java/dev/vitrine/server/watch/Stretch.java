package dev.vitrine.server.watch;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.TypeWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * A stretch of the log as a sample of the people in it: those whose numbers have the smallest
 * hashes, which is a fair sample of people however much each of them did, in bounded memory. Of
 * what somebody did, one event of each kind is kept, picked by chance: so a robot counts as one
 * person, and values of a sample do not depend on each other.
 */
final class Stretch {
    /** Who did more than this in a stretch is a robot, and is left out. */
    static final int ROBOT = 500;

    private static final int MOST_ITEMS = 100;
    private static final int LONGEST_QUERY = 200;

    private final int most;
    private final ToIntFunction<String> itemNumber;
    private final TypeWeights weights;
    private final SplittableRandom random;
    private final long seed;
    private final TreeMap<Long, Person> byHash = new TreeMap<>(Long::compareUnsigned);
    private final Map<Long, Person> byNumber = new HashMap<>();
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Long.MIN_VALUE;

    /** Somebody, for the time of one evaluation. */
    static final class Person {
        private final long visitor;
        private final long user;
        private final int[] items = new int[MOST_ITEMS];
        private int itemCount;
        private int events;
        private int touches;
        private int queries;

        /** One of the events. */
        EventType type = EventType.HOME_PAGE_VIEW;

        long time;

        /** A product of one of the events that show interest; -1 without any. */
        int item = -1;

        /** What was asked for it, or what the catalogue asks; NaN where neither is known. */
        double price = Double.NaN;

        /** One of the searches; empty without any. */
        String query = "";

        /** Interactions before the stretch began, as far as they are remembered. */
        int past;

        private Person(long visitor, long user) {
            this.visitor = visitor;
            this.user = user;
        }

        long visitor() {
            return visitor;
        }

        long user() {
            return user;
        }

        /** The smaller number is the older one, for they are given in order. */
        long oldest() {
            return user == 0 ? visitor : visitor == 0 ? user : Math.min(visitor, user);
        }

        /** Different products that they turned to, in that order. */
        int[] items() {
            return Arrays.copyOf(items, itemCount);
        }

        private boolean isRobot() {
            return events > ROBOT;
        }
    }

    /**
     * @param most people in the sample
     * @param itemNumber of a product id; -1 when unknown
     */
    Stretch(int most, ToIntFunction<String> itemNumber, TypeWeights weights, long seed) {
        this.most = most;
        this.itemNumber = itemNumber;
        this.weights = weights;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    void add(LoggedEvent event) {
        firstTime = Math.min(firstTime, event.time());
        lastTime = Math.max(lastTime, event.time());
        long number = event.user() == 0 ? event.visitor() : event.user();
        if (number == 0 || event.type() == EventType.STOCK_CHANGE) {
            return;
        }
        Person person = byNumber.get(number);
        if (person == null) {
            long hash = hash(number);
            if (byHash.size() >= most && Long.compareUnsigned(hash, byHash.lastKey()) > 0) {
                return;
            }
            person = new Person(event.visitor(), event.user());
            byHash.put(hash, person);
            byNumber.put(number, person);
            if (byHash.size() > most) {
                Person out = byHash.pollLastEntry().getValue();
                byNumber.remove(out.user == 0 ? out.visitor : out.user);
            }
        }
        add(person, event);
    }

    /** The finaliser of SplitMix64: one number is one hash, and the other way round. */
    private long hash(long number) {
        long z = number * 0x9E3779B97F4A7C15L + seed;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private void add(Person person, LoggedEvent event) {
        if (random.nextInt(++person.events) == 0) {
            person.type = event.type();
            person.time = event.time();
        }
        if (event.type() == EventType.SEARCH && !event.searchQuery().isBlank()) {
            if (random.nextInt(++person.queries) == 0) {
                String query = event.searchQuery().strip();
                person.query = query.substring(0, Math.min(LONGEST_QUERY, query.length()));
            }
        }
        if (weights.of(event.type()) > 0) {
            for (ProductDetail product : event.products()) {
                int item = itemNumber.applyAsInt(product.id());
                if (item >= 0) {
                    touch(person, item, product.price());
                }
            }
        }
    }

    private void touch(Person person, int item, double price) {
        if (random.nextInt(++person.touches) == 0) {
            person.item = item;
            person.price = price;
        }
        for (int i = 0; i < person.itemCount; i++) {
            if (person.items[i] == item) {
                return;
            }
        }
        if (person.itemCount < MOST_ITEMS) {
            person.items[person.itemCount++] = item;
        }
    }

    /** The people, in the order of their hashes: the first so many of them are a fair sample. */
    List<Person> people() {
        List<Person> people = new ArrayList<>(byHash.values());
        people.removeIf(Person::isRobot);
        return people;
    }

    /** Time of the earliest event, epoch milliseconds; larger than the latest without any. */
    long firstTime() {
        return firstTime;
    }

    long lastTime() {
        return lastTime;
    }
}
