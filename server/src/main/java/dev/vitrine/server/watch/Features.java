package dev.vitrine.server.watch;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.server.watch.DriftTable.About;
import dev.vitrine.server.watch.Evaluation.Drift;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What is compared of two stretches of a log: what people do, and what they are answered. */
final class Features {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long THREE_HOURS = Duration.ofHours(3).toMillis();

    /** Fewer whole days have no usual hours. */
    private static final long FEWEST_DAYS = 2;

    private final CatalogFacts facts;
    private final Respondent respondent;
    private final Side before;
    private final Side now;
    private final DriftTable table = new DriftTable();

    /** Of each product when the data of the release ended: one measure for both stretches. */
    private float[] popularity = new float[0];

    private float mostPopular = 1;

    /** One of the two stretches. */
    private static final class Side {
        private final Stretch stretch;
        private final List<Stretch.Person> people;
        private final List<String> visitors = new ArrayList<>();
        private final List<String> products = new ArrayList<>();
        private final List<Double> past = new ArrayList<>();
        private final List<String> firstCategory = new ArrayList<>();
        private final List<String> servedBy = new ArrayList<>();
        private final List<Double> bestScore = new ArrayList<>();
        private final List<Double> popularity = new ArrayList<>();

        private Side(Stretch stretch) {
            this.stretch = stretch;
            this.people = stretch.people();
        }

        private long days() {
            return (stretch.lastTime() - stretch.firstTime()) / DAY;
        }

        /** Of events of the last so many days. */
        private List<String> hours(long days) {
            return people.stream()
                    .filter(one -> one.time > stretch.lastTime() - days * DAY)
                    .map(one -> {
                        long part = Math.floorMod(one.time, DAY) / THREE_HOURS;
                        return String.format(
                                Locale.ROOT, "%02d to %02d o'clock", 3 * part, 3 * part + 3);
                    })
                    .toList();
        }

        private List<float[]> vectors(Respondent respondent) {
            List<float[]> vectors = new ArrayList<>();
            for (Stretch.Person person : people) {
                float[] vector = new float[respondent.dimensions()];
                if (vectors.size() < DriftTable.MOST_VECTORS
                        && respondent.content(person.item, vector)) {
                    vectors.add(vector);
                }
            }
            return vectors;
        }
    }

    Features(CatalogFacts facts, Respondent respondent, Stretch before, Stretch now) {
        this.facts = facts;
        this.respondent = respondent;
        this.before = new Side(before);
        this.now = new Side(now);
    }

    /** Looks at what is known where the stretch of before begins. */
    void beforeBegins(PastShop shop) {
        begins(before, shop, shop.met());
    }

    /**
     * As {@link #beforeBegins}, of the newest.
     *
     * @param known products that had been met when the data of the release ended
     */
    void newestBegins(PastShop shop, BitSet known) {
        begins(now, shop, known);
    }

    private static void begins(Side side, PastShop shop, BitSet met) {
        for (Stretch.Person person : side.people) {
            side.visitors.add(shop.isNew(person) ? "new" : "known");
            side.past.add((double) shop.shopper(person).size());
            side.products.add(person.item < 0 ? "" : met.get(person.item) ? "known" : "new");
        }
    }

    /** Looks at what people of before are answered where that stretch ends. */
    void beforeEnds(Questioning questioning, PastShop shop, Respondent.Answering answering) {
        popularity = new float[shop.state().items()];
        shop.state().popularities(shop.now(), popularity);
        for (float each : popularity) {
            mostPopular = Math.max(mostPopular, each);
        }
        answers(before, questioning, shop, answering);
    }

    /** As {@link #beforeEnds}, of the newest. */
    void newestEnds(Questioning questioning, PastShop shop, Respondent.Answering answering) {
        answers(now, questioning, shop, answering);
    }

