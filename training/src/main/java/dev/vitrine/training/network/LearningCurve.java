package dev.vitrine.training.network;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a fit went through.
 *
 * @param points one per epoch
 * @param best the epoch whose parameters were kept
 * @param cutShort whether only the bound on its time ended it
 * @param spent seconds of training and validation, those before a kill among them
 */
public record LearningCurve(List<Point> points, int best, boolean cutShort, double spent) {
    public LearningCurve {
        points = List.copyOf(points);
    }

    /**
     * @param epoch from 1
     * @param loss mean over its steps
     * @param validation as {@link Learner#validate}; NaN where there was none
     * @param rows that were trained on
     * @param seconds of training, without validation
     */
    public record Point(int epoch, double loss, double validation, long rows, double seconds) {}

    public double bestValidation() {
        return best == 0 ? Double.NaN : points.get(best - 1).validation();
    }

    /**
     * Loss and validation of each epoch, as a manifest keeps them: {@code 4.581:0.0312 3.5:0.0402}.
     */
    public String text() {
        return points.stream()
                .map(point ->
                        String.format(Locale.ROOT, "%.5g:%.5g", point.loss(), point.validation()))
                .collect(Collectors.joining(" "));
    }

    /** Training rows a second, over all epochs. */
    public double rowsPerSecond() {
        double rows = 0;
        double seconds = 0;
        for (Point point : points) {
            rows += point.rows();
            seconds += point.seconds();
        }
        return rows / seconds;
    }

    public double secondsPerEpoch() {
        return points.stream().mapToDouble(Point::seconds).average().orElse(Double.NaN);
    }
}
