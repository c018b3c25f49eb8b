package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.kernel.time.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mappings in examples/ against the real files; counts are those of the data's own README. */
class ExamplesTest {
    private static final Path ROOT = root();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "icecat-shop",
                "retailrocket-multibehavior",
                "gowalla",
                "amazon-cds",
                "amazon-beauty",
                "diginetica"
            })
    void everyExampleIsAValidConfiguration(String name) {
        assertThat(example(name).name()).isNotEqualTo("shop");
    }

    @Test
    void icecatHasItsProducts() {
        Intake intake = open("icecat-shop");
        Set<String> brands = new HashSet<>();
        Map<String, Product> products = new HashMap<>();
        int[] described = new int[1];
        intake.products(
                parsed -> {
                    Product product = good(parsed);
                    products.put(product.id(), product);
                    brands.add(product.brand());
                    described[0] += product.description().isEmpty() ? 0 : 1;
                },
                Progress.NONE);
        assertThat(products).hasSize(19_406);
        assertThat(brands).hasSize(161);
        assertThat(described[0]).isEqualTo(18_685);
        Product ink = Objects.requireNonNull(products.get("1399"));
        assertThat(ink.title()).isEqualTo("HP 80 Original Cyan");
        assertThat(ink.price()).isEqualTo(125.95);
        assertThat(ink.currency()).isEqualTo("USD");
        assertThat(ink.publishedAt())
                .isEqualTo(Instant.parse("2006-07-01T00:00:00Z").toEpochMilli());
        assertThat(ink.attributes())
                .containsEntry("ink_type", new AttributeValue.Text(List.of("Dye-based ink")))
                .containsEntry("width", new AttributeValue.Numeric(List.of(56.0)))
                .containsEntry(
                        "ean", new AttributeValue.Text(List.of("0882780756328", "0088698629123")));
    }

    @Test
    void retailrocketHasItsEvents() {
        Behaviour seen = behaviour("retailrocket-multibehavior");
        assertThat(seen.count).isEqualTo(97_381);
        assertThat(seen.types)
                .isEqualTo(
                        Map.of(
                                EventType.DETAIL_PAGE_VIEW, 75_374,
                                EventType.ADD_TO_CART, 12_456,
                                EventType.PURCHASE_COMPLETE, 9_551));
        assertThat(seen.people).hasSize(2_174);
        assertThat(seen.items).hasSize(29_905);
        assertThat(Instant.ofEpochMilli(seen.first))
                .isBetween(day("2015-05-03"), day("2015-05-04"));
        assertThat(Instant.ofEpochMilli(seen.last)).isBetween(day("2015-09-18"), day("2015-09-19"));
    }

    @Test
    void gowallaAmazonAndDigineticaHaveTheirInteractions() {
        assertThat(behaviour("gowalla").sizes()).containsExactly(810_128, 29_858, 40_981);
        assertThat(behaviour("amazon-cds").sizes()).containsExactly(604_475, 43_169, 35_648);
        assertThat(behaviour("amazon-beauty").sizes()).containsExactly(198_502, 22_363, 12_101);
        assertThat(behaviour("diginetica").sizes()).containsExactly(906_140, 186_670, 43_097);
    }

    @Test
    void beautyItemsHaveTheirAttributes() {
        Intake intake = open("amazon-beauty");
        List<Product> products = new ArrayList<>();
        Set<String> attributes = new HashSet<>();
        intake.products(
                parsed -> {
                    Product product = good(parsed);
                    products.add(product);
                    if (product.attributes().get("attribute") instanceof AttributeValue.Text text) {
                        attributes.addAll(text.values());
                    }
                },
                Progress.NONE);
        assertThat(products).hasSize(12_101);
        assertThat(attributes).hasSize(637);
    }

    /** What is counted of a file of events. */
    private static final class Behaviour {
        private int count;
        private final Map<EventType, Integer> types = new EnumMap<>(EventType.class);
        private final Set<String> people = new HashSet<>();
        private final Set<String> items = new HashSet<>();
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        void add(Event event) {
            count++;
            types.merge(event.type(), 1, Integer::sum);
            people.add(event.visitorId());
            for (ProductDetail product : event.products()) {
                items.add(product.id());
            }
            first = Math.min(first, event.time());
            last = Math.max(last, event.time());
        }

        List<Integer> sizes() {
            return List.of(count, people.size(), items.size());
        }
    }

    private static Behaviour behaviour(String name) {
        Behaviour seen = new Behaviour();
        open(name).events(parsed -> seen.add(good(parsed)), Progress.NONE);
        assertThat(Instant.ofEpochMilli(seen.last)).isBefore(Instant.parse("2026-01-01T00:00:00Z"));
        return seen;
    }

    private static <T> T good(Parsed<T> parsed) {
        return switch (parsed) {
            case Parsed.Good<T> good -> good.value();
            case Parsed.Bad<T> bad -> throw new AssertionError(bad.toString());
        };
    }

    private static Intake open(String name) {
        Optional<Path> data = data().map(d -> d.resolve(name)).filter(Files::isDirectory);
        assumeTrue(
                data.isPresent(),
                "not run: the data set " + name + " is absent; set VITRINE_DATA to its parent");
        return Intake.open(example(name), data.orElseThrow());
    }

    private static ShopConfig example(String name) {
        return ShopConfig.read(ROOT.resolve("examples").resolve(name).resolve("shop.yaml"));
    }

    private static Optional<Path> data() {
        String named = System.getenv("VITRINE_DATA");
        Path path = named == null ? ROOT.resolve("../shared/data") : Path.of(named);
        return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (path != null && !Files.isDirectory(path.resolve("examples"))) {
            path = path.getParent();
        }
        return Objects.requireNonNull(path, "no folder examples above the working directory");
    }

    private static Instant day(String date) {
        return Instant.parse(date + "T00:00:00Z");
    }
}
