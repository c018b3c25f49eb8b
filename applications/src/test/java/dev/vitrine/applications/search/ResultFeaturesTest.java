package dev.vitrine.applications.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.applications.search.ResultFeatures.Found;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultFeaturesTest {
    private static final long DAY = 86_400_000;

    private static final Product LAPTOP =
            Product.builder("1")
                    .title("Acme 15 inch laptops, black")
                    .brand("Acme")
                    .description("A laptop for work")
                    .price(Math.E)
                    .publishedAt(10 * DAY)
                    .attributes(Map.of("usb", new AttributeValue.Flag(true)))
                    .build();

    private static final Product LOCK =
            Product.builder("2").title("Laptop lock").brand("Bolt").price(1).build();

    private static final Product MOUSE =
            Product.builder("3").title("Mouse").brand("Acme").publishedAt(13 * DAY).build();

    private static final ResultFeatures FEATURES =
            new ResultFeatures(List.of("text", "vector"), List.of(LAPTOP, LOCK, MOUSE));

    private static float[] rows(String query) {
        return FEATURES.of(
                query,
                List.of(
                        new Found(LAPTOP, new float[] {2, .5f}, .9f),
                        new Found(LOCK, new float[] {4, .25f}, .7f),
                        new Found(MOUSE, new float[] {Float.NaN, .1f}, .1f)));
    }

    /** One number of the three products. */
    private static float[] column(float[] rows, String name) {
        int at = FEATURES.names().indexOf(name);
        int width = FEATURES.names().size();
        return new float[] {rows[at], rows[width + at], rows[2 * width + at]};
    }

    @Test
    void scoresStandBesideThoseOfTheOtherResults() {
        float[] rows = rows("laptop");
        assertThat(rows).hasSize(3 * FEATURES.names().size());
        assertThat(column(rows, "textScore")).containsExactly(2, 4, Float.NaN);
        assertThat(column(rows, "textShare")).containsExactly(.5f, 1, Float.NaN);
        assertThat(column(rows, "textPlace")).containsExactly(1, 0, Float.NaN);
        assertThat(column(rows, "vectorPlace")).containsExactly(0, 1, 2);
        assertThat(column(rows, "nearBest")).containsExactly(.9f, .7f, .1f);
    }

    @Test
    void theHeadOfATitleIsToldFromWhatItIsFor() {
        float[] rows = rows("acme laptop");
        assertThat(column(rows, "queryWords")).containsExactly(2, 2, 2);
        assertThat(column(rows, "titleWords")).containsExactly(5, 2, 1);
        assertThat(column(rows, "titleHas")).containsExactly(1, .5f, 0);
        assertThat(column(rows, "descriptionHas")).containsExactly(.5f, 0, 0);
        assertThat(column(rows, "runEndsPart")).containsExactly(0, 1, Float.NaN);
        assertThat(column(rows, "firstPlace")).containsExactly(0, 0, Float.NaN);
        assertThat(column(rows, "titleHasRun")).containsExactly(0, 0, 0);
        assertThat(column(rows("15 INCH"), "titleHasRun")).containsExactly(1, 0, 0);
        assertThat(column(rows, "titleDensity")).containsExactly(.4f, .5f, 0);
        assertThat(column(rows, "isBrand")).containsExactly(1, 0, 1);
    }

    @Test
    void goodsStandBesideEachOther() {
        float[] rows = rows("laptop");
        assertThat(column(rows, "price")[0]).isCloseTo(1, within(1e-6f));
        assertThat(column(rows, "pricePlace")).containsExactly(0, .5f, Float.NaN);
        assertThat(column(rows, "age")).containsExactly(3, Float.NaN, 0);
        assertThat(column(rows, "agePlace")).containsExactly(0, Float.NaN, .5f);
        assertThat(column(rows, "attributes")).containsExactly(1, 0, 0);
        assertThat(column(rows, "brandProducts")).containsExactly(2, 1, 2);
        assertThat(column(rows, "brandShare")).containsExactly(2 / 3f, 1 / 3f, 2 / 3f);
    }

    @Test
    void anEmptyQueryHasNothingToFind() {
        float[] rows = rows(" - ");
        assertThat(column(rows, "titleHas")).containsExactly(0, 0, 0);
        assertThat(column(rows, "titleHasRun")).containsExactly(0, 0, 0);
        assertThat(FEATURES.of("laptop", List.of())).isEmpty();
    }
}
