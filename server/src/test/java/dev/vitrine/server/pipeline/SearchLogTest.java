package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchLogTest {
    private final List<LoggedEvent> log = new ArrayList<>();

    private void add(long visitor, EventType type, String query, long minute, int... items) {
        List<ProductDetail> products = new ArrayList<>();
        for (int item : items) {
            products.add(new ProductDetail("p" + item, 1, Double.NaN));
        }
        Event event = NicknameShop.search("v", query, minute * 60_000);
        log.add(
                new LoggedEvent(
                        log.size(),
                        visitor,
                        0,
                        type,
                        event.time(),
                        event.time(),
                        "",
                        "",
                        products,
                        query,
                        "",
                        List.of(),
                        "",
                        Double.NaN,
                        "",
                        "",
                        Map.of()));
    }

    private List<SearchLog.Search> read() {
        return SearchLog.read(
                log.iterator(),
                id -> id.equals("p99") ? -1 : Integer.parseInt(id.substring(1)),
                visitor -> visitor > 0 && visitor != 66);
    }

    @Test
    void whatIsClickedAfterASearchIsChosen() {
        add(1, EventType.SEARCH, "  Red Kettle ", 0);
        add(2, EventType.CLICK, "", 1, 7);
        add(1, EventType.CLICK, "", 1, 3);
        add(1, EventType.DETAIL_PAGE_VIEW, "", 1, 3);
        add(1, EventType.CLICK, "", 2, 99);
        add(1, EventType.DETAIL_PAGE_VIEW, "", 3, 4);
        SearchLog.Search search = read().getFirst();
        assertThat(read()).hasSize(1);
        assertThat(search.query()).isEqualTo("red kettle");
        assertThat(search.chosen()).containsExactly(3, 4);
        assertThat(search.time()).isZero();
    }

    @Test
    void whatIsBoughtCountsAgainAndOnlyIfItWasChosen() {
        add(1, EventType.SEARCH, "kettle", 0);
        add(1, EventType.CLICK, "", 1, 3);
        add(1, EventType.CATEGORY_PAGE_VIEW, "", 2);
        add(1, EventType.CLICK, "", 3, 8);
        add(1, EventType.ADD_TO_CART, "", 4, 8);
        add(1, EventType.ADD_TO_CART, "", 5, 3);
        add(1, EventType.PURCHASE_COMPLETE, "", 6, 3, 8);
        assertThat(read().getFirst().chosen()).containsExactly(3, 3, 3);
        assertThat(read().getFirst().answers()).containsExactly(3);
    }

    @Test
    void aPauseOrAnotherSearchEndsASearch() {
        add(1, EventType.SEARCH, "kettle", 0);
        add(1, EventType.CLICK, "", 31, 3);
        add(1, EventType.SEARCH, "sofa", 40);
        add(1, EventType.CLICK, "", 41, 5);
        add(1, EventType.SEARCH, "tent", 42);
        add(1, EventType.CLICK, "", 43, 6);
        assertThat(read()).extracting(SearchLog.Search::query).containsExactly("sofa", "tent");
    }

    @Test
    void nobodyCountsWithoutEndAndRobotsNotAtAll() {
        for (int i = 0; i < 1_000; i++) {
            add(1, EventType.SEARCH, "q" + i, 2L * i);
            add(1, EventType.CLICK, "", 2L * i + 1, 3);
            add(66, EventType.SEARCH, "robot", 2L * i);
            add(66, EventType.CLICK, "", 2L * i + 1, 3);
        }
        assertThat(read()).hasSize(500).noneMatch(search -> search.query().equals("robot"));
    }

    @Test
    void anEmptyLogAndSearchesThatLedNowhere() {
        assertThat(read()).isEmpty();
        add(1, EventType.CLICK, "", 0, 3);
        add(1, EventType.SEARCH, "kettle", 0);
        add(1, EventType.SEARCH, "   ", 1);
        add(1, EventType.CLICK, "", 2, 3);
        assertThat(read()).isEmpty();
    }
}
