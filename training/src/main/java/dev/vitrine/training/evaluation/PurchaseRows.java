package dev.vitrine.training.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replays the events of a shop in their order and says, at any of them, what was known strictly
 * before: of the person, of what other people did with the item, and of both. Counts go through a
 * logarithm; ages are in hours and NaN where there was nothing yet.
 *
 * <p>What a person did with an item before shows in nothing but the cart. Were it among what is
 * known of the item, somebody who viewed it a moment ago could be told from somebody who views it
 * now: the time since the item's last view would be that since their own last event.
 */
final class PurchaseRows {
    static final List<String> NAMES =
            List.of(
                    "personViews",
                    "personCarts",
                    "personBuys",
                    "personBuysPerView",
                    "personAge",
                    "personSinceEvent",
                    "personSinceCart",
                    "personSinceBuy",
                    "personViewsOfHour",
                    "personViewsOfDay",
                    "personViewsOfWeek",
                    "sessionEvents",
                    "sessionCarts",
                    "sessionBuys",
                    "personWaiting",
                    "itemViews",
                    "itemCarts",
                    "itemBuys",
                    "itemBuysPerView",
                    "itemCartsPerView",
                    "itemAge",
                    "itemSinceView",
                    "itemSinceBuy",
                    "pairFollowed",
                    "hour",
                    "weekday",
                    "inCart",
                    "sinceCart");

    /** The two that say whether the item was in the cart already, last. */
    static final int CART_NAMES = 2;

    private static final long SESSION = 30 * 60;
    private static final long HOUR = 3_600;
    private static final long DAY = 24 * HOUR;
    private static final double PRIOR_VIEWS = 10;
    private static final double PRIOR_RATE = .1;

    private final Map<Integer, Person> people = new HashMap<>();
    private final Map<Integer, Item> items = new HashMap<>();
    private final Map<Long, Long> carts = new HashMap<>();
    private final Map<Long, Integer> followed = new HashMap<>();

    /** Views, carts and purchases of each pair. */
    private final Map<Long, int[]> own = new HashMap<>();

    private static final class Person {
        long views;
        long carts;
        long buys;
        long first = -1;
        long last = -1;
        long lastCart = -1;
        long lastBuy = -1;
        int lastItem = -1;

        /** The item viewed before the last one, and not the same. */
        int itemBefore = -1;

        int sessionEvents;
        int sessionCarts;
        int sessionBuys;
        final List<Long> viewTimes = new ArrayList<>();
    }

    private static final class Item {
        long views;
        long carts;
        long buys;
        final Moment first = new Moment();
        final Moment lastView = new Moment();
        final Moment lastBuy = new Moment();
    }

    /** When something happened to an item, by whom, and when by anybody else. */
    private static final class Moment {
        private long time = -1;
        private int by = -1;
        private long others = -1;

        /** The last one counts. */
        void last(long now, int person) {
            others = person == by ? others : time;
            time = now;
            by = person;
        }

        /** The first one counts. */
        void first(long now, int person) {
            if (time < 0) {
                time = now;
                by = person;
            } else if (person != by && others < 0) {
                others = now;
            }
        }

        /** As people other than this one made it. */
        long without(int person) {
            return person == by ? others : time;
        }
    }

    private static long pair(int person, int item) {
        return (long) person << 32 | item;
    }

