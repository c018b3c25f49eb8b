package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes one visit of one shopper as events. A visit has some intents; each begins with a search, a
 * category page or a direct arrival, shows lists whose upper places are looked at more often (place
 * k with probability 1 / (1 + 0.22 k)), and may end in the cart. What is clicked and bought follows
 * {@link Mind#wants}.
 */
final class SessionWriter {
    private static final int LIST = 10;
    private static final int MOST_EVENTS = 90;
    private static final long SECOND = 1000;
    private static final long DAY = 86_400 * SECOND;

    private final World world;
    private final Assortment shop;
    private final SplittableRandom random;
    private final RepeatNeeds needs;
    private final double[] shelfWeights;

    private List<Event> events = new ArrayList<>();
    private final Map<Integer, Integer> cart = new LinkedHashMap<>();
    private Mind mind;
    private long time;
    private long session;
    private String visitor = "";
    private String user = "";

    SessionWriter(World world, SplittableRandom random) {
        this.world = world;
        this.shop = world.shop();
        this.random = random;
        this.needs = new RepeatNeeds(world.settings().shoppers());
        this.mind = world.mind(0);
        this.shelfWeights = new double[mind.shelves().length];
    }

    /** The events of a visit in order of time; the last may lie days later (ratings). */
    List<Event> write(int shopper, long sessionNumber, long start) {
        events = new ArrayList<>();
        cart.clear();
        mind = world.mind(shopper);
        time = start;
        session = sessionNumber;
        boolean ownDevice = random.nextDouble() < 0.75;
        visitor = PersonIds.visitor(shopper, ownDevice ? 0 : 1 + random.nextInt(2));
        boolean logsIn = random.nextDouble() < world.settings().rates().logins();
        boolean early = random.nextDouble() < 0.5;
        user = logsIn && early ? PersonIds.user(shopper) : "";
        if (random.nextDouble() < 0.4) {
            emit(EventType.HOME_PAGE_VIEW, List.of(), "", List.of(), "", Double.NaN);
            browse(homeList(), "home");
        }
        int needed = needs.due(shopper, time);
        if (needed >= 0 && world.lives().alive(needed, time) && random.nextDouble() < 0.6) {
            view(needed, 1);
            addToCart(needed);
        }
        int intents = 1;
        while (intents < 4 && random.nextDouble() < 0.4) {
            intents++;
        }
        for (int i = 0; i < intents && events.size() < MOST_EVENTS / 2; i++) {
            follow(chooseShelf());
        }
        if (logsIn) {
            user = PersonIds.user(shopper);
        }
        checkOut(shopper);
        return events;
    }

    private int chooseShelf() {
        if (random.nextDouble() < 0.08) {
            return shop.shelf(random.nextInt(shop.size()));
        }
        double sum = 0;
        for (int i = 0; i < shelfWeights.length; i++) {
            sum += mind.favourite(i) * season(mind.shelves()[i]);
            shelfWeights[i] = sum;
        }
        double at = random.nextDouble() * sum;
        int chosen = 0;
        while (chosen < shelfWeights.length - 1 && shelfWeights[chosen] <= at) {
            chosen++;
        }
        return mind.shelves()[chosen];
    }

    /** Demand of the day against the year's, 0.4 to 1.6. */
    private double season(int shelf) {
        int month = shop.month(shelf);
        if (month == 0) {
            return 1;
        }
        double year = (time / (double) DAY / 365.2425) % 1;
        return 1 + 0.6 * Math.cos(2 * Math.PI * (year - (month - 0.5) / 12));
    }

    /** One wish: find something on a shelf. */
    private void follow(int shelf) {
        int target = best(shelf, 12);
        if (target < 0) {
            return;
        }
        double way = random.nextDouble();
        String query = way < 0.45 ? shop.query(target, random) : "";
        if (!query.isEmpty()) {
            if (random.nextDouble() < world.settings().rates().typos()) {
                query = Typos.mistype(query, random);
            }
            emit(EventType.SEARCH, List.of(), query, List.of(), "", Double.NaN);
            int[] list = list(shelf);
            list[random.nextInt(6)] = target;
            browse(list, "search");
        } else if (way < 0.8) {
            emit(EventType.CATEGORY_PAGE_VIEW, List.of(), "", List.of(), "", Double.NaN, shelf);
            browse(list(shelf), "category");
            if (random.nextDouble() < 0.3) {
                browse(list(shelf), "category");
            }
        } else {
            view(target, 2);
        }
    }

    /** The most wanted of some that happen to be found, with a little chance. */
    private int best(int shelf, int looks) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < looks; i++) {
            int item = world.stock().pick(shelf, random.nextDouble(), time);
            if (item >= 0) {
                double wanted = world.wants(mind, item) + 0.3 * gumbel();
                if (wanted > most) {
                    most = wanted;
                    best = item;
                }
            }
        }
        return best;
    }

    private double gumbel() {
        return -Math.log(-Math.log(random.nextDouble(1e-12, 1)));
    }

    private int[] list(int shelf) {
        int[] list = new int[LIST];
        for (int i = 0; i < LIST; i++) {
            list[i] = world.stock().pick(shelf, random.nextDouble(), time);
        }
        return list;
    }

    private int[] homeList() {
        int[] list = new int[LIST];
        for (int i = 0; i < LIST; i++) {
            int shelf = shop.shelf(random.nextInt(shop.size()));
            list[i] = world.stock().pick(shelf, random.nextDouble(), time);
        }
        return list;
    }

    /** Shows a list and clicks on what is looked at and wanted. */
    private void browse(int[] list, String placement) {
        List<Impression> shown = new ArrayList<>(list.length);
        int[] items = new int[list.length];
        for (int item : list) {
            boolean fresh = item >= 0;
            for (int i = 0; i < shown.size() && fresh; i++) {
                fresh = items[i] != item;
            }
            if (fresh) {
                items[shown.size()] = item;
                shown.add(new Impression(shop.id(item), shown.size() + 1, Double.NaN));
            }
        }
        if (shown.isEmpty()) {
            return;
        }
        time += 300;
        emit(EventType.IMPRESSION, List.of(), "", shown, placement, Double.NaN);
        for (int i = 0; i < shown.size() && events.size() < MOST_EVENTS; i++) {
            boolean seen = random.nextDouble() < 1 / (1 + 0.22 * i);
            double pull = logistic(1.6 * world.wants(mind, items[i]) - 3.2);
            if (seen && random.nextDouble() < pull) {
                pause(2, 9);
                emit(EventType.CLICK, details(items[i], 1), "", List.of(), placement, Double.NaN);
                time += 200 + random.nextInt(600);
                view(items[i], 2);
            }
        }
        pause(1, 12);
    }

    /** Looks at a product's page, perhaps takes it, perhaps goes on to one like it. */
    private void view(int item, int hops) {
        emit(EventType.DETAIL_PAGE_VIEW, details(item, 1), "", List.of(), "", Double.NaN);
        double wanted = world.wants(mind, item);
        pause(6 + 8 * Math.max(0, wanted), 60);
        if (!cart.containsKey(item) && random.nextDouble() < logistic(1.5 * wanted - 4.0)) {
            addToCart(item);
        }
        if (hops > 0 && events.size() < MOST_EVENTS && random.nextDouble() < 0.35) {
            boolean along = random.nextDouble() < 0.2;
            int shelf = along ? shop.goesWith(shop.shelf(item)) : shop.shelf(item);
            int next = best(shelf, 8);
            if (next >= 0 && next != item) {
                view(next, hops - 1);
            }
        }
    }

    private void addToCart(int item) {
        int pieces = random.nextDouble() < 0.12 ? 2 : 1;
        cart.merge(item, pieces, Integer::sum);
        emit(EventType.ADD_TO_CART, details(item, pieces), "", List.of(), "", Double.NaN);
        pause(2, 20);
    }

    private void checkOut(int shopper) {
        if (cart.isEmpty()) {
            return;
        }
        emit(EventType.SHOPPING_CART_PAGE_VIEW, cartDetails(), "", List.of(), "", Double.NaN);
        pause(5, 30);
        if (random.nextDouble() > 0.5) {
            if (random.nextDouble() < 0.4) {
                int item = cart.keySet().iterator().next();
                int pieces = cart.getOrDefault(item, 1);
                emit(
                        EventType.REMOVE_FROM_CART,
                        details(item, pieces),
                        "",
                        List.of(),
                        "",
                        Double.NaN);
            }
            return;
        }
        for (int item : List.copyOf(cart.keySet())) {
            if (random.nextDouble() < 0.45) {
                takeComplement(item);
            }
        }
        pause(20, 90);
        double value = 0;
        for (Map.Entry<Integer, Integer> line : cart.entrySet()) {
            double price = shop.price(line.getKey());
            value += price > 0 ? price * line.getValue() : 0;
        }
        double rounded = value > 0 ? Math.round(value * 100) / 100.0 : Double.NaN;
        emit(EventType.PURCHASE_COMPLETE, cartDetails(), "", List.of(), "", rounded);
        long bought = time;
        for (int item : cart.keySet()) {
            needs.bought(shopper, item, bought, shop.repeatDays(shop.shelf(item)));
        }
        afterwards(bought);
    }

    /** Adds what goes with an item, most often the first of its complements. */
    private void takeComplement(int item) {
        int[] complements = world.stock().complements(world.seed(), item, 3);
        double share = random.nextDouble();
        int place = share < 0.6 ? 0 : share < 0.85 ? 1 : 2;
        if (place < complements.length) {
            int other = complements[place];
            if (other != item && !cart.containsKey(other) && world.lives().alive(other, time)) {
                view(other, 0);
                if (!cart.containsKey(other)) {
                    addToCart(other);
                }
            }
        }
    }

    /** Ratings and returns, days later. */
    private void afterwards(long bought) {
        for (int item : cart.keySet()) {
            double share = random.nextDouble();
            if (share < 0.12) {
                time = bought + 2 * DAY + (long) (random.nextDouble() * 8 * DAY);
                double stars = 3.2 + 0.9 * world.wants(mind, item) - 0.8 + random.nextDouble();
                double value = Math.clamp(Math.round(stars), 1, 5);
                emit(EventType.RATING, details(item, 1), "", List.of(), "", value);
            } else if (share < 0.15) {
                time = bought + 3 * DAY + (long) (random.nextDouble() * 10 * DAY);
                emit(EventType.REFUND, details(item, 1), "", List.of(), "", shop.price(item));
            }
        }
    }

    private List<ProductDetail> details(int item, int pieces) {
        return List.of(new ProductDetail(shop.id(item), pieces, shop.price(item)));
    }

    private List<ProductDetail> cartDetails() {
        List<ProductDetail> details = new ArrayList<>(cart.size());
        for (Map.Entry<Integer, Integer> line : cart.entrySet()) {
            int item = line.getKey();
            details.add(new ProductDetail(shop.id(item), line.getValue(), shop.price(item)));
        }
        return details;
    }

    private void pause(double least, double more) {
        double tail = -Math.log(random.nextDouble(1e-9, 1));
        time += (long) ((least + more * Math.min(4, tail) * 0.4) * SECOND);
    }

    private void emit(
            EventType type,
            List<ProductDetail> products,
            String query,
            List<Impression> shown,
            String placement,
            double value) {
        emit(type, products, query, shown, placement, value, -1);
    }

    private void emit(
            EventType type,
            List<ProductDetail> products,
            String query,
            List<Impression> shown,
            String placement,
            double value,
            int shelf) {
        boolean named = shelf >= 0 && !shop.path(shelf).isEmpty();
        events.add(
                new Event(
                        "e" + Long.toString(session * 128 + events.size(), 36),
                        type,
                        visitor,
                        user,
                        "s" + Long.toString(session, 36),
                        time,
                        products,
                        query,
                        "",
                        shown,
                        placement,
                        value,
                        Double.isNaN(value) || type == EventType.RATING ? "" : shop.currency(),
                        "",
                        named
                                ? Map.of(
                                        "pageCategories",
                                        new AttributeValue.Text(
                                                List.of(String.join(" > ", shop.path(shelf)))))
                                : Map.of()));
        time += 400 + random.nextInt(1200);
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
