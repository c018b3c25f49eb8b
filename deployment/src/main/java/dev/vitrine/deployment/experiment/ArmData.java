package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.Moments;
import dev.vitrine.kernel.statistics.PairMoments;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured in one arm. Each visitor counts once, with the sum of what they did: visitors
 * are what was drawn, and what one visitor does again and again is not independent.
 */
public sealed interface ArmData {
    long visitors();

    /**
     * One number for each visitor: 1 for who bought and 0 for who did not, or what they spent.
     *
     * @param values over all visitors who are in, those who did nothing with 0
     */
    record PerVisitor(Moments values) implements ArmData {
        @Override
        public long visitors() {
            return values.count();
        }
    }

    /**
     * As {@link PerVisitor}, with a number from before the experiment that tells part of it, such
     * as last month's revenue.
     *
     * @param pairs x from before (0 for who was not there), y the metric
     */
    record WithCovariate(PairMoments pairs) implements ArmData {
        @Override
        public long visitors() {
            return pairs.count();
        }
    }

    /**
     * A rate over what visitors did, such as clicks per request.
     *
     * @param pairs x what is divided by (requests), y what is divided (clicks), both for a visitor
     */
    record Ratio(PairMoments pairs) implements ArmData {
        @Override
        public long visitors() {
            return pairs.count();
        }
    }

    /**
     * Each arm as if its metric were a plain mean over visitors, so that one comparison fits all.
     *
     * <p>With a covariate: y less theta times what x is above its mean over all arms (CUPED; Deng,
     * Xu, Kohavi and Walker, WSDM 2013), theta the regression of y on x within arms. Its variance
     * is 1 - rho² of that of y. A ratio: by the delta method the ratio's error is the mean of (y -
     * ratio x) / mean of x (Deng, Knoblich and Lu, KDD 2018).
     *
     * @param arms all of the same kind, at least two
     * @return of each arm the estimate as mean, and squares that give its variance: 0 and 0 for a
     *     ratio of which nothing can be said yet, because nobody did what it divides by
     * @throws VitrineException MEASUREMENT_INVALID when kinds are mixed, or a ratio divides by a
     *     mean below 0
     */
    static List<Moments> asMeans(List<ArmData> arms) {
        List<Moments> means = new ArrayList<>();
        double theta = 0;
        double meanX = 0;
        if (arms.getFirst() instanceof WithCovariate) {
            PairMoments all = PairMoments.NONE;
            double xx = 0;
            double xy = 0;
            for (ArmData arm : arms) {
                if (arm instanceof WithCovariate(PairMoments pairs)) {
                    all = all.plus(pairs);
                    xx += pairs.xx();
                    xy += pairs.xy();
                }
            }
            theta = xx > 0 ? xy / xx : 0;
            meanX = all.meanX();
        }
        for (ArmData arm : arms) {
            Require.measured(
                    arm.getClass() == arms.getFirst().getClass(),
                    "arms",
                    "the arms of one metric are measured in different ways");
            means.add(
                    switch (arm) {
                        case PerVisitor(Moments values) -> values;
                        case WithCovariate(PairMoments pairs) -> adjusted(pairs, theta, meanX);
                        case Ratio(PairMoments pairs) -> linear(pairs);
                    });
        }
        return means;
    }

    private static Moments adjusted(PairMoments pairs, double theta, double meanX) {
        return pairs.count() == 0
                ? Moments.NONE
                : residual(pairs, theta, pairs.meanY() - theta * (pairs.meanX() - meanX), 1);
    }

    private static Moments linear(PairMoments pairs) {
        if (pairs.count() == 0) {
            return Moments.NONE;
        }
        Require.measured(
                pairs.meanX() >= 0,
                "arms",
                "a ratio divides by " + pairs.meanX() + ", the mean over " + pairs.count());
        if (pairs.meanX() == 0) {
            return new Moments(pairs.count(), 0, 0);
        }
        double ratio = pairs.meanY() / pairs.meanX();
        return residual(pairs, ratio, ratio, 1 / pairs.meanX());
    }

    /** Of mean, and of the squares of (y - slope x) times a scale. */
    private static Moments residual(PairMoments pairs, double slope, double mean, double scale) {
        double squares = pairs.yy() - 2 * slope * pairs.xy() + slope * slope * pairs.xx();
        return new Moments(pairs.count(), mean, Math.max(0, squares) * scale * scale);
    }
}
