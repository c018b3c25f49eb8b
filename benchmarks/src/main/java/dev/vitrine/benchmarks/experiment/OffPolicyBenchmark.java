package dev.vitrine.benchmarks.experiment;

import dev.vitrine.deployment.experiment.Decision;
import dev.vitrine.deployment.experiment.Estimator;
import dev.vitrine.deployment.experiment.OffPolicy;
import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.kernel.statistics.Proportions;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the log of one policy says of another that ran beside it: the click rate of each of two
 * policies, uniformly random and Thompson sampling, estimated from the other's log, beside the rate
 * that its own log has.
 */
public final class OffPolicyBenchmark implements Benchmark {
    private static final String DATASET = "open-bandit-small";
    private static final double CONFIDENCE = .95;

    /** Impressions at the campaign's rate that stand beside an item's own in the model. */
    private static final double PRIOR = 200;

    private static final List<Estimator> ESTIMATORS =
            List.of(
                    Estimator.IPS,
                    Estimator.SNIPS,
                    Estimator.DIRECT,
                    Estimator.DOUBLY_ROBUST,
                    Estimator.SWITCH);

    @Override
    public String name() {
        return "off-policy";
    }

    @Override
    public String description() {
        return "click rates of two policies, each from the other's log (" + DATASET + ")";
    }

    @Override
    public String duration() {
        return "1 min";
    }

    @Override
    public Figures run(Context context) {
        Path folder = context.data().resolve(DATASET);
        List<Told> all = new ArrayList<>();
        for (String campaign : List.of("men", "women")) {
            OpenBandit random = OpenBandit.read(folder.resolve("random_" + campaign + ".csv.gz"));
            OpenBandit sampling = OpenBandit.read(folder.resolve("bts_" + campaign + ".csv.gz"));
            int items = Math.max(random.itemCount(), sampling.itemCount());
            double[][] even = new double[random.positionCount()][items];
            for (double[] position : even) {
                Arrays.fill(position, 1.0 / items);
            }
            all.add(told("randomFromSampling", campaign, sampling, random, even));
            all.add(told("samplingFromRandom", campaign, random, sampling, sampling.policy(items)));
        }
        return figures(all, context);
    }

    private static Told told(
            String direction, String campaign, OpenBandit log, OpenBandit own, double[][] policy) {
        String name = direction + capital(campaign);
        return new Told(
                name,
                own.clicked() / (double) own.rows(),
                Proportions.wilson(own.clicked(), own.rows(), CONFIDENCE),
                OffPolicy.of(decisions(log, policy), OffPolicy.Settings.USUAL));
    }

    /**
     * The model is the click rate of an item at a position, drawn to that of the campaign; each
     * half of the log is predicted by the other half.
     */
    private static List<Decision> decisions(OpenBandit log, double[][] policy) {
        double[][][] rates = {rates(log, 0, policy), rates(log, 1, policy)};
        List<Decision> decisions = new ArrayList<>(log.rows());
        for (int row = 0; row < log.rows(); row++) {
            int position = log.positions()[row];
            int item = log.items()[row];
            double[] rate = rates[1 - row % 2][position];
            double expected = 0;
            for (int other = 0; other < rate.length; other++) {
                expected += policy[position][other] * rate[other];
            }
            decisions.add(
                    new Decision(
                            row,
                            log.clicks()[row],
                            log.propensities()[row],
                            policy[position][item],
                            rate[item],
                            expected));
        }
        return decisions;
    }

    /** Of the rows of one half, by position and item. */
    private static double[][] rates(OpenBandit log, int half, double[][] policy) {
        double[][] clicks = new double[policy.length][policy[0].length];
        double[][] shown = new double[policy.length][policy[0].length];
        double allClicks = 0;
        double all = 0;
        for (int row = half; row < log.rows(); row += 2) {
            clicks[log.positions()[row]][log.items()[row]] += log.clicks()[row];
            shown[log.positions()[row]][log.items()[row]]++;
            allClicks += log.clicks()[row];
            all++;
        }
        for (int position = 0; position < clicks.length; position++) {
            for (int item = 0; item < clicks[position].length; item++) {
                clicks[position][item] =
                        (clicks[position][item] + PRIOR * allClicks / all)
                                / (shown[position][item] + PRIOR);
            }
        }
        return clicks;
    }

