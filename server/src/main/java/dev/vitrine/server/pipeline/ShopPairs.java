package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.Histories;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.split.Part;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.ranking.PairFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Pairs of a person and an item with whether the person turned to it in a part of the data: what
 * the probabilities of {@code /predict} are about. Each person is looked at just before their first
 * act of that part, with what the log had told by then. Beside each item that they turned to stands
 * one that they did not: drawn from those they had met before where they had met the item before,
 * else from those that were there and that they had not met. So that an item was met before tells
 * nothing by itself, and neither does who is asked.
 */
final class ShopPairs {
    static final int MOST_PEOPLE = 3_000;

    /** Items that one person turned to, at most; of more a seeded sample. */
    static final int MOST_EACH = 4;

    private static final long SEED = 20261122;
    private static final int TRIES = 100;

    private final Dataset dataset;
    private final Replay replay;
    private final HistoryRecipe recipe;
    private final long[] firstMet;
    private final long end;
    private final List<Asked> asked = new ArrayList<>();
    private long latest = Long.MIN_VALUE;
    private int unknown;

    /**
     * What one person is asked about.
     *
     * @param time epoch milliseconds
     * @param items those turned to and, behind each, the one that stands beside it
     * @param told what {@link PairFeatures#told} said of the items at that time
     * @param popularity of the items at that time, as the state has it
     */
    record Asked(
            int person,
            long time,
            History history,
            int[] items,
            float[] told,
            double[] popularity) {
        /** Whether the person turned to the item at a place. */
        static boolean label(int place) {
            return place % 2 == 0;
        }
    }

    /**
     * Somebody to be looked at.
     *
     * @param turned items that they turned to in the part, rising
     * @param past as the data set has it, where the replay knows of none
     */
    private record Person(int number, long time, int[] turned, History past) {}

    private ShopPairs(Dataset dataset, Part part, HistoryRecipe recipe, Replay replay) {
        this.dataset = dataset;
        this.replay = replay;
        this.recipe = recipe;
        this.end = dataset.latest(Set.of(part));
        this.firstMet = new long[dataset.items()];
        Arrays.fill(firstMet, Long.MAX_VALUE);
        for (int row = 0; row < dataset.events(); row++) {
            int item = dataset.item(row);
            firstMet[item] = Math.min(firstMet[item], dataset.time(row));
        }
    }

    /**
     * Has a replay, which must not have reached the part, look at people on its way.
     *
     * @param known the parts before
     */
    static ShopPairs of(
            Dataset dataset,
            Set<Part> known,
            Part part,
            TypeWeights weights,
            HistoryRecipe recipe,
            Replay replay) {
        ShopPairs pairs = new ShopPairs(dataset, part, recipe, replay);
        Histories past = dataset.histories(known, weights);
        InteractionMatrix targets = dataset.targets(part, weights);
        int[] order =
                IntStream.range(0, dataset.people())
                        .filter(person -> targets.rowLength(person) > 0)
                        .toArray();
        shuffle(order, new SplittableRandom(SEED));
        for (int number : Arrays.copyOf(order, Math.min(MOST_PEOPLE, order.length))) {
            int[] turned = targets.row(number).clone();
            Arrays.sort(turned);
            int from = past.start()[number];
            int to = past.start()[number + 1];
            Person person =
                    new Person(
                            number,
                            ShopQuestions.asked(dataset, number, part, weights),
                            turned,
                            recipe.of(
                                    Arrays.copyOfRange(past.item(), from, to),
                                    Arrays.copyOfRange(past.weight(), from, to)));
            pairs.latest = Math.max(pairs.latest, person.time());
            replay.watch(person.time(), state -> pairs.look(person, state));
        }
        return pairs;
    }

    /** All pairs, in the order of time; takes the replay as far as the last of them. */
    List<Asked> read() {
        if (latest > Long.MIN_VALUE) {
            replay.until(latest);
        }
        return asked.stream().sorted(Comparator.comparingLong(Asked::time)).toList();
    }

    /** People whose past the replay did not know, of those that were read. */
    int unknown() {
        return unknown;
    }

    private void look(Person person, ShopState state) {
        long time = person.time();
        Shopper shopper = replay.shopper(dataset.personNumber(person.number()));
        History history = recipe.of(shopper, state.settings().weights());
        if (history.size() == 0 && person.past().size() > 0) {
            unknown++;
            history = person.past();
        }
        int[] items = items(person, shopper);
        if (items.length == 0) {
            return;
        }
        double[] popularity =
                Arrays.stream(items).mapToDouble(item -> state.popularity(item, time)).toArray();
        float[] told = PairFeatures.told(items, shopper, state, replay.facts(), time);
        asked.add(new Asked(person.number(), time, history, items, told, popularity));
    }

    private int[] items(Person person, Shopper shopper) {
        SplittableRandom random = new SplittableRandom(SEED + person.number());
        long time = person.time();
        int[] turned = person.turned();
        int[] order = turned.clone();
        shuffle(order, random);
        int[] items = new int[2 * Math.min(MOST_EACH, order.length)];
        int count = 0;
        for (int i = 0; i < order.length && count < items.length; i++) {
            int other = -1;
            if (wasThere(order[i], time)) {
                other =
                        PairFeatures.met(shopper, order[i])
                                ? metBefore(shopper, time, turned, items, count, random)
                                : notMet(shopper, time, turned, items, count, random);
            }
            if (other >= 0) {
                items[count++] = order[i];
                items[count++] = other;
            }
        }
        return Arrays.copyOf(items, count);
    }

    /** An item that the shopper met before and did not turn to again; -1 when there is none. */
    private int metBefore(
            Shopper shopper,
            long time,
            int[] turned,
            int[] taken,
            int count,
            SplittableRandom random) {
        int[] met =
                IntStream.of(shopper.items())
                        .distinct()
                        .filter(item -> isFree(item, turned, taken, count) && wasThere(item, time))
                        .toArray();
        return met.length == 0 ? -1 : met[random.nextInt(met.length)];
    }

    /** An item that was there and that the shopper never met; -1 when none is found. */
    private int notMet(
            Shopper shopper,
            long time,
            int[] turned,
            int[] taken,
            int count,
            SplittableRandom random) {
        for (int i = 0; i < TRIES; i++) {
            int item = random.nextInt(dataset.items());
            if (isFree(item, turned, taken, count)
                    && wasThere(item, time)
                    && !PairFeatures.met(shopper, item)) {
                return item;
            }
        }
        return -1;
    }

    private static boolean isFree(int item, int[] turned, int[] taken, int count) {
        if (Arrays.binarySearch(turned, item) >= 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (taken[i] == item) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether an item could have been turned to: by its date where it has one, else by whether
     * anybody met it until the end of the part. An item that came later must not count as one that
     * nobody wanted.
     */
    private boolean wasThere(int item, long time) {
        CatalogFacts facts = replay.facts();
        long published = facts.published(item);
        return facts.exists(item)
                && (published == Product.NO_TIME ? firstMet[item] <= end : published <= time);
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = values[i];
            values[i] = values[j];
            values[j] = moved;
        }
    }
}