    private void answers(
            Side side, Questioning questioning, PastShop shop, Respondent.Answering answering) {
        for (Stretch.Person person : side.people) {
            if (side.servedBy.size() == LiveEvaluation.PREDICTIONS) {
                break;
            }
            Shopper shopper = shop.shopper(person);
            if (questioning.history(shopper).size() == 0) {
                continue;
            }
            Respondent.Answer answer = answering.ask(shopper);
            side.servedBy.add(answer.servedBy());
            if (answer.items().length > 0) {
                int first = answer.items()[0];
                boolean met = first >= 0 && first < popularity.length;
                side.bestScore.add(answer.scores()[0]);
                side.popularity.add(met ? (double) popularity[first] / mostPopular : 0);
                side.firstCategory.add(category(first));
            }
        }
    }

    /** Compares all that was looked at. */
    Drift compare() {
        people();
        table.shares(
                new About("newProducts", "products that the release does not know", false),
                before.products,
                now.products);
        table.shares(
                new About("newVisitors", "visitors who were not seen before", false),
                before.visitors,
                now.visitors);
        numbers("historyLength", "how much is known of people", false, side -> side.past);
        About content = new About("content", "what products that they turn to are like", false);
        if (respondent.dimensions() == 0) {
            table.none(content, "vectors", "products say nothing about themselves");
        } else {
            table.vectors(content, before.vectors(respondent), now.vectors(respondent));
        }
        numbers("bestScore", "score of the best answer", true, side -> side.bestScore);
        numbers(
                "popularityOfAnswer",
                "popularity of the best answer before, beside the most popular product",
                true,
                side -> side.popularity);
        texts("categoryOfAnswer", "category of the best answer", true, side -> side.firstCategory);
        texts("servedBy", "what gave the best answer", true, side -> side.servedBy);
        return table.drift();
    }

    /** What is taken from one event of each. */
    private void people() {
        each("eventType", "what people do", one -> one.type.wire());
        About hours = new About("hourOfDay", "hours at which they come, UTC", false);
        long days = Math.min(before.days(), now.days());
        if (days < FEWEST_DAYS) {
            table.none(hours, "shares", "it takes two whole days before and now");
        } else {
            table.shares(hours, before.hours(days), now.hours(days));
        }
        each("category", "categories of what they turn to", one -> category(one.item));
        each("brand", "brands of what they turn to", one -> brand(one.item));
        value("price", "prices of what they turn to", this::price);
        value(
                "queryLength",
                "words of a search",
                one -> one.query.isEmpty() ? Double.NaN : words(one.query).length);
        each("queryWord", "words that are searched for", one -> word(one));
    }

    private void each(String name, String what, Function<Stretch.Person, String> value) {
        texts(name, what, false, side -> side.people.stream().map(value).toList());
    }

    private void value(String name, String what, ToDoubleFunction<Stretch.Person> value) {
        numbers(
                name,
                what,
                false,
                side -> side.people.stream().map(one -> value.applyAsDouble(one)).toList());
    }

    private void texts(
            String name, String what, boolean prediction, Function<Side, List<String>> of) {
        table.shares(new About(name, what, prediction), of.apply(before), of.apply(now));
    }

    private void numbers(
            String name, String what, boolean prediction, Function<Side, List<Double>> of) {
        table.numbers(
                new About(name, what, prediction),
                of.apply(before).stream().mapToDouble(Double::doubleValue).toArray(),
                of.apply(now).stream().mapToDouble(Double::doubleValue).toArray());
    }

    private String category(int item) {
        int category = item < 0 ? -1 : facts.category(item);
        return category < 0 ? "" : CaseFinder.path(facts, category);
    }

    private String brand(int item) {
        int brand = item < 0 ? -1 : facts.brand(item);
        return brand < 0 ? "" : facts.brandName(brand);
    }

    /** What the event says, or else what the catalogue says now. */
    private double price(Stretch.Person person) {
        if (person.item < 0 || person.price > 0) {
            return person.item < 0 ? Double.NaN : person.price;
        }
        return facts.price(person.item);
    }

    private static String[] words(String query) {
        return query.toLowerCase(Locale.ROOT).split("[\\s\\p{Punct}]+");
    }

    /** One word of a search, by chance that is the same each time. */
    private static String word(Stretch.Person person) {
        String[] words = words(person.query);
        return words.length == 0 ? "" : words[Math.floorMod(person.time / 1_000, words.length)];
    }
}
