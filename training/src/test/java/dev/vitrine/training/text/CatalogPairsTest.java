package dev.vitrine.training.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogPairsTest {
    private static final List<String> KINDS =
            List.of(
                    "desk lamp",
                    "wall clock",
                    "garden chair",
                    "coffee mill",
                    "bread knife",
                    "bath towel",
                    "door mat",
                    "flower pot",
                    "tea kettle",
                    "book shelf",
                    "paper bin",
                    "picture frame");

    private static final int EACH = 10;

    /** Each product has a name of its own, and a word that all have. */
    private static List<Product> catalog() {
        List<Product> products = new ArrayList<>();
        for (int i = 0; i < EACH * KINDS.size(); i++) {
            int kind = i % KINDS.size();
            String name = "only" + (char) ('a' + i % 26) + (char) ('a' + i / 26);
            products.add(
                    Product.builder("p" + i)
                            .title("Quality " + KINDS.get(kind) + " X" + i + ", " + name)
                            .brand("Lumo")
                            .description(i < 20 ? "" : "For the home")
                            .attributes(
                                    Map.of("kind" + kind, new AttributeValue.Numeric(List.of(1.0))))
                            .build());
        }
        return products;
    }

    @Test
    void aTitleBelongsToItsDescriptionAndItsAttributes() {
        List<Product> products = catalog();
        TextPairs pairs = new CatalogPairs(products).of(products, 0, 1);
        // Of 120 products 20 have no description.
        assertThat(pairs.size()).isEqualTo(220);
        assertThat(pairs.texts().get(pairs.left()[0]))
                .isEqualTo("Lumo Quality desk lamp X0, onlyaa");
        assertThat(pairs.texts().get(pairs.right()[0])).isEqualTo("kind0");
        assertThat(pairs.texts().get(pairs.right()[20])).isEqualTo("For the home");
        assertThat(pairs.texts()).doesNotHaveDuplicates();
    }

    @Test
    void queriesAreKindsAndNotNames() {
        List<Product> products = catalog();
        TextPairs pairs = new CatalogPairs(products).of(products, 20, 1);
        Set<String> queries = new HashSet<>();
        for (int pair = 0; pair < pairs.size(); pair++) {
            String left = pairs.texts().get(pairs.left()[pair]);
            if (!left.contains("Quality")) {
                queries.add(left);
            }
        }
        assertThat(queries)
                .contains("lamp", "desk lamp", "coffee mill", "lumo bread knife", "clock wall")
                .noneMatch(query -> query.contains("only") || query.matches(".*[0-9].*"))
                .noneMatch(query -> Arrays.asList(query.split(" ")).contains("quality"));
        assertThat(queries).anyMatch(query -> query.equals("gadren") || query.equals("grden"));
    }

    @Test
    void theSameSeedMakesTheSamePairs() {
        List<Product> products = catalog();
        TextPairs once = new CatalogPairs(products).of(products, 3, 7);
        TextPairs again = new CatalogPairs(products).of(products, 3, 7);
        assertThat(again.texts()).isEqualTo(once.texts());
        assertThat(again.left()).isEqualTo(once.left());
        assertThat(new CatalogPairs(products).of(products, 3, 8).texts())
                .isNotEqualTo(once.texts());
    }
}
