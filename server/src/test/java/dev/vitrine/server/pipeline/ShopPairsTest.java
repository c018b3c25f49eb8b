package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.DatasetBuilder;
import dev.vitrine.data.dataset.DatasetSettings;
import dev.vitrine.data.dataset.ItemNumbers;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.ranking.PairFeatures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopPairsTest {
    private static final int MET = new PairFeatures(List.of()).names().indexOf("met");
    private static final int WIDTH = new PairFeatures(List.of()).names().size();

    @TempDir private Path folder;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<LoggedEvent> log = new ArrayList<>();
    private final CatalogFacts facts = new CatalogFacts();
    private Dataset dataset;

    @BeforeEach
    void make() {
        List<Product> products = NoveltyShop.products();
        for (Product product : products) {
            int number = numbers.size();
            numbers.put(product.id(), number);
            facts.apply(
                    List.of(new ProductChange(number, number, product.id(), Optional.of(product))));
        }
        List<Event> events = new ArrayList<>(NoveltyShop.events(200, true));
        // Every third returns to what they came for a day before the end.
        for (Event event : List.copyOf(events)) {
            int person = Integer.parseInt(event.visitorId().substring(1));
            long back = NoveltyShop.END.toEpochMilli() - 86_400_000L + person;
            if (person % 3 == 0 && event.time() > back - 20 * 86_400_000L) {
                events.add(
                        NoveltyShop.view(
                                event.visitorId(), event.products().getFirst().id(), back));
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        for (Event event : events) {
            log.add(
                    new LoggedEvent(
                            log.size(),
                            1 + Long.parseLong(event.visitorId().substring(1)),
                            0,
                            event.type(),
                            event.time(),
                            event.time(),
                            "",
                            "",
                            event.products(),
                            "",
                            "",
                            List.of(),
                            "",
                            Double.NaN,
                            "",
                            "",
                            Map.of()));
        }
        ItemNumbers items =
                new ItemNumbers(id -> numbers.getOrDefault(id, -1), numbers.size(), numbers.size());
        dataset =
                new DatasetBuilder(folder.resolve("datasets"), DatasetSettings.DEFAULTS)
                        .build(log::iterator, items, (event, finding) -> {}, Progress.NONE);
    }

    private Replay replay(List<LoggedEvent> events) {
        return new Replay(
                events.iterator(),
                FeatureSettings.defaults(),
                id -> numbers.getOrDefault(id, -1),
                facts);
    }

    private ShopPairs pairs(Part part, Replay replay) {
        Set<Part> known =
                part == Part.TEST ? Set.of(Part.TRAIN, Part.VALIDATION) : Set.of(Part.TRAIN);
        return ShopPairs.of(
                dataset, known, part, TypeWeights.graded(), HistoryRecipe.DEFAULT, replay);
    }

    /** Whether a person turned to an item in a part, or before a time. */
    private boolean turned(int person, int item, Part part) {
        for (int row = dataset.start(person); row < dataset.start(person + 1); row++) {
            if (dataset.item(row) == item && dataset.part(row) == part) {
                return true;
            }
        }
        return false;
    }

    private boolean metBefore(int person, int item, long time) {
        for (int row = dataset.start(person); row < dataset.start(person + 1); row++) {
            if (dataset.item(row) == item && dataset.time(row) < time) {
                return true;
            }
        }
        return false;
    }

    @Test
    void besideEachThatHappenedStandsOneOfItsKindThatDidNot() {
        ShopPairs pairs = pairs(Part.VALIDATION, replay(log));
        ShopPairs later = pairs(Part.TEST, replay(log));
        List<ShopPairs.Asked> all = new ArrayList<>(pairs.read());
        int validation = all.size();
        all.addAll(later.read());
        assertThat(validation).isGreaterThan(50);
        assertThat(all.size()).isGreaterThan(validation + 50);
        int met = 0;
        for (int i = 0; i < all.size(); i++) {
            ShopPairs.Asked asked = all.get(i);
            Part part = i < validation ? Part.VALIDATION : Part.TEST;
            assertThat(asked.items()).doesNotHaveDuplicates();
            assertThat(asked.items().length).isBetween(2, 2 * ShopPairs.MOST_EACH);
            for (int place = 0; place < asked.items().length; place++) {
                int item = asked.items()[place];
                assertThat(turned(asked.person(), item, part))
                        .isEqualTo(ShopPairs.Asked.label(place));
                assertThat(facts.published(item)).isLessThanOrEqualTo(asked.time());
                boolean known = metBefore(asked.person(), item, asked.time());
                assertThat(asked.told()[place * WIDTH + MET]).isEqualTo(known ? 1 : 0);
                assertThat(metBefore(asked.person(), asked.items()[place ^ 1], asked.time()))
                        .isEqualTo(known);
                met += known ? 1 : 0;
            }
        }
        assertThat(met).isGreaterThan(20);
        assertThat(pairs.unknown()).isZero();
    }

    /** What happens afterwards changes nothing of what is told. */
    @Test
    void nothingIsToldThatHappensLater() {
        List<ShopPairs.Asked> whole = pairs(Part.VALIDATION, replay(log)).read();
        long last = whole.getLast().time();
        List<LoggedEvent> cut = log.stream().filter(event -> event.time() < last).toList();
        List<ShopPairs.Asked> before = pairs(Part.VALIDATION, replay(cut)).read();
        assertThat(before).hasSameSizeAs(whole);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(before.get(i).items()).isEqualTo(whole.get(i).items());
            assertThat(before.get(i).told()).isEqualTo(whole.get(i).told());
            assertThat(before.get(i).popularity()).isEqualTo(whole.get(i).popularity());
            assertThat(before.get(i).history().items()).isEqualTo(whole.get(i).history().items());
        }
    }

    /** As where an import brought each person's whole past in one piece. */
    @Test
    void peopleWhomTheLogDoesNotKnowAreCounted() {
        ShopPairs pairs = pairs(Part.VALIDATION, replay(Collections.emptyList()));
        List<ShopPairs.Asked> asked = pairs.read();
        assertThat(pairs.unknown()).isGreaterThanOrEqualTo(asked.size());
        assertThat(asked).allMatch(one -> one.history().size() > 0);
    }
}
