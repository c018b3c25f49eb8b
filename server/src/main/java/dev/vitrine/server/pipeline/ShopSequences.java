package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.Histories;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/**
 * What each person turned to, one product after the other, each where it was first met: what comes
 * next is then always new, as what is recommended is. Products are numbered densely, so that those
 * that nobody met cost nothing.
 *
 * @param numbers for each dense number, the number in the catalogue; rising
 * @param sequences dense numbers, oldest first, of people who met two products at least
 */
record ShopSequences(int[] numbers, int[][] sequences) {
    /** One person, with the time of the last event. */
    private record Person(long last, int[] items) {}

    /**
     * @param longest newest products of each person that are kept, at least 2
     * @param most rows to learn from; beyond that, those who came last are kept
     */
    static ShopSequences of(
            Dataset dataset, Set<Part> parts, TypeWeights weights, int longest, long most) {
        Histories histories = dataset.histories(parts, weights);
        Person[] people = new Person[histories.people()];
        int[] metBy = new int[dataset.items()];
        Arrays.fill(metBy, -1);
        int count = 0;
        for (int person = 0; person < people.length; person++) {
            int to = histories.start()[person + 1];
            int[] items = firstMet(histories, person, metBy);
            if (items.length > 1) {
                int from = Math.max(0, items.length - longest);
                int[] newest = Arrays.copyOfRange(items, from, items.length);
                people[count++] = new Person(histories.time()[to - 1], newest);
            }
        }
        Arrays.sort(people, 0, count, Comparator.comparingLong((Person p) -> -p.last()));
        long rows = 0;
        int kept = 0;
        while (kept < count && rows < most) {
            rows += people[kept++].items().length - 1;
        }
        int[][] sequences = new int[kept][];
        for (int i = 0; i < kept; i++) {
            sequences[i] = people[i].items();
        }
        return numbered(dataset.items(), sequences);
    }

    /**
     * @param metBy for each product, the last person before this one who met it
     */
    private static int[] firstMet(Histories histories, int person, int[] metBy) {
        int from = histories.start()[person];
        int to = histories.start()[person + 1];
        int[] met = new int[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            int item = histories.item()[i];
            if (metBy[item] != person) {
                metBy[item] = person;
                met[count++] = item;
            }
        }
        return Arrays.copyOf(met, count);
    }

    private static ShopSequences numbered(int items, int[][] sequences) {
        int[] dense = new int[items];
        for (int[] sequence : sequences) {
            for (int item : sequence) {
                dense[item] = 1;
            }
        }
        int[] numbers = new int[items];
        int count = 0;
        for (int item = 0; item < items; item++) {
            if (dense[item] == 1) {
                dense[item] = count;
                numbers[count++] = item;
            }
        }
        for (int[] sequence : sequences) {
            for (int i = 0; i < sequence.length; i++) {
                sequence[i] = dense[sequence[i]];
            }
        }
        return new ShopSequences(Arrays.copyOf(numbers, count), sequences);
    }

    int items() {
        return numbers.length;
    }

    /** Products that something can be learned of: all but the first of each person. */
    long rows() {
        long rows = 0;
        for (int[] sequence : sequences) {
            rows += sequence.length - 1;
        }
        return rows;
    }
}
