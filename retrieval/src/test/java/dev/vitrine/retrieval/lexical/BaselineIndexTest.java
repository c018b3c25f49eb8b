package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.lexical.BaselineIndex.Field;
import dev.vitrine.retrieval.lexical.BaselineIndex.Hit;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselineIndexTest {
    private static Product product(String id, String title, String brand, String description) {
        return Product.builder(id).title(title).brand(brand).description(description).build();
    }

    @Test
    void oneFieldHasTheWordsOfAll() {
        List<Product> products =
                List.of(
                        product("lamp", "Desk lamp", "Lumo", "Warm"),
                        product("bulb", "Bulb", "Lumo", "For a lamp of any kind"),
                        product("chair", "Chair", "Sitwell", "Wood"));
        try (BaselineIndex index = BaselineIndex.build(products)) {
            assertThat(index.search(Field.ALL, "lamps", 10))
                    .extracting(Hit::id)
                    .containsExactly("lamp", "bulb");
            assertThat(index.search(Field.TITLE, "lamps", 10))
                    .extracting(Hit::id)
                    .containsExactly("lamp");
            assertThat(index.search(Field.BRAND, "lumo chair", 10)).hasSize(2);
            // BM25 of Lucene with three titles of 2, 1 and 1 words, one of which has the word.
            double inverse = Math.log(1 + (3 - 1 + .5) / (1 + .5));
            double length = 1.2 * (1 - .75 + .75 * 2 / (4 / 3.0));
            assertThat((double) index.search(Field.TITLE, "lamp", 1).getFirst().score())
                    .isCloseTo(inverse / (1 + length), within(1e-5));
        }
    }
}
