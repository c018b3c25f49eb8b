package dev.vitrine.deployment.rollout.judge;

import dev.vitrine.kernel.statistics.ConfidenceSequence;
import dev.vitrine.kernel.statistics.CountTest;
import dev.vitrine.kernel.statistics.Normal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Judges a candidate beside its baseline. Pure.
 *
 * <p>Each signal is asked two questions. Is the candidate worse by more than is tolerated? Then it
 * fails; a difference that is certain but small does not. Is a harm as large as what has to be
 * excluded ruled out? Then it passes. Neither is answered by no data.
 *
 * <p>The first question may be wrong, over all signals and looks of a stage, in at most the share
 * of {@link Look#falseAlarms}: each signal has its {@link Signal#part} (and of that each user group
 * an equal part), a half for all looks together, by a bound that is valid at every look, and a half
 * for the one planned look. The bound of the union does the rest, whatever the signals have to do
 * with each other. Rates take a visitor's requests as what they are, more of the same: the variance
 * is that between buckets of visitors, never less than independent requests would have.
 */
public final class Judge {
    private static final double EARLY = .5;
    private static final double PASS = .05;

    /** Weight of compared latencies at which the early bound is tightest: 2,000 of each arm. */
    private static final double LATENCY_TIGHTEST = 1_000;

    /** Requests of an arm before counts of products are compared. */
    private static final long LEAST_FOR_SHARES = 1_000;

    /** Signals that failed, named in a reason. */
    private static final int MOST_REASONS = 3;

    /** Fewer events than this say nothing by a normal approximation at a planned look. */
    private static final double LEAST_EVENTS = 20;

    private final JudgeSettings settings;
    private final Evidence evidence;
    private final Look look;
    private final List<Check> checks = new ArrayList<>();

    private Judge(Evidence evidence, JudgeSettings settings, Look look) {
        this.evidence = evidence;
        this.settings = settings;
        this.look = look;
    }

    /** Judges what a stage has shown. */
    public static Verdict judge(Evidence evidence, JudgeSettings settings, Look look) {
        return new Judge(evidence, settings, look).verdict();
    }

    private Verdict verdict() {
        latency();
        rate(Signal.SLOW, Count.SLOW, settings.slowAnswers());
        rate(Signal.ERRORS, Count.FAILED, settings.errors());
        rate(Signal.EMPTY, Count.EMPTY, settings.empty());
        for (int g = 0; g < settings.groups().size(); g++) {
            Clusters canary = evidence.canary().group(g);
            Clusters baseline = evidence.baseline().group(g);
            rate(
                    Signal.GROUP_EMPTY,
                    settings.groups().get(g),
                    canary,
                    baseline,
                    settings.empty(),
                    1.0 / settings.groups().size());
        }
        rate(Signal.CLICKS, Count.CLICKS, settings.clicks());
        rate(Signal.PURCHASES, Count.PURCHASES, settings.purchases());
        overlap();
        coverage();
        scores();
        checks.sort(
                Comparator.comparing(Check::decision)
                        .thenComparing(check -> !check.required())
                        .thenComparingDouble(check -> check.pWorse() / check.limit()));
        long requests = evidence.requests();
        Decision decision = requests == 0 ? Decision.INCONCLUSIVE : decide();
        return new Verdict(decision, reason(decision, requests), requests, checks);
    }

    private Decision decide() {
        if (checks.stream().anyMatch(check -> check.decision() == Decision.FAIL)) {
            return Decision.FAIL;
        }
        boolean passed =
                settings.required().stream()
                        .allMatch(signal ->
                                checks.stream().anyMatch(c -> c.signal() == signal)
                                        && checks.stream()
                                                .filter(c -> c.signal() == signal)
                                                .allMatch(c -> c.decision() == Decision.PASS));
        return passed ? Decision.PASS : Decision.INCONCLUSIVE;
    }

    private String reason(Decision decision, long requests) {
        if (requests == 0) {
            return "no data: " + side() + " has no requests";
        }
        return switch (decision) {
            case FAIL ->
                    checks.stream()
                            .filter(check -> check.decision() == Decision.FAIL)
                            .limit(MOST_REASONS)
                            .map(Check::words)
                            .collect(Collectors.joining("; "));
            case INCONCLUSIVE ->
                    "not certain yet after "
                            + requests
                            + " requests of each arm: "
                            + String.join(
                                    ", ",
                                    settings.required().stream()
                                            .filter(this::open)
                                            .map(Signal::words)
                                            .toList());
            case PASS ->
                    "not worse in "
                            + String.join(
                                    ", ", settings.required().stream().map(Signal::words).toList())
                            + " after "
                            + requests
                            + " requests of each arm";
        };
    }

    private String side() {
        return evidence.canary().total(Count.REQUESTS) == 0 ? "the candidate" : "the baseline";
    }

