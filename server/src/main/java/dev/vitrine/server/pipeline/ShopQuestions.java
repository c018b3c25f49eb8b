package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.Histories;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.training.evaluation.Questions;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A shop's own test: what each person did in the parts before, and the new items they turned to in
 * the part that is asked about. People without either are left out; of too many a seeded sample is
 * asked.
 */
final class ShopQuestions implements Questions {
    private static final long SEED = 20261121;

    private final int items;
    private final History[] histories;
    private final int[][] answers;
    private final int[] people;
    private final long[] times;

    private ShopQuestions(
            int items, History[] histories, int[][] answers, int[] people, long[] times) {
        this.items = items;
        this.histories = histories;
        this.answers = answers;
        this.people = people;
        this.times = times;
    }

    /**
     * @param most people that are asked about
     */
    static ShopQuestions of(
            Dataset dataset,
            Set<Part> known,
            Part asked,
            TypeWeights weights,
            HistoryRecipe recipe,
            int most) {
        Histories past = dataset.histories(known, weights);
        InteractionMatrix targets = dataset.targets(asked, weights);
        int[] order = shuffled(dataset.people());
        History[] histories = new History[Math.min(most, order.length)];
        int[][] answers = new int[histories.length][];
        int[] people = new int[histories.length];
        long[] times = new long[histories.length];
        int count = 0;
        for (int i = 0; i < order.length && count < histories.length; i++) {
            int person = order[i];
            if (targets.rowLength(person) == 0 || past.length(person) == 0) {
                continue;
            }
            int from = past.start()[person];
            int to = past.start()[person + 1];
            int[] seen = Arrays.copyOfRange(past.item(), from, to);
            int[] fresh = without(targets.row(person), seen);
            if (fresh.length == 0) {
                continue;
            }
            histories[count] = recipe.of(seen, Arrays.copyOfRange(past.weight(), from, to));
            answers[count] = fresh;
            times[count] = asked(dataset, person, asked, weights);
            people[count++] = person;
        }
        return new ShopQuestions(
                dataset.items(),
                Arrays.copyOf(histories, count),
                Arrays.copyOf(answers, count),
                Arrays.copyOf(people, count),
                Arrays.copyOf(times, count));
    }

    /** Those that are asked later than a moment, epoch milliseconds. */
    ShopQuestions after(long moment) {
        int[] kept = IntStream.range(0, size()).filter(q -> times[q] > moment).toArray();
        History[] keptHistories = new History[kept.length];
        int[][] keptAnswers = new int[kept.length][];
        for (int q = 0; q < kept.length; q++) {
            keptHistories[q] = histories[kept[q]];
            keptAnswers[q] = answers[kept[q]];
        }
        return new ShopQuestions(
                items,
                keptHistories,
                keptAnswers,
                Arrays.stream(kept).map(q -> people[q]).toArray(),
                Arrays.stream(kept).mapToLong(q -> times[q]).toArray());
    }

    /** When a person first turned to something in a part. */
    static long asked(Dataset dataset, int person, Part part, TypeWeights weights) {
        int row = dataset.start(person);
        while (dataset.part(row) != part || !(weights.of(dataset.type(row)) > 0)) {
            row++;
        }
        return dataset.time(row);
    }

    private static int[] shuffled(int n) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static int[] without(int[] targets, int[] seen) {
        int[] sorted = seen.clone();
        Arrays.sort(sorted);
        int[] kept = new int[targets.length];
        int count = 0;
        for (int item : targets) {
            if (Arrays.binarySearch(sorted, item) < 0) {
                kept[count++] = item;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    @Override
    public int size() {
        return histories.length;
    }

    @Override
    public int items() {
        return items;
    }

    @Override
    public History history(int question) {
        return histories[question];
    }

    @Override
    public int[] answers(int question) {
        return answers[question];
    }

    /** The person a question is about, by dense number. */
    int person(int question) {
        return people[question];
    }

    /** When it is asked, epoch milliseconds: just before the first act of the part asked about. */
    long time(int question) {
        return times[question];
    }

    @Override
    public boolean hidesHistory() {
        return true;
    }
}
