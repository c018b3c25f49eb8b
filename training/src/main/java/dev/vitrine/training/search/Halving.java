package dev.vitrine.training.search;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Successive halving (Jamieson and Talwalkar 2016): all settings get a small budget, the better
 * part goes on with a budget so many times as large, and so on until one is left or the largest
 * budget is reached. With {@code n} settings and a factor of {@code f} it costs about {@code n
 * log_f(n)} times the first budget, where trying all to the end costs {@code n} times the last.
 *
 * @param first budget, in whatever the fit counts; epochs, say
 * @param largest budget that a setting gets
 * @param factor by which budgets grow and settings get fewer, at least 2
 */
public record Halving(int first, int largest, int factor) {
    public Halving {
        if (first < 1 || largest < first || factor < 2) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "a search from a budget of "
                            + first
                            + " to "
                            + largest
                            + " by factors of "
                            + factor
                            + " cannot be");
        }
    }

    /**
     * A setting and how it did.
     *
     * @param budget that it had
     * @param validation higher is better; NaN when it failed
     */
    public record Trial<S>(S settings, int budget, double validation) {}

    /**
     * @param fit validates settings after a budget; it may go on from what it did of the same
     *     settings with a smaller one. A fit that fails with FIT_FAILED is out
     * @param each told every trial
     * @return the last trial of each setting: those with the largest budget first, best first
     */
    public <S> List<Trial<S>> run(
            List<S> settings, BiFunction<S, Integer, Double> fit, Consumer<Trial<S>> each) {
        List<Trial<S>> out = new ArrayList<>();
        List<S> left = new ArrayList<>(settings);
        int budget = first;
        while (!left.isEmpty()) {
            List<Trial<S>> rung = new ArrayList<>();
            for (S one : left) {
                Trial<S> trial = new Trial<>(one, budget, validated(one, budget, fit));
                each.accept(trial);
                rung.add(trial);
            }
            rung.sort(Comparator.comparingDouble(Halving::order).reversed());
            boolean ends = rung.size() == 1 || budget == largest;
            int kept = ends ? 0 : Math.max(1, rung.size() / factor);
            left.clear();
            for (int i = 0; i < kept; i++) {
                if (!Double.isNaN(rung.get(i).validation())) {
                    left.add(rung.get(i).settings());
                }
            }
            out.addAll(0, rung.subList(left.size(), rung.size()));
            budget = (int) Math.min(largest, (long) budget * factor);
        }
        return out;
    }

    private static double order(Trial<?> trial) {
        return Double.isNaN(trial.validation()) ? Double.NEGATIVE_INFINITY : trial.validation();
    }

    private static <S> double validated(
            S settings, int budget, BiFunction<S, Integer, Double> fit) {
        try {
            return fit.apply(settings, budget);
        } catch (VitrineException e) {
            if (e.code() != TrainingError.FIT_FAILED) {
                throw e;
            }
            return Double.NaN;
        }
    }
}