    private boolean open(Signal signal) {
        return checks.stream()
                .noneMatch(c -> c.signal() == signal && c.decision() == Decision.PASS);
    }

    private void latency() {
        Latencies latencies = evidence.latencies();
        if (latencies.windows() == 0) {
            return;
        }
        double seen = latencies.weight() / LATENCY_TIGHTEST;
        double plain = latencies.z(Latencies.Beside.PLAIN);
        double canary = latencies.canaryMedian();
        double baseline = latencies.baselineMedian();
        add(
                Signal.LATENCY,
                "",
                canary,
                baseline,
                latencies.mean(Latencies.Beside.PLAIN),
                new Odds(
                        latencies.z(Latencies.Beside.TOLERATED),
                        -latencies.z(Latencies.Beside.EXCLUDED),
                        seen,
                        1),
                Double.isNaN(plain) ? 1 : Normal.twoSided(plain),
                String.format(
                        Locale.ROOT,
                        "the median answer takes %.1f ms, the baseline's %.1f ms (%+.0f %%)",
                        canary,
                        baseline,
                        100 * (canary / baseline - 1)));
    }

    private void rate(Signal signal, Count count, Margin margin) {
        rate(
                signal,
                "",
                evidence.canary().clusters(count),
                evidence.baseline().clusters(count),
                margin,
                1);
    }

    private void rate(
            Signal signal,
            String subject,
            Clusters canary,
            Clusters baseline,
            Margin margin,
            double part) {
        long n = canary.allRequests();
        long m = baseline.allRequests();
        if (n == 0 || m == 0) {
            return;
        }
        long k = canary.allEvents();
        long l = baseline.allEvents();
        boolean fewerIsWorse = signal == Signal.CLICKS || signal == Signal.PURCHASES;
        double difference = canary.rate() - baseline.rate();
        double harm = fewerIsWorse ? -difference : difference;
        double independent = canary.independentVariance() + baseline.independentVariance();
        double design =
                independent > 0
                        ? Math.max(1, (canary.variance() + baseline.variance()) / independent)
                        : 1;
        double pooled = (k + l + 1.0) / (n + m + 2);
        double error = Math.sqrt(design * Clusters.spread(pooled) * (1.0 / n + 1.0 / m));
        double worse = (harm - margin.tolerated(baseline.rate())) / error;
        double better = (margin.excluded(baseline.rate()) - harm) / error;
        CountTest plain = plain(k, n, l, m);
        // Of a group as many are planned as its share of all: a bound made for thousands finds a
        // group of a few dozen late.
        double seen =
                (subject.isEmpty() ? Math.min(n, m) : evidence.requests())
                        / (double) look.plannedRequests();
        // Few events: the exact test has to find them uneven, too.
        boolean few = k + l < LEAST_EVENTS * design;
        double least = few ? plain.pValue() / 2 : 0;
        boolean some = !fewerIsWorse || k + l > 0;
        add(
                signal,
                subject,
                canary.rate(),
                baseline.rate(),
                difference,
                new Odds(worse, some ? better : Double.NaN, seen, part).notBelow(least),
                designed(plain, design),
                String.format(
                        Locale.ROOT,
                        "%s%s: %.2f %% of %d requests, the baseline's %.2f %% of %d",
                        signal.words(),
                        subject.isEmpty() ? "" : " '" + subject + "'",
                        100 * canary.rate(),
                        n,
                        100 * baseline.rate(),
                        m));
    }

    /** Somebody may click on two products of an answer: then counts are not parts of requests. */
    private static CountTest plain(long k, long n, long l, long m) {
        return k <= n && l <= m
                ? CountTest.rates(k, n, l, m)
                : CountTest.shares(new long[] {k, l}, new double[] {n, m});
    }

    /** The correction of Rao and Scott (1981) for clusters, where chi-square answered. */
    private static double designed(CountTest test, double design) {
        return test.method() == CountTest.Method.CHI_SQUARE
                ? Normal.twoSided(Math.sqrt(test.statistic() / design))
                : test.pValue();
    }

    private void overlap() {
        Arm arm = evidence.canary();
        if (arm.overlaps() < 2) {
            return;
        }
        double n = arm.overlaps();
        double mean = arm.overlapSum() / n;
        double variance = Math.max(0, arm.overlapSquares() / n - mean * mean);
        // Never certain that all are alike because those seen so far are.
        double error = Math.sqrt((variance + mean * (1 - mean) / n + 1 / (n * n)) / n);
        double z = (settings.overlap() - mean) / error;
        double better = settings.overlap() == 0 ? Double.POSITIVE_INFINITY : -z;
        add(
                Signal.OVERLAP,
                "",
                mean,
                settings.overlap(),
                mean - settings.overlap(),
                new Odds(z, better, n / look.plannedRequests(), 1),
                Normal.twoSided(z),
                String.format(
                        Locale.ROOT,
                        "%.2f of what is live's answers is in the candidate's, at least %.2f is"
                                + " asked for",
                        mean,
                        settings.overlap()));
    }

