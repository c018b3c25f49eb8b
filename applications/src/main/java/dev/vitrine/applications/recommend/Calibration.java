package dev.vitrine.applications.recommend;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A logistic regression from what each part of a blend says about an item, and from its popularity,
 * to a probability. Fitted on held-out interactions against as many sellable items drawn at random
 * for the same shopper, so a probability is the share of true interactions among such pairs, of
 * which half are ({@link Prediction#BASE_RATE}). It is not the share of visits that end so.
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

    /**
     * The inputs for one item: log(1 + score) of every part of the blend, then log(1 + popularity).
     *
     * @param popularity decayed, as the state has it
     */
    public static double[] inputs(Blend blend, History history, int item, double popularity) {
        List<Blend.Part> parts = blend.parts();
        double[] inputs = new double[parts.size() + 1];
        ItemMask only = new ItemMask(item + 1);
        only.add(item);
        TopItems one = new TopItems(1);
        for (int p = 0; p < parts.size() && history.size() > 0; p++) {
            one.clear();
            parts.get(p).source().collect(history, only, one);
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
