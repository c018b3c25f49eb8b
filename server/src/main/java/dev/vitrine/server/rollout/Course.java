package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.judge.Signal;
import java.util.Arrays;
import java.util.List;

/**
 * How the signals of a rollout have moved. Within a stage values are of all its requests so far.
 *
 * @param at epoch milliseconds of each point, rising
 * @param requests of the arm that had fewer, of the stage
 */
public record Course(long[] at, long[] requests, List<Line> lines) {
    static final Course NONE = new Course(new long[0], new long[0], List.of());

    /**
     * One signal.
     *
     * @param subject a user group; empty for all
     * @param candidate its value at each point; NaN where there was none
     * @param baseline as {@code candidate}
     */
    public record Line(Signal signal, String subject, double[] candidate, double[] baseline) {
        static Line empty(Signal signal, String subject, int points) {
            Line line = new Line(signal, subject, new double[points], new double[points]);
            Arrays.fill(line.candidate, Double.NaN);
            Arrays.fill(line.baseline, Double.NaN);
            return line;
        }
    }
}
