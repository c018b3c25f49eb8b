package dev.vitrine.server.watch;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.feature.TypeWeights;
import dev.vitrine.data.feature.WeightedItems;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.training.evaluation.Ndcg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Asks for each of a sample of people, by what they had done up to a moment, which new products
 * they turned to after it, and keeps the answers beside what was popular then.
 */
final class Questioning {
    static final int CUTOFF = 20;

    private final CatalogFacts facts;
    private final TypeWeights weights;

    /**
     * One question and its answer.
     *
     * @param history products turned to before, oldest first
     * @param answers new products turned to after, rising
     * @param shown best first
     * @param popular most popular products that are not in the past, best first
     */
    record Asked(int[] history, int[] answers, int[] shown, int[] popular) {
        double ndcg() {
            return Ndcg.at(CUTOFF, shown, answers);
        }

        double popularNdcg() {
            return Ndcg.at(CUTOFF, popular, answers);
        }

        /** Answers among the first of a list. */
        private static int found(int[] list, int[] answers) {
            int found = 0;
            for (int place = 0; place < Math.min(CUTOFF, list.length); place++) {
                found += Arrays.binarySearch(answers, list[place]) >= 0 ? 1 : 0;
            }
            return found;
        }

        double recall(boolean ours) {
            return (double) found(ours ? shown : popular, answers) / answers.length;
        }

        double hit(boolean ours) {
            return found(ours ? shown : popular, answers) > 0 ? 1 : 0;
        }

        /** Where a product stands in the answer, from 1; 0 where it does not. */
        int place(int item) {
            return IntStream.range(0, shown.length)
                            .filter(place -> shown[place] == item)
                            .findFirst()
                            .orElse(-1)
                    + 1;
        }

        /** Of the best of all that was taken, from 1; the number beyond the last for none. */
        int best() {
            return Arrays.stream(answers)
                    .map(this::place)
                    .filter(place -> place > 0)
                    .min()
                    .orElse(shown.length + 1);
        }
    }

    /**
     * @param facts of products, which are asked about as long as they exist
     */
    Questioning(CatalogFacts facts, TypeWeights weights) {
        this.facts = facts;
        this.weights = weights;
    }

    /**
     * @param people in the order of a fair sample, with what they turned to after the moment
     * @param shop as it was at the moment
     * @param popular products, most popular first
     * @param most questions
     */
    List<Asked> ask(
            List<Stretch.Person> people,
            PastShop shop,
            WeightedItems popular,
            Respondent.Answering answering,
            int most) {
        List<Asked> asked = new ArrayList<>();
        for (Stretch.Person person : people) {
            if (asked.size() == most) {
                break;
            }
            Shopper shopper = shop.shopper(person);
            History history = history(shopper);
            Set<Integer> past = past(shopper);
            int[] answers =
                    Arrays.stream(person.items())
                            .filter(item -> facts.exists(item) && !past.contains(item))
                            .sorted()
                            .toArray();
            if (history.size() > 0 && answers.length > 0) {
                int[] usual =
                        Arrays.stream(popular.items())
                                .filter(item -> facts.exists(item) && !past.contains(item))
                                .limit(CUTOFF)
                                .toArray();
                asked.add(
                        new Asked(history.items(), answers, answering.ask(shopper).items(), usual));
            }
        }
        return asked;
    }

    History history(Shopper shopper) {
        return HistoryRecipe.DEFAULT.of(shopper, weights);
    }

    /** What is known of somebody is not recommended to them. */
    private static Set<Integer> past(Shopper shopper) {
        Set<Integer> past = new HashSet<>();
        for (int[] items :
                List.of(shopper.items(), shopper.purchases().items(), shopper.cart().items())) {
            for (int item : items) {
                past.add(item);
            }
        }
        return past;
    }
}
