package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShopStateTest {
    private static final long T = LoggedEvents.START;
    private static final long MINUTE = 60_000;

    private final LoggedEvents log = new LoggedEvents();
    private ShopState state = new ShopState(FeatureSettings.defaults(), LoggedEvents.NUMBERS);

    @Test
    void aVisitorsPastGoesToTheUserAtLoginAndSoDoesItsFuture() {
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 5));
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, T + 1, 5));
        state.apply(log.search(1, T + 2, "Red  Shoes"));
        state.apply(log.event(2, 50, EventType.DETAIL_PAGE_VIEW, T + 3, 6));
        state.apply(log.event(1, 50, EventType.HOME_PAGE_VIEW, T + 4));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + 5, 7));

        Shopper user = state.shopper(0, 50);
        assertThat(user.person()).isEqualTo(50);
        assertThat(user.items()).containsExactly(5, 5, 6, 7);
        assertThat(user.cart().items()).containsExactly(5);
        assertThat(user.searches().queries()).containsExactly("red shoes");
        assertThat(state.shopper(1, 0)).usingRecursiveComparison().isEqualTo(user);
        assertThat(state.shopper(2, 50)).usingRecursiveComparison().isEqualTo(user);
        assertThat(state.counts().merges()).isEqualTo(1);
        assertThat(state.counts().shoppers()).isEqualTo(1);
    }

    @Test
    void aRequestSeesVisitorAndUserTogetherBeforeAnyEventJoinsThem() {
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 5));
        state.apply(log.event(0, 50, EventType.DETAIL_PAGE_VIEW, T + 1, 6));
        Shopper both = state.shopper(1, 50);
        assertThat(both.items()).containsExactly(5, 6);
        assertThat(both.version()).isNegative();
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + 2, 7));
        assertThat(state.shopper(1, 50).version()).isNegative().isNotEqualTo(both.version());
        assertThat(state.shopper(0, 50).items()).containsExactly(6);
    }

    @Test
    void aSharedDeviceLeadsToWhoLoggedInLast() {
        state.apply(log.event(1, 50, EventType.DETAIL_PAGE_VIEW, T, 5));
        state.apply(log.event(1, 60, EventType.DETAIL_PAGE_VIEW, T + 1, 6));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + 2, 7));
        assertThat(state.shopper(0, 50).items()).containsExactly(5);
        assertThat(state.shopper(0, 60).items()).containsExactly(6, 7);
        assertThat(state.shopper(1, 50).items()).containsExactly(5);
        assertThat(state.shopper(1, 99)).isSameAs(Shopper.UNKNOWN);
    }

    @Test
    void cartAndPurchasesFollowTheEvents() {
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, T, 1, 2, 3));
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, T + 1, 2));
        state.apply(log.event(1, 0, EventType.REMOVE_FROM_CART, T + 2, 3, 2));
        assertThat(state.shopper(1, 0).cart().items()).containsExactly(1, 2);
        assertThat(state.shopper(1, 0).cart().quantities()).containsExactly(1, 1);
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T + 3, 1));
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T + 9, 4));
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T + 20, 1));
        Shopper shopper = state.shopper(1, 0);
        assertThat(shopper.cart().items()).containsExactly(2);
        assertThat(shopper.purchases().items()).containsExactly(4, 1);
        assertThat(shopper.purchases().counts()).containsExactly(1, 2);
        assertThat(shopper.purchases().first()).containsExactly(T + 9, T + 3);
        assertThat(shopper.purchases().last()).containsExactly(T + 9, T + 20);
        assertThat(shopper.count(EventType.PURCHASE_COMPLETE)).isEqualTo(3);
        state.apply(log.event(1, 0, EventType.SHOPPING_CART_PAGE_VIEW, T + 30, 8, 9));
        assertThat(state.shopper(1, 0).cart().items()).containsExactly(8, 9);
    }

    @Test
    void whatIsSeenInOneSessionGoesTogetherOncePerSession() {
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + MINUTE, 2));
        state.apply(log.event(1, 0, EventType.CLICK, T + 2 * MINUTE, 1));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + 60 * MINUTE, 3));
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T + 60 * MINUTE, 2));
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T + 61 * MINUTE, 1));
        long now = T + 61 * MINUTE;
        assertThat(state.viewedTogether(1, 2, now)).isCloseTo(2, within(0.01f));
        assertThat(state.viewedTogether(2, 1, now)).isCloseTo(2, within(0.01f));
        assertThat(state.viewedTogether(1, 3, now)).isZero();
        assertThat(state.viewedTogether(1, now).items()).containsExactly(2);
        long later = now + Duration.ofDays(60).toMillis();
        for (long time = now; time < later; time += Duration.ofDays(6).toMillis()) {
            state.apply(log.event(3, 0, EventType.HOME_PAGE_VIEW, time));
        }
        assertThat(state.viewedTogether(1, 2, later)).isCloseTo(1, within(0.01f));
    }

    @Test
    void aPauseOfTheWholeShopCountsAWeekAtMost() {
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T, 2));
        long week = Duration.ofDays(7).toMillis();
        float afterAWeek = state.popularity(1, T + week);
        long years = T + Duration.ofDays(4_000).toMillis();
        assertThat(state.popularity(1, years)).isEqualTo(afterAWeek).isPositive();

        state.apply(log.event(3, 0, EventType.DETAIL_PAGE_VIEW, years, 3));
        assertThat(state.popularity(1, years)).isCloseTo(afterAWeek, within(1e-6f));
        assertThat(state.popularity(1, years)).isGreaterThan(state.popularity(2, years));
        assertThat(state.popularity(1, years + week)).isLessThan(afterAWeek);
    }

    @Test
    void whatIsInOneOrderGoesTogetherAlsoWhenSentLineByLine() {
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T, 1, 2, 1));
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T + 1000, 3));
        state.apply(log.event(1, 0, EventType.PURCHASE_COMPLETE, T + 60 * MINUTE, 4));
        assertThat(state.boughtTogether(3, T).items()).containsExactly(1, 2);
        assertThat(state.boughtTogether(4, T).items()).isEmpty();
        assertThat(state.boughtTogether(2, 3, T)).isCloseTo(1, within(0.01f));
    }

    @Test
    void theItemMostOftenSeenWithAnotherIsNeverLostInAFullRow() {
        FeatureSettings.PairLimits pairs = FeatureSettings.PairLimits.defaults();
        FeatureSettings tight =
                FeatureSettings.defaults()
                        .with(
                                new FeatureSettings.PairLimits(
                                        8, 5, pairs.sessionGap(), 20, pairs.orderGap(), 10, 4));
        state = new ShopState(tight, LoggedEvents.NUMBERS);
        for (int i = 0; i < 400; i++) {
            int other = i % 5 == 0 ? 999 : 1000 + i;
            state.apply(log.event(i + 1, 0, EventType.PURCHASE_COMPLETE, T + i, 1, other));
        }
        assertThat(state.boughtTogether(1, T).size()).isEqualTo(8);
        assertThat(state.boughtTogether(1, T).items()[0]).isEqualTo(999);
    }

    @Test
    void choicesAfterASearchBelongToTheQuery() {
        state.apply(log.search(1, T, " Wireless  MOUSE "));
        state.apply(log.event(1, 0, EventType.CLICK, T + 1000, 7));
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, T + 2000, 8));
        state.apply(log.event(1, 0, EventType.CLICK, T + 60 * MINUTE, 9));
        assertThat(state.chosenFor("wireless mouse", T).items()).containsExactly(8, 7);
        assertThat(state.chosenFor("mouse", T).items()).isEmpty();
    }

    @Test
    void aRepeatedEventIdCountsOnceWithinTheWindow() {
        state =
                new ShopState(
                        FeatureSettings.defaults().withDuplicateWindow(3), LoggedEvents.NUMBERS);
        for (String id : List.of("a", "a", "b", "c", "a", "d", "a")) {
            state.apply(
                    log.event(
                            1,
                            0,
                            EventType.CLICK,
                            T,
                            id,
                            "",
                            List.of(new ProductDetail("1", 1, 1)),
                            List.of()));
        }
        assertThat(state.counts().duplicates()).isEqualTo(2);
        assertThat(state.shopper(1, 0).size()).isEqualTo(5);
        assertThat(state.nextOffset()).isEqualTo(7);
    }

    @Test
    void theLeastRecentlyActiveShopperIsForgotten() {
        FeatureSettings settings = FeatureSettings.defaults();
        state =
                new ShopState(
                        settings.with(settings.shoppers().withShoppers(2)), LoggedEvents.NUMBERS);
        state.apply(log.event(1, 50, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T, 2));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 3));
        state.apply(log.event(3, 0, EventType.DETAIL_PAGE_VIEW, T, 4));
        assertThat(state.shopper(2, 0)).isSameAs(Shopper.UNKNOWN);
        assertThat(state.shopper(1, 0).items()).containsExactly(1, 3);
        state.apply(log.event(4, 0, EventType.DETAIL_PAGE_VIEW, T, 4));
        assertThat(state.shopper(1, 0)).isSameAs(Shopper.UNKNOWN);
        assertThat(state.shopper(0, 50)).isSameAs(Shopper.UNKNOWN);
        assertThat(state.counts().forgotten()).isEqualTo(2);
        assertThat(state.counts().shoppers()).isEqualTo(2);
    }

    @Test
    void hostileEventsAreTakenInStride() {
        state.apply(
                log.event(
                        1,
                        0,
                        EventType.ADD_TO_CART,
                        Long.MIN_VALUE,
                        "",
                        "",
                        List.of(
                                new ProductDetail("1", Double.NaN, -5),
                                new ProductDetail("1", Double.POSITIVE_INFINITY, 1),
                                new ProductDetail("none", 1, 1)),
                        List.of(new Impression("x", -1, Double.NaN))));
        var ahead = log.event(1, 0, EventType.CLICK, T, 2);
        state.apply(
                new LoggedEvent(
                        ahead.offset(),
                        1,
                        0,
                        EventType.CLICK,
                        Long.MAX_VALUE,
                        T,
                        "",
                        "",
                        ahead.products(),
                        "\uD800x",
                        "",
                        List.of(),
                        "",
                        0,
                        "",
                        "",
                        Map.of()));
        assertThat(state.shopper(1, 0).times()).containsExactly(0, 0, T);
        assertThat(state.shopper(1, 0).cart().quantities()).containsExactly(1_000_000);
        assertThat(state.counts().unknownItems()).isEqualTo(1);
        assertThat(state.counts().clampedTimes()).isEqualTo(1);
        assertThat(state.popularity(2, T)).isCloseTo(1, within(1e-6f));
        assertThat(state.popularity(Integer.MAX_VALUE, T)).isZero();
        assertThat(state.popularity(-1, T)).isZero();
    }

    @Test
    void itemsThatAreLivelyOfLateTrend() {
        for (int day = 0; day < 60; day++) {
            long time = T + Duration.ofDays(day).toMillis();
            for (int i = 0; i < 10; i++) {
                state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, time + i, 1));
                if (day >= 57) {
                    state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, time + i, 2));
                }
            }
        }
        long now = T + Duration.ofDays(60).toMillis();
        assertThat(state.popularity(1, now)).isGreaterThan(state.popularity(2, now));
        assertThat(state.trend(2, now)).isGreaterThan(2 * state.trend(1, now));
        PopularItems lists = new PopularItems(state, ItemFacts.NONE, 5, 1000, () -> instant(now));
        assertThat(lists.popular().items()).containsExactly(1, 2);
        assertThat(lists.trending().items()).containsExactly(2, 1);
    }

    private static Instant instant(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