    private static Figures figures(List<Told> all, Context context) {
        Figures figures = new Figures();
        double meet = 0;
        for (Estimator estimator : ESTIMATORS) {
            double[] errors = new double[all.size()];
            for (int i = 0; i < errors.length; i++) {
                Told told = all.get(i);
                OffPolicy.Estimate estimate = told.found().of(estimator);
                errors[i] = Math.abs(estimate.value() / told.rate() - 1);
                meet += meet(estimate.interval(), told.interval()) ? 1 : 0;
            }
            Arrays.sort(errors);
            figures.put(
                    camel(estimator) + "RelativeError",
                    Arrays.stream(errors).average().orElseThrow(),
                    errors[0],
                    errors[errors.length - 1]);
        }
        figures.put("intervals", (double) ESTIMATORS.size() * all.size());
        figures.put("intervalsThatMeet", meet);
        for (Told told : all) {
            put(figures, told.name() + "OnPolicy", told.rate(), told.interval());
            for (Estimator estimator : ESTIMATORS) {
                OffPolicy.Estimate estimate = told.found().of(estimator);
                put(
                        figures,
                        told.name() + capital(camel(estimator)),
                        estimate.value(),
                        estimate.interval());
            }
            figures.put(told.name() + "EffectiveDecisions", told.found().effectiveDecisions());
            figures.put(told.name() + "LargestWeight", told.found().largestWeight());
            figures.put(told.name() + "MeanWeight", told.found().meanWeight());
            figures.put(told.name() + "SwitchedShare", told.found().switched());
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%s: own log %.5f, SNIPS %.5f, doubly robust %.5f, worth %.0f decisions%n",
                            told.name(),
                            told.rate(),
                            told.found().of(Estimator.SNIPS).value(),
                            told.found().of(Estimator.DOUBLY_ROBUST).value(),
                            told.found().effectiveDecisions());
        }
        return figures.note(
                "Click rates of a policy from the log of another, 10,000 impressions each, with"
                        + " intervals of 95 % (spread): of the policy's own log Wilson's, of estimates"
                        + " a bootstrap over impressions. RelativeError is the mean over the four"
                        + " questions, with the least and the most; with 46 to 69 clicks the policy's"
                        + " own rate is itself uncertain by a third. intervalsThatMeet counts intervals"
                        + " of estimates that share a value with that of the policy's own log. The"
                        + " chances of random are exact. Thompson sampling changed by the hour, so from"
                        + " the random log its mean over the week is estimated: how often its own log"
                        + " has an item at a position, clicks unseen. The model is an item's click rate"
                        + " at a position, drawn to the mean by 200 impressions, each half of the log"
                        + " predicted by the other; SWITCH leaves weights above 10 to it.");
    }

    private static boolean meet(Interval one, Interval other) {
        return one.low() <= other.high() && other.low() <= one.high();
    }

    private static void put(Figures figures, String name, double value, Interval interval) {
        figures.put(name, value, interval.low(), interval.high());
    }

    private static String camel(Estimator estimator) {
        StringBuilder camel = new StringBuilder();
        for (String word : estimator.name().toLowerCase(Locale.ROOT).split("_")) {
            camel.append(camel.isEmpty() ? word : capital(word));
        }
        return camel.toString();
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /**
     * What was found of one policy.
     *
     * @param rate of clicks in its own log
     * @param interval of that rate
     * @param found from the other policy's log
     */
    private record Told(String name, double rate, Interval interval, OffPolicy found) {}
}
