package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.simulation.SimulationSettings.Language;
import dev.vitrine.data.simulation.Vocabulary.Shelf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** A catalogue made of the own vocabulary, each product from the hash of its index. */
final class OwnAssortment implements Assortment {
    private static final int BRANDS_APART = 100_000;
    private static final long DAY = 86_400_000L;

    private final long seed;
    private final int size;
    private final Vocabulary words;
    private final boolean english;
    private final ItemLives lives;
    private final double[] shelfEnds;
    private final int brandsPerDepartment;

    OwnAssortment(long seed, SimulationSettings settings, ItemLives lives) {
        this.seed = seed;
        this.size = settings.products();
        this.words = new Vocabulary(settings.language());
        this.english = settings.language() == Language.ENGLISH;
        this.lives = lives;
        this.brandsPerDepartment = 6 + (int) (Math.sqrt(size) / 6);
        shelfEnds = new double[words.shelves().size()];
        double sum = 0;
        for (int i = 0; i < shelfEnds.length; i++) {
            sum += 0.4 + Chance.share(seed, i, 11);
            shelfEnds[i] = sum;
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String id(int item) {
        return "p" + (1_000_000 + item);
    }

    @Override
    public String currency() {
        return english ? "EUR" : "CNY";
    }

    @Override
    public int shelf(int item) {
        double at = Chance.share(seed, item, 12) * shelfEnds[shelfEnds.length - 1];
        int low = 0;
        int high = shelfEnds.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (shelfEnds[middle] <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int shelves() {
        return shelfEnds.length;
    }

    private Shelf shelfOf(int item) {
        return words.shelves().get(shelf(item));
    }

    @Override
    public int department(int shelf) {
        return words.shelves().get(shelf).department();
    }

    @Override
    public List<String> path(int shelf) {
        return words.shelves().get(shelf).path();
    }

    @Override
    public int goesWith(int shelf) {
        return words.goesWith(shelf);
    }

    @Override
    public int repeatDays(int shelf) {
        return words.shelves().get(shelf).repeatDays();
    }

    @Override
    public int month(int shelf) {
        return words.shelves().get(shelf).month();
    }

    @Override
    public int brand(int item) {
        double share = Math.pow(Chance.share(seed, item, 13), 1.5);
        return shelfOf(item).department() * BRANDS_APART + (int) (share * brandsPerDepartment);
    }

    @Override
    public int style(int item) {
        // Half of a brand's products have the brand's own style.
        return Chance.share(seed, item, 14) < 0.5
                ? Chance.below(STYLES, seed, brand(item), 15)
                : Chance.below(STYLES, seed, item, 16);
    }

    @Override
    public double level(int item) {
        double brandLevel = Chance.share(seed, brand(item), 17);
        return 2 * (0.55 * Chance.share(seed, item, 18) + 0.45 * brandLevel) - 1;
    }

    @Override
    public double price(int item) {
        Shelf shelf = shelfOf(item);
        double position = (level(item) + 1) / 2;
        double exact = shelf.low() * Math.pow(shelf.high() / shelf.low(), position);
        double scaled = english ? exact : exact * 7;
        return scaled < 20
                ? Math.max(1, Math.round(scaled * 2)) / 2.0 - 0.01
                : Math.round(scaled) - 0.05;
    }

    private String thing(int item) {
        List<String> things = shelfOf(item).things();
        return things.get(Chance.below(things.size(), seed, item, 19));
    }

    private String styleWord(int item) {
        List<String> all = words.style(style(item), shelfOf(item));
        return all.get(Chance.below(all.size(), seed, item, 20));
    }

    private String brandName(int item) {
        return english
                ? BrandNames.english(seed, brand(item))
                : BrandNames.chinese(seed, brand(item));
    }

    /** The item's value of each option group, without empty ones. */
    private Map<String, String> optionValues(int item) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : shelfOf(item).options()) {
            List<String> choices = words.option(name);
            int aspect = 100 + (name.hashCode() & 0xFFFF);
            String value = choices.get(Chance.below(choices.size(), seed, item, aspect));
            if (!value.isEmpty()) {
                values.put(name, value);
            }
        }
        return values;
    }

    @Override
    public Product product(int item) {
        Shelf shelf = shelfOf(item);
        Map<String, String> options = optionValues(item);
        double price = price(item);
        boolean reduced = Chance.share(seed, item, 31) < 0.15;
        double before = reduced ? Math.round(price * 1.25) - 0.05 : price;
        boolean soldOut = Chance.share(seed, item, 32) < 0.04;
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        options.forEach(
                (name, value) -> attributes.put(name, new AttributeValue.Text(List.of(value))));
        return Product.builder(id(item))
                .title(title(item, options))
                .description(description(item, shelf, options))
                .brand(brandName(item))
                .categories(List.of(shelf.path()))
                .price(price)
                .originalPrice(before)
                .cost(Math.round(price * (50 + Chance.below(25, seed, item, 33))) / 100.0)
                .currency(currency())
                .availability(soldOut ? Availability.OUT_OF_STOCK : Availability.IN_STOCK)
                .availableQuantity(soldOut ? 0 : 3 + Chance.below(400, seed, item, 34))
                .attributes(attributes)
                .tags(List.of(styleWord(item)))
                .uri("/products/" + id(item))
                .language(english ? "en" : "zh")
                .publishedAt(lives.isNew(item) ? lives.birth(item) : published(item))
                .expiresAt(lives.death(item))
                .build();
    }

    private long published(int item) {
        return lives.start() - (30 + Chance.below(700, seed, item, 35)) * DAY;
    }

    private String title(int item, Map<String, String> options) {
        StringBuilder title = new StringBuilder(brandName(item)).append(' ');
        if (english) {
            title.append(BrandNames.englishSeries(seed, item));
            if (size > 20_000) {
                title.append(' ').append(100 + item / 30 % 900);
            }
            title.append(' ').append(styleWord(item)).append(' ').append(thing(item));
            options.values().forEach(value -> title.append(", ").append(value));
        } else {
            title.append(BrandNames.chineseSeries(seed, item));
            if (size > 20_000) {
                title.append(100 + item / 30 % 900);
            }
            title.append(' ').append(styleWord(item)).append(thing(item));
            options.values().forEach(value -> title.append(' ').append(value));
        }
        return title.toString();
    }

    private String description(int item, Shelf shelf, Map<String, String> options) {
        List<String> parts = new ArrayList<>(options.values());
        String leaf = shelf.path().getLast();
        if (english) {
            String made = parts.isEmpty() ? "" : " in " + String.join(", ", parts);
            return "A "
                    + styleWord(item)
                    + " "
                    + thing(item)
                    + made
                    + " by "
                    + brandName(item)
                    + ". From our range of "
                    + leaf.toLowerCase(Locale.ROOT)
                    + "; goes well with our "
                    + path(goesWith(shelf(item))).getLast().toLowerCase(Locale.ROOT)
                    + ".";
        }
        String made = parts.isEmpty() ? "" : "，" + String.join("、", parts);
        return brandName(item)
                + "出品的"
                + styleWord(item)
                + thing(item)
                + made
                + "。属于"
                + leaf
                + "系列，适合搭配"
                + path(goesWith(shelf(item))).getLast()
                + "。";
    }

    @Override
    public String query(int item, SplittableRandom random) {
        String thing = thing(item);
        String gap = english ? " " : "";
        double kind = random.nextDouble();
        if (kind < 0.55) {
            return thing;
        }
        if (kind < 0.7) {
            return styleWord(item) + gap + thing;
        }
        if (kind < 0.85) {
            return brandName(item).toLowerCase(Locale.ROOT) + " " + thing;
        }
        List<String> values = List.copyOf(optionValues(item).values());
        return values.isEmpty() ? thing : values.get(random.nextInt(values.size())) + gap + thing;
    }
}
