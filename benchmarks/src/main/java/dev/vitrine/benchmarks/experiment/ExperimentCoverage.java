package dev.vitrine.benchmarks.experiment;

import dev.vitrine.deployment.experiment.Analysis;
import dev.vitrine.deployment.experiment.AnalysisSettings;
import dev.vitrine.deployment.experiment.ArmData;
import dev.vitrine.deployment.experiment.Assignments;
import dev.vitrine.deployment.experiment.Experiment;
import dev.vitrine.deployment.experiment.Layer;
import dev.vitrine.deployment.experiment.Placement;
import dev.vitrine.kernel.statistics.PairMoments;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Do intervals hold the truth when somebody looks again and again? Many simulated experiments of
 * known truth: visitors are dealt by the real assignment, and after every batch of them the real
 * analysis is asked. Covered is an experiment whose intervals held the truth at every look.
 */
public final class ExperimentCoverage implements Benchmark {
    private static final double CONFIDENCE = .95;

    @Override
    public String name() {
        return "experiment-coverage";
    }

    @Override
    public String description() {
        return "whether intervals of experiments hold the truth at every of many looks";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("experiments", 5_000, 100, 100_000),
                new Argument.Whole("visitors", 40_000, 1_000, 10_000_000),
                new Argument.Whole("looks", 100, 1, 10_000));
    }

    @Override
    public String duration() {
        return "4 min";
    }

    @Override
    public Figures run(Context context) {
        int experiments = context.arguments().whole("experiments");
        int visitors = context.arguments().whole("visitors");
        int looks = context.arguments().whole("looks");
        Map<Scenario, Tally> tallies = new EnumMap<>(Scenario.class);
        for (Scenario scenario : Scenario.values()) {
            context.progress().start(scenario.title(), "experiments", experiments);
            Tally tally = new Tally(scenario, experiments, looks);
            for (int i = 0; i < experiments; i++) {
                tally.add(experiment(scenario, i, visitors, looks));
                context.progress().advance(i + 1);
            }
            context.progress().finish(tally.line());
            tallies.put(scenario, tally);
        }
        return figures(tallies)
                .put("experiments", (double) experiments)
                .put("looks", looks)
                .put("visitors", visitors)
                .note(note());
    }

    private static String note() {
        return "Coverage is the share of experiments in which every interval of the difference held"
                + " the truth at every look, of all treatments where there are several; coverage,"
                + " liftCoverage and fixedCoverage are the least over the kinds of metric, with the"
                + " least and the most of them. fixedCoverage is that of intervals made for a single"
                + " look, by the same people who look at each batch. widthRatio is the mean width at"
                + " the end over that of the single look's interval there, the largest over the"
                + " kinds. The visitors are those of all arms together; intervals are told half of"
                + " them as where to be tightest. detected is the share of experiments whose verdict"
                + " was ever that there is more (for the kinds without a difference: that there is"
                + " one, a false alarm), detectedAtOnce that of a single look at the end, and"
                + " visitorsToDetect the mean share of the visitors at the first such verdict, all"
                + " of them where there was none. Looks with too little to say anything count as"
                + " held; unboundedShare says how many there were.";
    }

    /** One experiment, from its first visitor to its last. */
    private static Outcome experiment(Scenario scenario, int number, int visitors, int looks) {
        int arms = scenario.arms().size();
        String name = "experiment-" + number;
        Assignments assignments =
                new Assignments(
                        0,
                        "none",
                        List.of(
                                new Layer(
                                        "all",
                                        List.of(
                                                new Experiment(
                                                        name,
                                                        scenario.title() + number,
                                                        scenario.arms(),
                                                        0,
                                                        Experiment.BUCKETS,
                                                        1)))));
        SplittableRandom random = new SplittableRandom(31L * number + scenario.ordinal());
        AnalysisSettings settings =
                new AnalysisSettings(
                        CONFIDENCE, visitors / 2.0 / arms, AnalysisSettings.USUAL_LEAST);
        Outcome outcome = new Outcome(scenario);
        PairMoments[] sums = new PairMoments[arms];
        Arrays.fill(sums, PairMoments.NONE);
        int batch = visitors / looks;
        double[][][] drawn = new double[arms][2][batch];
        double[] xy = new double[2];
        for (int look = 0; look < looks; look++) {
            int[] counts = new int[arms];
            for (int i = 0; i < batch; i++) {
                long visitor = (long) look * batch + i;
                if (assignments.placement(name, visitor) instanceof Placement.In in) {
                    int arm = in.index();
                    scenario.draw(arm, random, xy);
                    drawn[arm][0][counts[arm]] = xy[0];
                    drawn[arm][1][counts[arm]++] = xy[1];
                }
            }
            List<ArmData> data = new ArrayList<>();
            for (int arm = 0; arm < arms; arm++) {
                sums[arm] =
                        sums[arm].plus(
                                PairMoments.of(
                                        Arrays.copyOf(drawn[arm][0], counts[arm]),
                                        Arrays.copyOf(drawn[arm][1], counts[arm])));
                data.add(scenario.data(sums[arm]));
            }
            outcome.look(Analysis.of(scenario.arms(), data, settings));
        }
        return outcome;
    }

    private static Figures figures(Map<Scenario, Tally> tallies) {
        Figures figures = new Figures();
        double[] coverage = all(tallies, "coverage");
        double[] width = all(tallies, "widthRatio");
        double[] fixed = all(tallies, "fixedCoverage");
        double[] lift = all(tallies, "liftCoverage");
        figures.put("coverage", coverage[0], coverage[0], coverage[1]);
        figures.put("nominal", CONFIDENCE);
        figures.put("widthRatio", width[1], width[0], width[1]);
        figures.put("fixedCoverage", fixed[0], fixed[0], fixed[1]);
        figures.put("liftCoverage", lift[0], lift[0], lift[1]);
        tallies.forEach((scenario, tally) ->
                tally.figures()
                        .forEach((name, value) -> figures.put(name + scenario.title(), value)));
        return figures;
    }

    private static double[] all(Map<Scenario, Tally> tallies, String figure) {
        double[] sorted =
                tallies.values().stream()
                        .mapToDouble(tally -> tally.figures().getOrDefault(figure, Double.NaN))
                        .sorted()
                        .toArray();
        return new double[] {sorted[0], sorted[sorted.length - 1]};
    }
}
