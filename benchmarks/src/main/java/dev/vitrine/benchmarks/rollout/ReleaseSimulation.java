package dev.vitrine.benchmarks.rollout;

import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * {@code vitrine benchmark release-simulation}: registry, nodes and controllers under every fault,
 * ten thousand times, and every broken version of the protocol until it is caught. {@code
 * first=SEED seeds=1} replays one seed and prints what it violates.
 */
public final class ReleaseSimulation implements Benchmark {
    private static final String FIRST = "first";
    private static final String SEEDS = "seeds";
    private static final int ALL = 10_000;
    private static final int BLOCK = 100;
    private static final int THREADS = 2;
    private static final int SHOWN = 20;

    @Override
    public String name() {
        return "release-simulation";
    }

    @Override
    public String description() {
        return "rollouts simulated with crashes, partitions, clock jumps: what is promised holds";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole(FIRST, 1, Long.MIN_VALUE, Long.MAX_VALUE - ALL),
                new Argument.Whole(SEEDS, ALL, 1, 10_000_000));
    }

    @Override
    public String duration() {
        return "3 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        long first = context.arguments().number(FIRST);
        int seeds = context.arguments().whole(SEEDS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Tally tally = Tally.NONE;
            for (int from = 0; from < seeds; from += BLOCK * THREADS) {
                for (Seed seed : simulate(threads, first + from, seeds - from, Broken.NOT)) {
                    tally = tally.plus(seed.outcome());
                    if (!seed.outcome().violations().isEmpty() && tally.violations() <= SHOWN) {
                        print(context.out(), seed);
                    }
                }
            }
            Figures figures =
                    new Figures()
                            .put("seeds", seeds)
                            .put("violations", tally.violations())
                            .put("broken", 0)
                            .put("brokenCaught", 0)
                            .put("switches", tally.decisions())
                            .put("rollbacks", tally.rollbacks())
                            .put("answers", tally.answers());
            catchBroken(context, threads, first, seeds, figures);
            return figures.note(
                    "Violations are seeds in which something that is promised did not hold."
                            + " BrokenCaught are versions of the protocol with one thing left out"
                            + " that violate something within the same seeds, of broken;"
                            + " mostSeedsToCatch is how many the hardest of them took.");
        }
    }

    private static void catchBroken(
            Context context, ExecutorService threads, long first, int seeds, Figures figures)
            throws Exception {
        int caught = 0;
        long most = 0;
        List<Broken> all = Arrays.stream(Broken.values()).filter(b -> b != Broken.NOT).toList();
        for (Broken broken : all) {
            long found = -1;
            for (int from = 0; from < seeds && found < 0; from += BLOCK * THREADS) {
                for (Seed seed : simulate(threads, first + from, seeds - from, broken)) {
                    if (!seed.outcome().violations().isEmpty()) {
                        found = seed.seed() - first + 1;
                        context.out()
                                .println(
                                        broken
                                                + ": caught by seed "
                                                + seed.seed()
                                                + ": "
                                                + seed.outcome().violations().getFirst());
                        break;
                    }
                }
            }
            if (found < 0) {
                context.out().println(broken + ": not caught");
            } else {
                caught++;
                most = Math.max(most, found);
            }
        }
        figures.put("broken", all.size()).put("brokenCaught", caught).put("mostSeedsToCatch", most);
    }

    private static void print(PrintStream out, Seed seed) {
        out.println(
                "seed "
                        + seed.seed()
                        + " (vitrine benchmark release-simulation first="
                        + seed.seed()
                        + " seeds=1)");
        seed.outcome().violations().forEach(violation -> out.println("  " + violation));
    }

    private record Seed(long seed, ReleaseWorld.Outcome outcome) {}

    /** Sums over seeds; violations are seeds that have one. */
    private record Tally(long violations, long answers, long decisions, long rollbacks) {
        static final Tally NONE = new Tally(0, 0, 0, 0);

        Tally plus(ReleaseWorld.Outcome outcome) {
            return new Tally(
                    violations + (outcome.violations().isEmpty() ? 0 : 1),
                    answers + outcome.answers(),
                    decisions + outcome.decisions(),
                    rollbacks + outcome.rollbacks());
        }
    }

    /** At most a block for each thread, in order. */
    private static List<Seed> simulate(ExecutorService threads, long first, int left, Broken broken)
            throws Exception {
        int count = Math.min(left, BLOCK * THREADS);
        int block = (count + THREADS - 1) / THREADS;
        List<Callable<List<Seed>>> blocks = new ArrayList<>();
        for (int from = 0; from < count; from += block) {
            long begin = first + from;
            long end = first + Math.min(count, from + block);
            blocks.add(() ->
                    LongStream.range(begin, end)
                            .mapToObj(s -> new Seed(s, ReleaseWorld.run(s, broken)))
                            .toList());
        }
        List<Seed> seeds = new ArrayList<>();
        for (Future<List<Seed>> future : threads.invokeAll(blocks)) {
            seeds.addAll(future.get());
        }
        return seeds;
    }
}
