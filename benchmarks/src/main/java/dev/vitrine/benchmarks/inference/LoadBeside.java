package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One model asked at 70 % of what the server can answer, while a second, large one is loaded and
 * unloaded without a pause; windows with and without that take turns.
 */
public final class LoadBeside implements Benchmark {
    private static final int SERVED_LAYERS = 10;
    private static final double SHARE = 0.7;
    private static final int CALLERS = 32;
    private static final Duration PROBE = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "load-beside";
    }

    @Override
    public String description() {
        return "p99 of one model while a second of 400 MB is loaded, over its p99 without";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("mib", 400, StackModel.MIB_A_LAYER, 10_000),
                new Argument.Whole("windows", 15, 5, 100),
                new Argument.Whole("seconds", 20, 1, 600));
    }

    @Override
    public String duration() {
        return "12 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        Path served = context.work().resolve("served.onnx");
        Path large = context.work().resolve("large.onnx");
        new StackModel(SERVED_LAYERS, 1).save(served);
        new StackModel(context.arguments().whole("mib") / StackModel.MIB_A_LAYER, 2).save(large);
        List<float[]> answers = StackModel.answers(served);
        try (ModelServer server = ModelServer.start(context.work())) {
            server.bring(served, "served");
            server.load("served");
            server.bring(large, "large");
            CheckedLoad load =
                    new CheckedLoad(server.client(), server.uri(), "served", v -> answers);
            Figures figures = measure(context, server, load);
            server.stop();
            return figures.note(
                    "Open loop over HTTP with binary tensors at 70 % of saturating load; "
                            + ModelServer.described()
                            + "; the model served has "
                            + SERVED_LAYERS * StackModel.MIB_A_LAYER
                            + " MiB; its hash is checked at each load of the large one.");
        }
    }

    private static Figures measure(Context context, ModelServer server, CheckedLoad load)
            throws IOException, InterruptedException {
        Duration window = Duration.ofSeconds(context.arguments().whole("seconds"));
        int windows = context.arguments().whole("windows");
        load.run(20, PROBE);
        double rate = SHARE * load.saturated(CALLERS, PROBE);
        beside(server, load, rate, PROBE); // so that the code of loading is compiled before
        double[] ratios = new double[windows];
        double[] alone = new double[windows];
        double[] beside = new double[windows];
        int failed = 0;
        int loads = 0;
        try (Hiccups hiccups = new Hiccups()) {
            for (int i = 0; i < windows; i++) {
                CheckedLoad.Run without = load.run(rate, window);
                Beside with = beside(server, load, rate, window);
                loads += with.loads();
                failed += without.failed() + without.mixed();
                failed += with.run().failed() + with.run().mixed();
                alone[i] = without.p99();
                beside[i] = with.run().p99();
                ratios[i] = beside[i] / alone[i];
                context.out()
                        .printf(
                                Locale.ROOT,
                                "p99 %.1f ms alone, %.1f ms beside %d loads; p50 %.1f and %.1f%n",
                                alone[i],
                                beside[i],
                                with.loads(),
                                without.p50(),
                                with.run().p50());
            }
            return new Figures()
                    .put(
                            "p99Ratio",
                            Hotswap.median(ratios),
                            Hotswap.least(ratios),
                            Hotswap.most(ratios))
                    .put(
                            "aloneP99Ms",
                            Hotswap.median(alone),
                            Hotswap.least(alone),
                            Hotswap.most(alone))
                    .put(
                            "besideP99Ms",
                            Hotswap.median(beside),
                            Hotswap.least(beside),
                            Hotswap.most(beside))
                    .put("failedRequests", failed)
                    .put("loads", loads)
                    .put("requestsPerSecond", rate)
                    .put("hiccupP99Ms", hiccups.p99Ms());
        }
    }

    /** A run during which a model was loaded and unloaded again and again. */
    private record Beside(CheckedLoad.Run run, int loads) {}

    private static Beside beside(ModelServer server, CheckedLoad load, double rate, Duration length)
            throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        FutureTask<Integer> loading =
                new FutureTask<>(() -> {
                    int done = 0;
                    for (; System.nanoTime() < end; done++) {
                        server.load("large");
                        server.unload("large");
                    }
                    return done;
                });
        Thread.ofPlatform().name("loads").daemon().start(loading);
        CheckedLoad.Run run = load.run(rate, () -> !loading.isDone());
        return new Beside(run, get(loading));
    }

    private static int get(FutureTask<Integer> loading) throws InterruptedException {
        try {
            return loading.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a load failed", e.getCause());
        }
    }
}
