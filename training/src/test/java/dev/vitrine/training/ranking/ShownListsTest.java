package dev.vitrine.training.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShownListsTest {
    private static Event shown(String visitor, long time, String... ids) {
        Event plain = Event.of(EventType.IMPRESSION, visitor, time, List.of());
        List<Impression> impressions = new java.util.ArrayList<>();
        for (String id : ids) {
            impressions.add(new Impression(id, impressions.size() + 1, Double.NaN));
        }
        return new Event(
                "",
                plain.type(),
                visitor,
                "",
                "",
                time,
                List.of(),
                "",
                "",
                impressions,
                "category",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    private static Event click(String visitor, long time, String id) {
        return Event.of(
                EventType.CLICK, visitor, time, List.of(new ProductDetail(id, 1, Double.NaN)));
    }

    @Test
    void aClickBelongsToTheLastListThatShowedTheProduct() {
        ShownLists lists = new ShownLists("category", id -> id.charAt(0) - 'a', 3);
        lists.add(shown("x", 0, "a", "b"));
        lists.add(shown("x", 1_000, "b", "c"));
        lists.add(shown("y", 1_000, "b", "a"));
        lists.add(click("x", 2_000, "b"));
        lists.add(click("x", 2_000, "a"));
        lists.add(click("y", 40 * 60_000, "a"));
        ClickLog log = lists.log();
        assertThat(log.lists()).containsExactly(2, 2, 2);
        assertThat(log.subject()).containsExactly(0, 1, 1, 2, 1, 0);
        assertThat(log.place()).containsExactly(0, 1, 0, 1, 0, 1);
        assertThat(log.clicked()).containsExactly(true, false, true, false, false, false);
        lists.add(shown("z", 2_000, "c"));
        assertThat(lists.log().lists()).containsExactly(2, 2, 1);
    }

    /** As the storefront tells of them: one product an event, with the token of the answer. */
    @Test
    void impressionsOfOneAnswerAreOneList() {
        ShownLists lists = new ShownLists("category", id -> id.charAt(0) - 'a', 10);
        lists.add(one(7, 0, "t1", "a", 1));
        lists.add(one(7, 10, "t1", "b", 2));
        lists.add(one(7, 20, "t2", "a", 1));
        lists.add(one(7, 30, "t1", "c", 3));
        lists.add(one(8, 40, "t1", "a", 1));
        lists.add(one(7, 50, "t1", "b", 5));
        lists.add(one(7, 60, "t1", "d", 2_000_000_000));
        assertThat(lists.lists()).extracting(ShownLists.Shown::size).containsExactly(3, 1, 1);
        assertThat(lists.lists()).extracting(ShownLists.Shown::visitor).containsExactly(7L, 7L, 8L);
        assertThat(lists.log().place()).containsExactly(0, 1, 2, 0, 0);
        assertThat(ShownLists.log(lists.lists(), 1).lists()).containsExactly(1, 1, 1);
    }

    private static LoggedEvent one(long visitor, long time, String token, String id, int position) {
        return new LoggedEvent(
                time,
                visitor,
                0,
                EventType.IMPRESSION,
                time,
                time,
                "",
                "",
                List.of(),
                "",
                token,
                List.of(new Impression(id, position, Double.NaN)),
                "category",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    /**
     * The simulated shopper looks at place k, from 0, with a chance of 1 / (1 + 0.22 k). Lists are
     * seldom longer than six where a shelf has few products.
     */
    @Test
    void theSimulatedShoppersLooksAreFoundAgain() {
        SimulatedShop shop =
                new SimulatedShop(
                        3,
                        SimulationSettings.of(
                                1_500, 4_000, 250_000, Instant.parse("2026-06-01T00:00:00Z")));
        Map<String, Integer> numbers = new HashMap<>();
        for (Product product : shop.products()) {
            numbers.put(product.id(), numbers.size());
        }
        ShownLists lists =
                new ShownLists("category", id -> numbers.getOrDefault(id, -1), 1_000_000);
        Set<String> robots = shop.truth().robots();
        for (Iterator<Event> events = shop.events(); events.hasNext(); ) {
            Event event = events.next();
            if (!robots.contains(event.visitorId())) {
                lists.add(event);
            }
        }
        Examination found = Examination.of(lists.log());
        for (int k = 0; k < 6; k++) {
            assertThat(found.looks()[k]).isCloseTo(1 / (1 + .22 * k), within(.1));
        }
    }
}
