package dev.vitrine.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.batch.Answered;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The percentile of several nodes, from the sum of their buckets, is the one of all runs. */
class MergedNodesTest {
    private static final int RUNS = 20_000;

    /** What a bucket's upper bound may be beyond what lies in it. */
    private static final double BOUND = 1.5;

    private static String node(Random random, double medianMicros, double sigma, double[] into) {
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            ModelMeters meters = new ModelMeters(telemetry.registry());
            for (int i = 0; i < RUNS; i++) {
                long nanos = (long) (medianMicros * 1e3 * Math.exp(sigma * random.nextGaussian()));
                into[i] = nanos / 1e9;
                meters.succeeded("ranker", 1, new Answered(Map.of(), 0, 0, nanos, 1, 1));
            }
            return telemetry.scrape();
        }
    }

    private static void add(String scraped, TreeMap<Double, Double> buckets) {
        scraped.lines()
                .filter(line -> line.startsWith("vitrine_model_duration_seconds_bucket{"))
                .filter(line -> line.contains("phase=\"total\""))
                .forEach(line -> {
                    int from = line.indexOf("le=\"") + 4;
                    String bound = line.substring(from, line.indexOf('"', from));
                    buckets.merge(
                            bound.equals("+Inf")
                                    ? Double.POSITIVE_INFINITY
                                    : Double.parseDouble(bound),
                            Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                            Double::sum);
                });
    }

    private static double percentile(TreeMap<Double, Double> buckets, double percent) {
        double rank = buckets.lastEntry().getValue() * percent / 100;
        return buckets.entrySet().stream()
                .filter(bucket -> bucket.getValue() >= rank)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** One node is quick, the other five times slower and far less steady. */
    @ParameterizedTest
    @ValueSource(doubles = {50, 90, 95, 99, 99.9})
    void theSumOfTwoNodesGivesThePercentileOfAllRuns(double percent) {
        Random random = new Random(5);
        double[] quick = new double[RUNS];
        double[] slow = new double[RUNS];
        TreeMap<Double, Double> buckets = new TreeMap<>();
        add(node(random, 300, 0.3, quick), buckets);
        add(node(random, 1_500, 0.9, slow), buckets);
        double[] all = Arrays.copyOf(quick, 2 * RUNS);
        System.arraycopy(slow, 0, all, RUNS, RUNS);
        Arrays.sort(all);
        double exact = all[(int) Math.ceil(percent / 100 * all.length) - 1];
        assertThat(percentile(buckets, percent)).isBetween(exact, BOUND * exact);
    }

    @Test
    void everyBoundIsAtMostHalfAsMuchAgainAsTheOneBefore() {
        TreeMap<Double, Double> buckets = new TreeMap<>();
        add(node(new Random(1), 300, 0.3, new double[RUNS]), buckets);
        double before = 0;
        for (double bound : buckets.headMap(Double.POSITIVE_INFINITY, false).keySet()) {
            if (before > 0) {
                assertThat(bound / before).isBetween(1.3, BOUND + 1e-9);
            }
            before = bound;
        }
        assertThat(buckets).hasSize(42);
    }
}
