package dev.vitrine.benchmarks.factors;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.JudgeSettings;
import dev.vitrine.training.evaluation.PublicFiles;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.evaluation.Report;
import dev.vitrine.training.evaluation.TopNSplit;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Implicit ALS on gowalla: seconds of the fit and quality of the ranking, with Spark MLlib's ALS
 * beside it where that peer was built. Both have rank 128 and 16 iterations, the same cores, and
 * data in memory; fits are interleaved.
 */
public final class GowallaIals implements Benchmark {
    /** Chosen on held-out training rows, see docs/decisions/007. */
    static final FactorSettings SETTINGS = new FactorSettings(128, 16, 0.01, 0.005, 1, 0.1, 1);

    @Override
    public String name() {
        return "gowalla-ials";
    }

    @Override
    public String description() {
        return "implicit ALS on gowalla, rank 128, 16 iterations: quality, and time of the fit"
                + " beside Spark MLlib";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("runs", 5, 1, 999),
                new Argument.Whole("threads", Runtime.getRuntime().availableProcessors(), 1, 999));
    }

    @Override
    public String duration() {
        return "1 min; with the Spark peer 15 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        int runs = context.arguments().whole("runs");
        int threads = context.arguments().whole("threads");
        Path folder = context.data().resolve("gowalla");
        TopNSplit split = PublicFiles.topN("gowalla", folder);
        SparkPeer peer = new SparkPeer(threads);
        Path factors = Files.createDirectories(context.work().resolve("spark"));

        double[] ours = new double[runs];
        double[] theirs = new double[runs];
        FactorModel model = fit(split, threads, context.progress());
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            model = fit(split, threads, context.progress());
            ours[run] = (System.nanoTime() - start) * 1e-9;
            context.out().printf("ours: %.2f s%n", ours[run]);
            if (peer.built()) {
                theirs[run] = peer.fit(folder.resolve("train.txt.gz"), factors);
                context.out().printf("Spark: %.2f s%n", theirs[run]);
            }
        }
        Figures figures = new Figures();
        Report report = judge(Recommender.of(model), split, threads, context.progress());
        figures.put("recallAt20", report.figure("recallAt20"));
        figures.put("ndcgAt20", report.figure("ndcgAt20"));
        put(figures, "trainSeconds", ours);
        figures.put("threads", threads);
        if (peer.built()) {
            Recommender spark = SparkFactors.read(factors, split);
            report = judge(spark, split, threads, context.progress());
            figures.put("sparkRecallAt20", report.figure("recallAt20"));
            figures.put("sparkNdcgAt20", report.figure("ndcgAt20"));
            put(figures, "sparkSeconds", theirs);
            double[] ratios = new double[runs];
            Arrays.setAll(ratios, run -> ours[run] / theirs[run]);
            put(figures, "timeRatioToSpark", ratios);
            figures.note(peer.settings());
        } else {
            figures.note("Without the peer, which is not built: " + SparkPeer.BUILD_COMMAND + ".");
        }
        return figures.note("One fit before the timed ones warms up the JVM; only fits are timed.");
    }

    private static FactorModel fit(TopNSplit split, int threads, Progress progress) {
        try (ParallelBlocks parallel = new ParallelBlocks(threads)) {
            return ImplicitFactors.fit(split.train(), SETTINGS, parallel, progress);
        }
    }

    private static Report judge(
            Recommender recommender, TopNSplit split, int threads, Progress progress) {
        return new Judge(JudgeSettings.of(threads), progress)
                .judge(recommender, split.questions(), ItemCounts.of(split.train()));
    }

    private static void put(Figures figures, String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
