package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * How soon the demonstration shop answers: from nothing, and again on a home directory that was
 * stopped, or killed. Ready means a 200 from {@code /health/ready}; time counts from the start of
 * the process. Restarts after kills come first, while no snapshot of the state was written yet and
 * all events must be replayed.
 */
public final class StartBenchmark implements Benchmark {
    private static final int RESTARTS = 5;
    private static final String CORES = "0,1";
    private static final Duration MOST = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "seconds until the demonstration shop is ready: first, after a stop, after a kill";
    }

    @Override
    public String duration() {
        return "2 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        Path home = context.work().resolve("home");
        Path output = context.work().resolve("server.log");
        Limits limits = new Limits(CORES, 0);
        double first;
        try (ServerProcess server = ServerProcess.start(home, limits, output)) {
            first = server.awaitReady(MOST);
            server.kill();
        }
        context.out().printf("first start: ready after %.2f s%n", first);
        double[] killed = new double[RESTARTS];
        for (int i = 0; i < RESTARTS; i++) {
            try (ServerProcess server = ServerProcess.start(home, limits, output)) {
                killed[i] = server.awaitReady(MOST);
                server.kill();
            }
            context.out().printf("after a kill: ready after %.2f s%n", killed[i]);
        }
        try (ServerProcess server = ServerProcess.start(home, limits, output)) {
            server.awaitReady(MOST);
            server.stop();
        }
        double[] stopped = new double[RESTARTS];
        for (int i = 0; i < RESTARTS; i++) {
            try (ServerProcess server = ServerProcess.start(home, limits, output)) {
                stopped[i] = server.awaitReady(MOST);
                server.stop();
            }
            context.out().printf("after a stop: ready after %.2f s%n", stopped[i]);
        }
        Figures figures = new Figures().put("upDemoSeconds", first);
        put(figures, "restartReadySeconds", stopped);
        put(figures, "restartAfterKillReadySeconds", killed);
        return figures.note(
                "From the start of the process to /health/ready, built before;"
                        + (Pinning.possible()
                                ? " pinned to 2 cores;"
                                : " not pinned, for want of taskset;")
                        + " medians of "
                        + RESTARTS
                        + " restarts; those after a kill replay the whole log.");
    }

    private static void put(Figures figures, String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
