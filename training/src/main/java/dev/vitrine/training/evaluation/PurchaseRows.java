package dev.vitrine.training.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replays the events of a shop in their order and says, at any of them, what was known strictly
 * before: of the person, of the item, and of both. Counts go through a logarithm; ages are in hours
 * and NaN where there was nothing yet.
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

    private static final class Person {
        long views;
        long carts;
        long buys;
        long first = -1;
        long last = -1;
        long lastCart = -1;
        long lastBuy = -1;
        int lastItem = -1;
        int sessionEvents;
        int sessionCarts;
        int sessionBuys;
        final List<Long> viewTimes = new ArrayList<>();
    }

    private static final class Item {
        long views;
        long carts;
        long buys;
        long first = -1;
        long lastView = -1;
        long lastBuy = -1;
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
            log(item.views),
            log(item.carts),
            log(item.buys),
            rate(item.buys, item.views),
            rate(item.carts, item.views),
            age(time, item.first),
            age(time, item.lastView),
            age(time, item.lastBuy),
            person.lastItem < 0 ? 0 : log(followed.getOrDefault(pair(person.lastItem, itemId), 0)),
            (time % DAY) / (float) HOUR,
            (time / DAY + 3) % 7,
            cart != null && cart < time ? 1 : 0,
            cart == null || cart >= time ? Float.NaN : (time - cart) / (float) HOUR
        };
        return row;
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
        item.first = item.first < 0 ? time : item.first;
        person.last = time;
        person.sessionEvents++;
        switch (behavior) {
            case "view" -> {
                person.views++;
                person.viewTimes.add(time);
                item.views++;
                item.lastView = time;
                if (person.lastItem >= 0) {
                    followed.merge(pair(person.lastItem, itemId), 1, Integer::sum);
                }
                person.lastItem = itemId;
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
                item.lastBuy = time;
            }
        }
    }

    /** The names without those of the cart. */
    static List<String> namesWithoutCart() {
        return NAMES.subList(0, NAMES.size() - CART_NAMES);
    }

    static float[] withoutCart(float[] row) {
        return Arrays.copyOf(row, row.length - CART_NAMES);
    }
}
