package dev.vitrine.training.evaluation;

/**
 * By how much one way of answering does better than another on the same questions.
 *
 * @param mean of the differences
 * @param error standard error of that mean
 */
public record PairedGain(double mean, double error) {
    private static final double CERTAIN = 2;
    private static final double NORMAL = 1.96;

    /**
     * @param with what one way reaches, question by question
     * @param without what the other does
     */
    public static PairedGain of(double[] with, double[] without) {
        double sum = 0;
        for (int q = 0; q < with.length; q++) {
            sum += with[q] - without[q];
        }
        double mean = with.length == 0 ? 0 : sum / with.length;
        double squares = 0;
        for (int q = 0; q < with.length; q++) {
            double difference = with[q] - without[q] - mean;
            squares += difference * difference;
        }
        return new PairedGain(mean, Math.sqrt(squares) / Math.max(1, with.length));
    }

    /** Where 95 % of a normal distribution around the mean lie. */
    public Report.Interval interval() {
        return new Report.Interval(mean - NORMAL * error, mean + NORMAL * error);
    }

    /** Whether it is {@value #CERTAIN} standard errors, more than chance is likely to bring. */
    public boolean isBeyondChance() {
        return mean >= CERTAIN * error;
    }
}