    private void coverage() {
        double canary = evidence.canary().distinctItems();
        double baseline = evidence.baseline().distinctItems();
        if (evidence.requests() < LEAST_FOR_SHARES || baseline == 0) {
            return;
        }
        double error = Math.sqrt(1 / Math.max(1, canary) + 1 / baseline);
        double log = Math.log(Math.max(1, canary) / baseline);
        double z =
                settings.coverage() == 0
                        ? Double.NEGATIVE_INFINITY
                        : (Math.log(settings.coverage()) - log) / error;
        add(
                Signal.COVERAGE,
                "",
                canary,
                baseline,
                log,
                new Odds(z, -z, evidence.requests() / (double) look.plannedRequests(), 1),
                Normal.twoSided(log / error),
                String.format(
                        Locale.ROOT,
                        "about %.0f different products, the baseline's about %.0f",
                        canary,
                        baseline));
    }

    /** Population stability index over quarters of powers of two; its expectation taken off. */
    private void scores() {
        long[] canary = evidence.canary().scores();
        long[] baseline = evidence.baseline().scores();
        double n = sum(canary);
        double m = sum(baseline);
        if (Math.min(n, m) < LEAST_FOR_SHARES) {
            return;
        }
        double index = 0;
        int used = 0;
        for (int i = 0; i < canary.length; i++) {
            if (canary[i] + baseline[i] > 0) {
                double p = (canary[i] + .5) / n;
                double q = (baseline[i] + .5) / m;
                index += (p - q) * Math.log(p / q);
                used++;
            }
        }
        double expected = (used - 1) * (1 / n + 1 / m);
        double error = Math.sqrt(2.0 * Math.max(1, used - 1)) * (1 / n + 1 / m);
        double z =
                settings.scoreDrift() == 0
                        ? Double.NEGATIVE_INFINITY
                        : (index - expected - settings.scoreDrift()) / error;
        add(
                Signal.SCORE_DRIFT,
                "",
                index,
                0,
                index,
                new Odds(z, -z, evidence.requests() / (double) look.plannedRequests(), 1),
                CountTest.independence(canary, baseline).pValue(),
                String.format(
                        Locale.ROOT,
                        "scores are spread differently: population stability index %.3f",
                        index));
    }

    private static double sum(long[] values) {
        double sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }

    /**
     * How far a signal is from either answer.
     *
     * @param worse standard errors beyond what is tolerated; NaN for too little data
     * @param better standard errors within what has to be excluded; NaN for too little data
     * @param seen information, in units of that at the planned look
     * @param part of the signal's share of false alarms
     * @param least p value that {@code worse} has at a planned look at least
     */
    private record Odds(double worse, double better, double seen, double part, double least) {
        Odds(double worse, double better, double seen, double part) {
            this(worse, better, seen, part, 0);
        }

        Odds notBelow(double least) {
            return new Odds(worse, better, seen, part, least);
        }
    }

    private void add(
            Signal signal,
            String subject,
            double canary,
            double baseline,
            double effect,
            Odds odds,
            double plain,
            String words) {
        double share = look.falseAlarms() * signal.part() * odds.part();
        double early = share * EARLY;
        double pEarly = valid(odds.worse(), odds.seen(), early);
        double pPlanned =
                look.planned() && !Double.isNaN(odds.worse())
                        ? Math.max(odds.least(), survival(odds.worse()))
                        : 1;
        boolean fails = pEarly <= early || pPlanned <= share * (1 - EARLY);
        boolean passes =
                !Double.isNaN(odds.better())
                        && (look.planned()
                                ? survival(odds.better()) <= PASS
                                : valid(odds.better(), odds.seen(), PASS) <= PASS);
        boolean byPlanned = look.planned() && pPlanned <= share * (1 - EARLY);
        checks.add(
                new Check(
                        signal,
                        subject,
                        fails ? Decision.FAIL : passes ? Decision.PASS : Decision.INCONCLUSIVE,
                        canary,
                        baseline,
                        effect,
                        byPlanned ? pPlanned : pEarly,
                        byPlanned ? share * (1 - EARLY) : early,
                        plain,
                        settings.required().contains(signal),
                        words));
    }

    private static double survival(double z) {
        return z == Double.POSITIVE_INFINITY
                ? 0
                : z == Double.NEGATIVE_INFINITY ? 1 : Normal.survival(z);
    }

    /** The p value that holds at every look. */
    private static double valid(double z, double seen, double alpha) {
        if (Double.isNaN(z) || z <= 0 || seen <= 0) {
            return 1;
        }
        return z == Double.POSITIVE_INFINITY
                ? 0
                : new ConfidenceSequence(1 - alpha, 1).pGreater(z, seen);
    }
}
