package dev.vitrine.training.network;

import ai.djl.ndarray.NDArray;

/** The log loss of yes or no, natural logarithm, of scores that are log odds. */
public final class LogLoss {
    private static final double LEAST = 1e-7;

    private LogLoss() {}

    /**
     * The weighted mean over rows, {@code log(1 + exp(score)) - label * score}, in a form that
     * cannot overflow.
     *
     * @param scores [rows]
     * @param labels 0 or 1 each
     * @param weights one each, not all 0
     */
    public static NDArray of(Torch torch, NDArray scores, float[] labels, float[] weights) {
        double inAll = 0;
        for (float weight : weights) {
            inAll += weight;
        }
        NDArray losses =
                scores.abs()
                        .neg()
                        .exp()
                        .add(1)
                        .log()
                        .add(scores.maximum(torch.number(0)))
                        .sub(scores.mul(torch.floats(labels, labels.length)));
        return losses.mul(torch.floats(weights, weights.length)).sum().div(torch.number(inAll));
    }

    /** Of one row. */
    public static double of(double score, boolean label) {
        double signed = label ? score : -score;
        return signed > 0 ? Math.log1p(Math.exp(-signed)) : -signed + Math.log1p(Math.exp(signed));
    }

    /** Of a probability, finite for what a sigmoid in floats may say, 0 and 1 among it. */
    public static double logOdds(float probability) {
        double inside = Math.clamp(probability, LEAST, 1 - LEAST);
        return Math.log(inside / (1 - inside));
    }

    /**
     * What always saying a rate gives.
     *
     * @param rate that is said, between 0 and 1
     * @param share of the rows that are yes
     */
    public static double ofRate(double rate, double share) {
        return -share * Math.log(rate) - (1 - share) * Math.log(1 - rate);
    }
}
