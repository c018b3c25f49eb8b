package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A large model replaced again and again while it is asked at 70 % of what the server can answer.
 * Two models with different answers take turns, so that an answer shows which one gave it; the
 * artefact's hash is checked at each load. Blocks of swaps stand between windows without.
 */
public final class Hotswap implements Benchmark {
    private static final String MODEL = "swap";
    private static final int BLOCKS = 5;
    private static final int SETTLING_SWAPS = 6;
    private static final int CALLERS = 32;
    private static final double SHARE = 0.7;
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "hotswap";
    }

    @Override
    public String description() {
        return "a 200 MB model replaced 1,000 times under 70 % of saturating load";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("swaps", 1_000, BLOCKS, 100_000),
                new Argument.Whole("mib", 200, StackModel.MIB_A_LAYER, 10_000),
                new Argument.Whole("seconds", 20, 1, 600));
    }

    @Override
    public String duration() {
        return "40 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        int layers = context.arguments().whole("mib") / StackModel.MIB_A_LAYER;
        Path odd = context.work().resolve("odd.onnx");
        Path even = context.work().resolve("even.onnx");
        new StackModel(layers, 1).save(odd);
        new StackModel(layers, 2).save(even);
        List<float[]> oddAnswers = StackModel.answers(odd);
        List<float[]> evenAnswers = StackModel.answers(even);
        try (ModelServer server = ModelServer.start(context.work())) {
            ModelManifest first = server.bring(odd, MODEL).manifest();
            server.load(MODEL);
            ModelManifest second = server.bring(even, MODEL).manifest();
            server.load(MODEL);
            CheckedLoad load =
                    new CheckedLoad(
                            server.client(),
                            server.uri(),
                            MODEL,
                            version -> version % 2 == 1 ? oddAnswers : evenAnswers);
            Swaps swaps = new Swaps(server, List.of(first, second));
            Figures figures = measure(context, server, load, swaps);
            server.stop();
            return figures.note(
                    "Open loop over HTTP with binary tensors, one row a request; "
                            + ModelServer.described()
                            + "; "
                            + BLOCKS
                            + " blocks of swaps, a window without before each and after the last."
                            + " Declared is what the process took before, without its model, and"
                            + " the most that was reserved for models.");
        }
    }

    /** Registers the next version and has it loaded. */
    private static final class Swaps {
        private final ModelServer server;
        private final List<ModelManifest> turns;
        private int done;

        Swaps(ModelServer server, List<ModelManifest> turns) {
            this.server = server;
            this.turns = turns;
        }

        boolean run(int count) throws IOException, InterruptedException {
            for (int i = 0; i < count; i++) {
                server.again(turns.get(done++ % 2));
                server.load(MODEL);
            }
            return true;
        }
    }

    private static Figures measure(
            Context context, ModelServer server, CheckedLoad load, Swaps swaps)
            throws IOException, InterruptedException {
        PrintStream out = context.out();
        Duration window = Duration.ofSeconds(context.arguments().whole("seconds"));
        load.run(20, PROBE);
        double saturated = load.saturated(CALLERS, PROBE);
        double rate = SHARE * saturated;
        out.printf(Locale.ROOT, "saturated at %.0f/s, asked at %.0f/s%n", saturated, rate);
        Totals totals = new Totals();
        totals.block(() -> swaps.run(SETTLING_SWAPS), load, rate);
        totals.clear();
        double[] steady = new double[BLOCKS + 1];
        double[] swapped = new double[BLOCKS];
        steady[0] = totals.window(load, rate, window);
        double residentBefore = settled(server);
        double reservedBefore = server.gauge("vitrine_models_memory_reserved_bytes") / (1 << 20);
        int each = context.arguments().whole("swaps") / BLOCKS;
        try (Resident resident = new Resident(server);
                Hiccups hiccups = new Hiccups()) {
            double seconds = 0;
            for (int block = 0; block < BLOCKS; block++) {
                CheckedLoad.Run run = totals.block(() -> swaps.run(each), load, rate);
                seconds += run.seconds();
                swapped[block] = run.p99();
                steady[block + 1] = totals.window(load, rate, window);
                out.printf(
                        Locale.ROOT,
                        "%d swaps: p99 %.1f ms, steady %.1f ms, %.2f s a swap, %.0f MiB%n",
                        each * (block + 1),
                        swapped[block],
                        steady[block + 1],
                        run.seconds() / each,
                        server.residentMiB());
            }
            double residentAfter = settled(server);
            double declared =
                    residentBefore
                            - reservedBefore
                            + server.gauge("vitrine_models_memory_reserved_max_bytes") / (1 << 20);
            double[] ratios = new double[BLOCKS];
            for (int block = 0; block < BLOCKS; block++) {
                ratios[block] = swapped[block] / ((steady[block] + steady[block + 1]) / 2);
            }
            return new Figures()
                    .put("swaps", each * BLOCKS)
                    .put("failedRequests", totals.failed)
                    .put("mixedAnswers", totals.mixed)
                    .put("p99RatioToSteady", median(ratios), least(ratios), most(ratios))
                    .put("residentRatioAfter", residentAfter / residentBefore)
                    .put("peakRatioToDeclared", resident.most() / declared)
                    .put("steadyP99Ms", median(steady), least(steady), most(steady))
                    .put("swapP99Ms", median(swapped), least(swapped), most(swapped))
                    .put("requests", totals.requests)
                    .put("requestsPerSecond", rate)
                    .put("secondsPerSwap", seconds / (each * BLOCKS))
                    .put("residentBeforeMiB", residentBefore)
                    .put("residentAfterMiB", residentAfter)
                    .put("residentPeakMiB", resident.most())
                    .put("hiccupP99Ms", hiccups.p99Ms());
        }
    }

    private static double settled(ModelServer server) throws IOException, InterruptedException {
        Thread.sleep(SETTLE);
        return server.residentMiB();
    }

    /** What a swapping thread does. */
    private interface Work {
        boolean run() throws IOException, InterruptedException;
    }

    /** Counts over all windows and blocks. */
    private static final class Totals {
        private int requests;
        private int failed;
        private int mixed;

        void clear() {
            requests = 0;
            failed = 0;
            mixed = 0;
        }

        double window(CheckedLoad load, double rate, Duration length) throws InterruptedException {
            return add(load.run(rate, length)).p99();
        }

        CheckedLoad.Run block(Work work, CheckedLoad load, double rate)
                throws InterruptedException {
            FutureTask<Boolean> swapping = new FutureTask<>(work::run);
            Thread.ofPlatform().name("swaps").daemon().start(swapping);
            CheckedLoad.Run run = load.run(rate, () -> !swapping.isDone());
            try {
                swapping.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a swap failed", e.getCause());
            }
            return add(run);
        }

        private CheckedLoad.Run add(CheckedLoad.Run run) {
            requests += run.requests();
            failed += run.failed();
            mixed += run.mixed();
            return run;
        }
    }

    /** Watches how much memory is resident. */
    private static final class Resident implements AutoCloseable {
        private final ModelServer server;
        private final Thread thread;
        private volatile boolean closed;
        private volatile double most;

        Resident(ModelServer server) {
            this.server = server;
            this.thread = Thread.ofPlatform().name("resident").daemon().start(this::watch);
        }

        private void watch() {
            try {
                while (!closed) {
                    most = Math.max(most, server.residentMiB());
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                most = Double.NaN; // A peak that was not watched to the end is none.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        double most() {
            return most;
        }

        @Override
        public void close() {
            closed = true;
            thread.interrupt();
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static double least(double[] values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    static double most(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }
}