    /** What is known at a time of a person and an item; {@code NAMES.size()} numbers. */
    float[] known(long time, int personId, int itemId) {
        Person person = people.getOrDefault(personId, new Person());
        Item item = items.getOrDefault(itemId, new Item());
        boolean sameSession = person.last >= 0 && time - person.last <= SESSION;
        Long cart = carts.get(pair(personId, itemId));
        int[] ownEvents = own.getOrDefault(pair(personId, itemId), new int[3]);
        long views = item.views - ownEvents[0];
        long itemCarts = item.carts - ownEvents[1];
        long buys = item.buys - ownEvents[2];
        float[] row = {
            log(person.views),
            log(person.carts),
            log(person.buys),
            rate(person.buys, person.views),
            age(time, person.first),
            age(time, person.last),
            age(time, person.lastCart),
            age(time, person.lastBuy),
            log(since(person.viewTimes, time - HOUR)),
            log(since(person.viewTimes, time - DAY)),
            log(since(person.viewTimes, time - 7 * DAY)),
            sameSession ? log(person.sessionEvents) : 0,
            sameSession ? log(person.sessionCarts) : 0,
            sameSession ? log(person.sessionBuys) : 0,
            log(Math.max(0, person.carts - person.buys)),
            log(views),
            log(itemCarts),
            log(buys),
            rate(buys, views),
            rate(itemCarts, views),
            age(time, item.first.without(personId)),
            age(time, item.lastView.without(personId)),
            age(time, item.lastBuy.without(personId)),
            log(followed(person, itemId)),
            (time % DAY) / (float) HOUR,
            (time / DAY + 3) % 7,
            cart != null && cart < time ? 1 : 0,
            cart == null || cart >= time ? Float.NaN : (time - cart) / (float) HOUR
        };
        return row;
    }

    /** How often other people viewed an item next after what this person viewed last. */
    private int followed(Person person, int item) {
        boolean same = person.lastItem == item;
        int from = same ? person.itemBefore : person.lastItem;
        int all = from < 0 ? 0 : followed.getOrDefault(pair(from, item), 0);
        return same ? Math.max(0, all - 1) : all;
    }

    private static float log(long count) {
        return (float) Math.log1p(count);
    }

    private static float rate(long of, long all) {
        return (float) ((of + PRIOR_VIEWS * PRIOR_RATE) / (all + PRIOR_VIEWS));
    }

    private static float age(long time, long then) {
        return then < 0 ? Float.NaN : (time - then) / (float) HOUR;
    }

    private static int since(List<Long> times, long from) {
        int count = 0;
        for (int i = times.size() - 1; i >= 0 && times.get(i) >= from; i--) {
            count++;
        }
        return count;
    }

    /** Takes an event in. */
    void apply(long time, int personId, int itemId, String behavior) {
        Person person = people.computeIfAbsent(personId, id -> new Person());
        Item item = items.computeIfAbsent(itemId, id -> new Item());
        if (person.last < 0 || time - person.last > SESSION) {
            person.sessionEvents = 0;
            person.sessionCarts = 0;
            person.sessionBuys = 0;
        }
        person.first = person.first < 0 ? time : person.first;
        item.first.first(time, personId);
        own.computeIfAbsent(pair(personId, itemId), id -> new int[3])[kind(behavior)]++;
        person.last = time;
        person.sessionEvents++;
        switch (behavior) {
            case "view" -> {
                person.views++;
                person.viewTimes.add(time);
                item.views++;
                item.lastView.last(time, personId);
                if (person.lastItem >= 0) {
                    followed.merge(pair(person.lastItem, itemId), 1, Integer::sum);
                }
                if (person.lastItem != itemId) {
                    person.itemBefore = person.lastItem;
                    person.lastItem = itemId;
                }
            }
            case "cart" -> {
                person.carts++;
                person.sessionCarts++;
                person.lastCart = time;
                item.carts++;
                carts.putIfAbsent(pair(personId, itemId), time);
            }
            default -> {
                person.buys++;
                person.sessionBuys++;
                person.lastBuy = time;
                item.buys++;
                item.lastBuy.last(time, personId);
            }
        }
    }

    private static int kind(String behavior) {
        return switch (behavior) {
            case "view" -> 0;
            case "cart" -> 1;
            default -> 2;
        };
    }

    /** The names without those of the cart. */
    static List<String> namesWithoutCart() {
        return NAMES.subList(0, NAMES.size() - CART_NAMES);
    }

    static float[] withoutCart(float[] row) {
        return Arrays.copyOf(row, row.length - CART_NAMES);
    }
}
