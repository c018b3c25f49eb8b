package dev.vitrine.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.simulation.SimulationSettings.Language;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedShopTest {
    private static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    private static final SimulationSettings SMALL = SimulationSettings.of(400, 300, 20_000, END);

    @Test
    void theSameSeedGivesTheSameShop() {
        SimulatedShop one = new SimulatedShop(7, SMALL);
        SimulatedShop two = new SimulatedShop(7, SMALL);
        assertThat(list(one.events())).isEqualTo(list(two.events()));
        assertThat(list(one.events())).isEqualTo(list(one.events()));
        assertThat(list(one.records())).isEqualTo(list(two.records()));
        assertThat(one.products()).isEqualTo(two.products());
        assertThat(list(new SimulatedShop(8, SMALL).events())).isNotEqualTo(list(one.events()));
    }

    @Test
    void eventsComeInOrderOfTimeWithinTheSpanAndCarryOwnIds() {
        SimulatedShop shop = new SimulatedShop(7, SMALL);
        Set<String> ids = new HashSet<>();
        Set<String> items = new HashSet<>();
        shop.products().forEach(p -> items.add(p.id()));
        long last = END.minus(SMALL.span()).toEpochMilli();
        for (Event event : list(shop.events())) {
            assertThat(event.time()).isBetween(last, END.toEpochMilli());
            last = event.time();
            assertThat(ids.add(event.eventId())).isTrue();
            event.products().forEach(p -> assertThat(items).contains(p.id()));
            event.impressions().forEach(i -> assertThat(items).contains(i.id()));
        }
        assertThat(ids.size()).isBetween(16_000, 24_000);
    }

    @Test
    void theDemoShopIsAboutAsLargeAsItSays() {
        SimulatedShop demo = DemoShop.open(END);
        assertThat(demo.products()).hasSize(3000);
        int count = 0;
        Set<String> visitors = new HashSet<>();
        for (Iterator<Event> all = demo.events(); all.hasNext(); count++) {
            visitors.add(all.next().visitorId());
        }
        assertThat(count).isBetween(130_000, 170_000);
        assertThat(visitors.size()).isBetween(3_000, 9_000);
    }

    @Test
    void titlesLookLikeAShopsInBothLanguages() {
        for (Language language : Language.values()) {
            SimulatedShop shop = new SimulatedShop(1, SMALL.with(language));
            Set<String> titles = new HashSet<>();
            for (Product product : shop.products()) {
                titles.add(product.title());
                assertThat(product.title()).startsWith(product.brand()).hasSizeBetween(6, 120);
                assertThat(product.description()).contains(product.brand());
                assertThat(product.categories().getFirst()).hasSize(3);
                assertThat(product.price()).isPositive().isLessThan(10_000);
                assertThat(product.cost()).isLessThan(product.price());
                boolean han =
                        product.title()
                                .codePoints()
                                .anyMatch(c ->
                                        Character.UnicodeScript.of(c)
                                                == Character.UnicodeScript.HAN);
                assertThat(han).isEqualTo(language == Language.CHINESE);
            }
            assertThat(titles.size()).isGreaterThan(390);
        }
    }

    @Test
    void aMillionProductsAreMadeAsTheyAreRead() {
        SimulatedShop shop =
                new SimulatedShop(1, SimulationSettings.of(1_000_000, 1000, 1000, END));
        assertThat(shop.products()).hasSize(1_000_000);
        Set<String> titles = new HashSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            titles.add(shop.products().get(random.nextInt(1_000_000)).title());
        }
        assertThat(titles.size()).isGreaterThan(19_000);
        assertThat(list(shop.events()).size()).isGreaterThan(500);
    }

    @Test
    void clicksFallWithThePlaceInTheList() {
        int[] shown = new int[11];
        int[] clicked = new int[11];
        Map<String, List<Impression>> lists = new HashMap<>();
        for (Event event : list(new SimulatedShop(3, SMALL).events())) {
            if (event.type() == EventType.IMPRESSION) {
                lists.put(event.sessionId(), event.impressions());
                event.impressions().forEach(i -> shown[i.position()]++);
            } else if (event.type() == EventType.CLICK) {
                String id = event.products().getFirst().id();
                lists.getOrDefault(event.sessionId(), List.of()).stream()
                        .filter(i -> i.id().equals(id))
                        .forEach(i -> clicked[i.position()]++);
            }
        }
        double upper = (double) (clicked[1] + clicked[2]) / (shown[1] + shown[2]);
        double middle = (double) (clicked[4] + clicked[5]) / (shown[4] + shown[5]);
        double lower = (double) (clicked[7] + clicked[8]) / (shown[7] + shown[8]);
        assertThat(upper).isGreaterThan(1.3 * middle);
        assertThat(middle).isGreaterThan(1.2 * lower);
        assertThat(lower).isPositive();
    }

    @Test
    void whatIsBoughtIsWantedMoreThanWhatIsSeen() {
        SimulatedShop shop = new SimulatedShop(3, SMALL);
        Truth truth = shop.truth();
        Set<String> robots = truth.robots();
        double[] sum = new double[EventType.values().length];
        int[] count = new int[sum.length];
        for (Event event : list(shop.events())) {
            int shopper = truth.shopper(event.visitorId());
            assertThat(shopper < 0).isEqualTo(robots.contains(event.visitorId()));
            if (shopper < 0) {
                continue;
            }
            if (!event.userId().isEmpty()) {
                assertThat(truth.shopper(event.userId())).isEqualTo(shopper);
                assertThat(truth.user(shopper)).isEqualTo(event.userId());
            }
            List<String> ids =
                    event.type() == EventType.IMPRESSION
                            ? event.impressions().stream().map(Impression::id).toList()
                            : event.products().stream().map(ProductDetail::id).toList();
            for (String id : ids) {
                sum[event.type().ordinal()] += truth.affinity(shopper, index(id));
                count[event.type().ordinal()]++;
            }
        }
        double seen = mean(sum, count, EventType.IMPRESSION);
        double clicked = mean(sum, count, EventType.CLICK);
        double carted = mean(sum, count, EventType.ADD_TO_CART);
        assertThat(clicked).isGreaterThan(seen + 0.3);
        assertThat(carted).isGreaterThan(clicked + 0.1);
    }

    @Test
    void complementsAreBoughtAlong() {
        SimulatedShop shop = new SimulatedShop(3, SMALL);
        Truth truth = shop.truth();
        int pairs = 0;
        int complements = 0;
        for (Event event : list(shop.events())) {
            if (event.type() == EventType.PURCHASE_COMPLETE) {
                List<Integer> items = new ArrayList<>();
                event.products().forEach(p -> items.add(index(p.id())));
                for (int left : items) {
                    for (int right : items) {
                        if (left != right) {
                            pairs++;
                            for (int other : truth.complements(left)) {
                                complements += other == right ? 1 : 0;
                            }
                        }
                    }
                }
            }
        }
        // By chance it would be three in 400.
        assertThat((double) complements / pairs).isGreaterThan(0.1);
    }

    @Test
    void newItemsAreNotSeenBeforeTheyComeNorDyingOnesAfterTheyLeave() {
        SimulatedShop shop = new SimulatedShop(3, SMALL);
        Truth truth = shop.truth();
        long start = END.minus(SMALL.span()).toEpochMilli();
        long fresh = 0;
        long gone = 0;
        for (int i = 0; i < 400; i++) {
            fresh += truth.alive(i, start) ? 0 : 1;
            gone += truth.alive(i, END.toEpochMilli()) ? 0 : 1;
        }
        assertThat(fresh).isBetween(20L, 60L);
        assertThat(gone).isBetween(8L, 40L);
        for (Event event : list(shop.events())) {
            for (Impression impression : event.impressions()) {
                assertThat(
                                truth.alive(index(impression.id()), event.time() - 3_600_000)
                                        || truth.alive(index(impression.id()), event.time()))
                        .isTrue();
            }
        }
    }

    @Test
    void demandFollowsTheSeason() {
        SimulationSettings year =
                SimulationSettings.of(400, 300, 40_000, END).with(Duration.ofDays(365));
        SimulatedShop shop = new SimulatedShop(3, year);
        List<Product> products = shop.products();
        int[] months = new int[13];
        for (Event event : list(shop.events())) {
            if (event.type() == EventType.DETAIL_PAGE_VIEW) {
                String leaf =
                        products.get(index(event.products().getFirst().id()))
                                .categories()
                                .getFirst()
                                .getFirst();
                if (leaf.equals("Garden")) {
                    months[
                            Instant.ofEpochMilli(event.time())
                                    .atOffset(java.time.ZoneOffset.UTC)
                                    .getMonthValue()]++;
                }
            }
        }
        int spring = months[3] + months[4] + months[5];
        int autumn = months[9] + months[10] + months[11];
        assertThat(spring).isGreaterThan((int) (1.3 * autumn));
    }

    @Test
    void rawRecordsAreTheCleanEventsAndTheCountedFaultyOnes() {
        SimulatedShop shop = new SimulatedShop(7, SMALL.with(SMALL.rates().withDirty(0.05)));
        Iterator<Event> clean = shop.events();
        Event expected = clean.next();
        long extra = 0;
        long unreadable = 0;
        boolean more = true;
        for (String line : list(shop.records())) {
            Event read;
            try {
                read = EventJson.read(line);
            } catch (VitrineException e) {
                unreadable++;
                continue;
            }
            if (more && same(read, expected)) {
                more = clean.hasNext();
                expected = more ? clean.next() : expected;
            } else {
                extra++;
            }
        }
        assertThat(more).isFalse();
        Map<DirtyKind, Long> dirty = shop.truth().dirty();
        long all = dirty.values().stream().mapToLong(Long::longValue).sum();
        assertThat(extra + unreadable).isEqualTo(all);
        assertThat(dirty.values()).allMatch(count -> count > 0);
        assertThat((double) all / 20_000).isBetween(0.03, 0.08);
        assertThat(unreadable).isGreaterThanOrEqualTo(dirty.get(DirtyKind.TRUNCATED));
    }

    @Test
    void behaviourIsSimulatedOnAGivenCatalogue() {
        List<Product> given = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            given.add(
                    Product.builder("sku-" + i)
                            .title(i % 7 == 0 ? "" : "Wireless mouse model " + i)
                            .brand("Brand " + i % 9)
                            .price(i % 5 == 0 ? Double.NaN : 10 + i)
                            .categories(
                                    i % 3 == 0
                                            ? List.of()
                                            : List.of(List.of("Root " + i % 4, "Leaf " + i % 16)))
                            .build());
        }
        SimulatedShop shop = new SimulatedShop(2, SMALL, given);
        assertThat(shop.products()).isEqualTo(given);
        Set<String> queries = new HashSet<>();
        Set<String> viewed = new HashSet<>();
        for (Event event : list(shop.events())) {
            event.products().forEach(p -> viewed.add(p.id()));
            queries.add(event.searchQuery());
        }
        assertThat(viewed.size()).isGreaterThan(150);
        assertThat(queries).anyMatch(q -> q.contains("mouse")).anyMatch(q -> q.contains("leaf"));
        assertThat(shop.truth().affinity(1, 5)).isFinite();
        assertThatThrownBy(() -> new SimulatedShop(2, SMALL, List.of()))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.SIMULATION_INVALID));
    }

    @Test
    void theSmallestShopWorks() {
        SimulatedShop shop = new SimulatedShop(1, SimulationSettings.of(10, 1, 200, END));
        assertThat(list(shop.events())).isNotEmpty();
    }

    private static boolean same(Event read, Event written) {
        return read.eventId().equals(written.eventId())
                && read.type() == written.type()
                && read.time() == written.time()
                && read.visitorId().equals(written.visitorId())
                && read.products().equals(written.products())
                && read.impressions().equals(written.impressions());
    }

    private static int index(String id) {
        return Integer.parseInt(id.substring(1)) - 1_000_000;
    }

    private static double mean(double[] sum, int[] count, EventType type) {
        return sum[type.ordinal()] / count[type.ordinal()];
    }

    private static <T> List<T> list(Iterator<T> all) {
        List<T> list = new ArrayList<>();
        all.forEachRemaining(list::add);
        return list;
    }
}
