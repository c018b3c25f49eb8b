package dev.vitrine.applications.recommend;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Dispensable;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A logistic regression from what each part of a blend says about an item, and from its popularity,
 * to a probability (see {@link Prediction}): what answers where a release has no model of pairs, or
 * that fails.
 *
 * @param weights one per input: the parts of the blend in order, then popularity
 * @param intercept added to their sum
 */
public record Calibration(double[] weights, double intercept) {
    private static final String PREFIX = "predict.";
    private static final String POPULARITY = "popularity";
    private static final String INTERCEPT = "intercept";

    /** Without behaviour, for which every probability is the base rate. */
    public static Calibration none(int parts) {
        return new Calibration(new double[parts + 1], 0);
    }

    /** Whether there was behaviour to fit it to. */
    public boolean isFitted() {
        for (double weight : weights) {
            if (weight != 0) {
                return true;
            }
        }
        return intercept != 0;
    }

    /** The probability for the inputs of one shopper and item. */
    public double probability(double[] inputs) {
        double sum = intercept;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * inputs[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** Whether a part says something of a lone item that is worth its cost. */
    public static boolean isCheap(Blend.Part part) {
        return !(part.source() instanceof Dispensable);
    }

    /**
     * The probability for one shopper and item; parts that weigh nothing are not asked.
     *
     * @param popularity decayed, as the state has it
     */
    public double probability(Blend blend, History history, int item, double popularity) {
        return probability(inputs(blend, history, item, popularity, part -> weights[part] != 0));
    }

    /**
     * The inputs for one item: log(1 + score) of every part of the blend, then log(1 + popularity).
     * The item itself is left out of the history: that it is like itself says nothing.
     *
     * @param popularity decayed, as the state has it
     * @param asked the parts that count, by their places; of others the input is 0
     */
    public static double[] inputs(
            Blend blend, History history, int item, double popularity, IntPredicate asked) {
        List<Blend.Part> parts = blend.parts();
        History others = history.without(item);
        double[] inputs = new double[parts.size() + 1];
        ItemMask only = new ItemMask(item + 1);
        only.add(item);
        TopItems one = new TopItems(1);
        for (int p = 0; p < parts.size() && others.size() > 0; p++) {
            one.clear();
            if (!asked.test(p)) {
                continue;
            }
            parts.get(p).source().collect(others, only, one);
            inputs[p] = one.size() == 0 ? 0 : Math.log1p(Math.max(0, one.score(0)));
        }
        inputs[parts.size()] = Math.log1p(popularity);
        return inputs;
    }

    /** The form that a release keeps: numbers by name. */
    public Map<String, Double> toMap(List<Blend.Part> parts) {
        Map<String, Double> map = new HashMap<>();
        for (int p = 0; p < parts.size(); p++) {
            map.put(PREFIX + parts.get(p).name(), weights[p]);
        }
        map.put(PREFIX + POPULARITY, weights[parts.size()]);
        map.put(PREFIX + INTERCEPT, intercept);
        return map;
    }

    /** Reads what {@link #toMap} wrote; inputs without a number weigh nothing. */
    public static Calibration of(Map<String, Double> map, List<Blend.Part> parts) {
        double[] weights = new double[parts.size() + 1];
        for (int p = 0; p < parts.size(); p++) {
            weights[p] = map.getOrDefault(PREFIX + parts.get(p).name(), 0.0);
        }
        weights[parts.size()] = map.getOrDefault(PREFIX + POPULARITY, 0.0);
        return new Calibration(weights, map.getOrDefault(PREFIX + INTERCEPT, 0.0));
    }
}
