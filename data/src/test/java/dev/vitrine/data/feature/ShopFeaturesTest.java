package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShopFeaturesTest {
    private static final long T = LoggedEvents.START;

    private final CatalogFacts facts = new CatalogFacts();
    private final LoggedEvents log = new LoggedEvents();
    private final ShopState state = new ShopState(FeatureSettings.defaults(), LoggedEvents.NUMBERS);

    @BeforeEach
    void catalogue() {
        put(1, "Acme", 10, "Home", "Kitchen");
        put(2, "Acme", 40, "Home", "Kitchen");
        put(3, "Bolt", 10, "Home", "Garden");
        put(4, "Bolt", 80, "Sports", "Balls");
    }

    private void put(int number, String brand, double price, String... path) {
        Product product =
                Product.builder("" + number)
                        .brand(brand)
                        .price(price)
                        .categories(List.of(List.of(path)))
                        .build();
        facts.apply(List.of(new ProductChange(number, number, product.id(), Optional.of(product))));
    }

    @Test
    void tastesAreSharesOfDecayedInterest() {
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        long later = T + Duration.ofDays(30).toMillis();
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, later, 4));
        Tastes tastes = Tastes.of(state.shopper(1, 0), facts, state.settings(), later);
        int kitchen = facts.category(1);
        int home = facts.parent(facts.category(1));
        assertThat(tastes.category(kitchen)).isCloseTo(0.5f / 3.5f, within(1e-5f));
        assertThat(tastes.category(home)).isEqualTo(tastes.category(kitchen));
        assertThat(tastes.brand(facts.brand(4))).isCloseTo(3 / 3.5f, within(1e-5f));
        assertThat(tastes.usualPrice())
                .isCloseTo(
                        (float) Math.exp((0.5 * Math.log(10) + 3 * Math.log(80)) / 3.5),
                        within(1e-3f));
        assertThat(facts.categoryName(tastes.topCategories(2).items()[0])).isEqualTo("Sports");
        assertThat(facts.brandName(tastes.topBrands(1).items()[0])).isEqualTo("Bolt");
    }

    @Test
    void featuresSayWhatTheyAreDefinedToSay() {
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T + 1, 2));
        state.apply(log.event(1, 0, EventType.DETAIL_PAGE_VIEW, T + 2, 1));
        state.apply(log.event(1, 0, EventType.ADD_TO_CART, T + 3, 1));
        long now = T + 3 + 3_600_000;
        ShopFeatures features = new ShopFeatures(state, facts);
        ShopFeatures.Row row = features.prepare(state.shopper(1, 0), now);
        float[] own = fill(row, 1);
        float[] near = fill(row, 2);
        float[] far = fill(row, 4);
        assertThat(at(own, Feature.IN_CART)).isEqualTo(1);
        assertThat(at(own, Feature.LAST_SEEN)).isCloseTo(0.5f, within(1e-4f));
        assertThat(at(own, Feature.SHOPPER_ITEM_COUNT)).isCloseTo(1.0986f, within(1e-4f));
        assertThat(at(near, Feature.VIEWED_TOGETHER)).isPositive();
        assertThat(at(far, Feature.VIEWED_TOGETHER)).isZero();
        assertThat(at(near, Feature.CATEGORY_AFFINITY)).isCloseTo(1, within(1e-5f));
        assertThat(at(far, Feature.CATEGORY_AFFINITY)).isZero();
        assertThat(at(near, Feature.PRICE_DISTANCE)).isCloseTo(2, within(1e-4f));
        assertThat(at(near, Feature.POPULARITY)).isPositive();
        assertThat(at(far, Feature.POPULARITY)).isZero();
    }

    @Test
    void everyValueIsFiniteForAnybodyAndAnyItem() {
        for (LoggedEvent event : LoggedEvents.random(8, 2000)) {
            state.apply(event);
        }
        ShopFeatures features = new ShopFeatures(state, facts);
        for (long person = 0; person < 110; person++) {
            ShopFeatures.Row row = features.prepare(state.shopper(person, 0), T);
            for (int item : new int[] {0, 1, 4, 39, 5000}) {
                for (float value : fill(row, item)) {
                    assertThat(value).isFinite();
                }
            }
        }
    }

    @Test
    void popularListsFollowTheCategoryTreeAndTheirRefreshTime() {
        state.apply(log.event(2, 0, EventType.DETAIL_PAGE_VIEW, T, 1));
        state.apply(log.event(2, 0, EventType.ADD_TO_CART, T, 3));
        long[] now = {T};
        PopularItems lists =
                new PopularItems(state, facts, 10, 1000, () -> Instant.ofEpochMilli(now[0]));
        assertThat(lists.popular(facts.parent(facts.category(1))).items()).containsExactly(3, 1);
        assertThat(lists.popular(facts.category(1)).items()).containsExactly(1);
        assertThat(lists.popular(-1).items()).isEmpty();
        state.apply(log.event(2, 0, EventType.PURCHASE_COMPLETE, T, 4));
        assertThat(lists.popular().items()).containsExactly(3, 1);
        now[0] += 1000;
        assertThat(lists.popular().items()).containsExactly(4, 3, 1);
    }

    @Test
    void theContractNamesTheFeaturesInTheirOrder() {
        assertThat(ShopFeatures.CONTRACT).isEqualTo("shop-features-1");
        assertThat(Feature.values())
                .extracting(Enum::name)
                .containsExactly(
                        "POPULARITY",
                        "TREND",
                        "ITEM_VIEWS",
                        "ITEM_CART_RATE",
                        "ITEM_PURCHASE_RATE",
                        "CATEGORY_AFFINITY",
                        "PARENT_CATEGORY_AFFINITY",
                        "BRAND_AFFINITY",
                        "PRICE_DISTANCE",
                        "LAST_SEEN",
                        "SHOPPER_ITEM_COUNT",
                        "IN_CART",
                        "TIMES_BOUGHT",
                        "VIEWED_TOGETHER",
                        "BOUGHT_TOGETHER",
                        "HISTORY_LENGTH");
    }

    private static float[] fill(ShopFeatures.Row row, int item) {
        float[] values = new float[ShopFeatures.COUNT];
        row.fill(item, values, 0);
        return values;
    }

    private static float at(float[] values, Feature feature) {
        return values[feature.ordinal()];
    }
}
