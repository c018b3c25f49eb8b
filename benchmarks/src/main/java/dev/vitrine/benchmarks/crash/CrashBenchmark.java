package dev.vitrine.benchmarks.crash;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.util.List;

/** {@code vitrine benchmark crash}: fifty kills of a whole server, and what they cost. */
public final class CrashBenchmark implements Benchmark {
    private static final int KILLS = 50;
    private static final int IMPORTED = 100_000;

    @Override
    public String name() {
        return "crash";
    }

    @Override
    public String description() {
        return "kill -9 of the server at random moments: what was acknowledged and is lost";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("kills", KILLS, 1, 100_000),
                new Argument.Whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Override
    public String duration() {
        return "15 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        int kills = context.arguments().whole("kills");
        long seed = context.arguments().number("seed");
        CrashReport report =
                new CrashDriver(
                                context.work(),
                                new Limits(Pinning.possible() ? "0,1" : "", 0),
                                seed,
                                context.out())
                        .run(kills, IMPORTED);
        Figures figures =
                new Figures()
                        .put("kills", report.allKills())
                        .put("acknowledgedEvents", report.acknowledgedEvents())
                        .put("lostEvents", report.lostEvents())
                        .put("duplicatedEvents", report.duplicatedEvents())
                        .put("acknowledgedProductChanges", report.acknowledgedChanges())
                        .put("lostProductChanges", report.lostChanges())
                        .put("failedRequests", report.failedRequests())
                        .put("incompleteAnswers", report.incompleteAnswers())
                        .put("survivingProcesses", report.survivors());
        put(figures, "restartSeconds", report.restartSeconds());
        put(figures, "importResumeSeconds", report.resumeSeconds());
        for (Moment moment : Moment.values()) {
            figures.put(
                    moment.name().toLowerCase(java.util.Locale.ROOT) + "Kills",
                    report.kills().getOrDefault(moment, 0));
        }
        return figures.note(
                "The demonstration shop on "
                        + (Pinning.possible() ? "2 cores" : "all cores")
                        + "; imports of "
                        + IMPORTED
                        + " events on homes of their own; restartSeconds from the start of the"
                        + " process to /health/ready, median, least and most;"
                        + " importResumeSeconds the same after a killed import, with its rest and"
                        + " the first training; the next server starts at once, whether or not a"
                        + " training of the killed one still ends; seed "
                        + seed
                        + ".");
    }

    private static void put(Figures figures, String name, List<Double> seconds) {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length > 0) {
            figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
        }
    }
}
