package dev.vitrine.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.feature.Tastes;
import dev.vitrine.data.feature.WeightedItems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What shoppers will look at can be learnt from what they looked at: features by replay of four
 * fifths of the time find more of the last fifth than popularity does.
 */
class LearnableTest {
    private static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    private static final int K = 20;

    private final SimulatedShop shop =
            new SimulatedShop(11, SimulationSettings.of(1_500, 1_200, 60_000, END));
    private final CatalogFacts facts = new CatalogFacts();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final ShopState state =
            new ShopState(FeatureSettings.defaults(), id -> numbers.getOrDefault(id, -1));
    private final Map<String, Long> people = new HashMap<>();
    private final Map<Long, Set<Integer>> future = new LinkedHashMap<>();
    private long split;

    @Test
    void neighboursAndPopularityByTasteBeatGlobalPopularity() {
        replay();
        PopularItems popular =
                new PopularItems(state, facts, 200, 60_000, () -> Instant.ofEpochMilli(split));
        double global = 0;
        double byTaste = 0;
        double neighbours = 0;
        int judged = 0;
        for (Map.Entry<Long, Set<Integer>> entry : future.entrySet()) {
            Shopper shopper = state.shopper(entry.getKey(), 0);
            Set<Integer> wanted = new HashSet<>(entry.getValue());
            Set<Integer> known = new HashSet<>();
            for (int item : shopper.items()) {
                known.add(item);
            }
            wanted.removeAll(known);
            if (shopper.size() < 5 || wanted.size() < 3) {
                continue;
            }
            judged++;
            global += recall(ranked(popular.popular()), known, wanted);
            byTaste += recall(byTaste(shopper, popular), known, wanted);
            neighbours += recall(neighbours(shopper), known, wanted);
        }
        assertThat(judged).isGreaterThan(100);
        assertThat(byTaste).isGreaterThan(1.5 * global);
        assertThat(neighbours).isGreaterThan(1.5 * global);
    }

    private void replay() {
        for (int i = 0; i < shop.products().size(); i++) {
            var product = shop.products().get(i);
            numbers.put(product.id(), i);
            facts.apply(List.of(new ProductChange(i, i, product.id(), Optional.of(product))));
        }
        List<Event> events = new ArrayList<>();
        for (Iterator<Event> all = shop.events(); all.hasNext(); ) {
            events.add(all.next());
        }
        int train = events.size() * 4 / 5;
        split = events.get(train).time();
        for (int i = 0; i < train; i++) {
            state.apply(logged(i, events.get(i)));
        }
        for (Event event : events.subList(train, events.size())) {
            if (event.type() == EventType.DETAIL_PAGE_VIEW) {
                int item = numbers.getOrDefault(event.products().getFirst().id(), -1);
                future.computeIfAbsent(person(event.visitorId()), v -> new HashSet<>()).add(item);
            }
        }
    }

    private long person(String id) {
        return id.isEmpty() ? 0 : people.computeIfAbsent(id, i -> people.size() + 1L);
    }

    private LoggedEvent logged(long offset, Event event) {
        return new LoggedEvent(
                offset,
                person(event.visitorId()),
                person(event.userId()),
                event.type(),
                event.time(),
                event.time(),
                event.eventId(),
                event.sessionId(),
                event.products(),
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                event.attributes());
    }

    /** Popular items of the favourite leaves, weighed by the interest in the leaf. */
    private List<Integer> byTaste(Shopper shopper, PopularItems popular) {
        Tastes tastes = Tastes.of(shopper, facts, state.settings(), split);
        Map<Integer, Double> scores = new HashMap<>();
        WeightedItems favourites = tastes.topCategories(12);
        for (int i = 0; i < favourites.size(); i++) {
            WeightedItems items = popular.popular(favourites.items()[i]);
            for (int j = 0; j < items.size(); j++) {
                int category = facts.category(items.items()[j]);
                double share = tastes.category(category);
                scores.put(items.items()[j], share * items.weights()[j]);
            }
        }
        return ranked(scores);
    }

    private List<Integer> neighbours(Shopper shopper) {
        Map<Integer, Double> scores = new HashMap<>();
        for (int item : shopper.items()) {
            WeightedItems near = state.viewedTogether(item, split);
            for (int j = 0; j < near.size(); j++) {
                scores.merge(near.items()[j], (double) near.weights()[j], Double::sum);
            }
        }
        return ranked(scores);
    }

    private static List<Integer> ranked(Map<Integer, Double> scores) {
        return scores.entrySet().stream()
                .sorted(
                        Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Integer> ranked(WeightedItems items) {
        List<Integer> list = new ArrayList<>();
        for (int item : items.items()) {
            list.add(item);
        }
        return list;
    }

    private static double recall(List<Integer> ranked, Set<Integer> known, Set<Integer> wanted) {
        long hits =
                ranked.stream()
                        .filter(item -> !known.contains(item))
                        .limit(K)
                        .filter(wanted::contains)
                        .count();
        return (double) hits / Math.min(K, wanted.size());
    }
}
