package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.benchmarks.load.LoadRun;
import dev.vitrine.benchmarks.load.Wire;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Arguments;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * {@code vitrine benchmark overload}: many times the load that an encoder can bear, from callers
 * who state how long an answer is of use, and what comes after it.
 */
public final class Overload implements Benchmark {
    private static final Subject SUBJECT = Subject.ENCODER_12;

    /**
     * Callers who ask again when they are answered: the peak is what the best number of them gets.
     * Few leave a core idle between two answers, many wait.
     */
    private static final List<Integer> CALLERS = List.of(4, 8, 16);

    private static final Duration PEAK = Duration.ofSeconds(8);

    private static final Duration AFTERWARDS = Duration.ofSeconds(10);
    private static final double AFTERWARDS_LOAD = 0.5;

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String description() {
        return "ten times the load that a 12-layer encoder bears, and what comes after it";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                whole("seconds", 60),
                whole("rounds", 5),
                whole("warmup", 20),
                whole("factor", 10),
                whole("deadline", 500));
    }

    private static Argument whole(String name, long otherwise) {
        return new Argument.Whole(name, otherwise, 1, 1_000_000);
    }

    @Override
    public String duration() {
        return "10 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        Limits limits = new Limits(Pinning.shareCores(), 0);
        Path model = context.work().resolve(SUBJECT.model() + ".onnx");
        SUBJECT.graph().save(model);
        Figures figures = new Figures();
        Samples samples = new Samples();
        Hiccups hiccups = new Hiccups();
        try (Served served = Served.start(SUBJECT, model, context.work(), limits)) {
            measure(served, context.arguments(), samples, context.out());
            samples.into(figures, SUBJECT);
            figures.put("mostResidentMiB", served.process().mostResidentMiB());
        }
        return figures.put("hiccupP99Ms", hiccups.p99Ms()).note(notes(context.arguments(), limits));
    }

    private static void measure(
            Served served, Arguments arguments, Samples samples, PrintStream out)
            throws IOException, InterruptedException {
        Duration deadline = Duration.ofMillis(arguments.number("deadline"));
        Duration length = Duration.ofSeconds(arguments.number("seconds"));
        double most = deadline.toMillis();
        try (Generator crowd = served.http(Comparison.MANY, deadline)) {
            closed(served, CALLERS.getLast(), deadline, arguments.number("warmup"));
            for (int round = 0; round < arguments.whole("rounds"); round++) {
                double peak = peak(served, deadline, samples);
                if (peak == 0) {
                    throw new IllegalStateException(
                            "not one answer within "
                                    + deadline.toMillis()
                                    + " ms without overload"
                                    + (round > 0 ? ", after the overload before" : ""));
                }
                double before = served.process().residentMiB();
                LoadRun run =
                        crowd.open(
                                List.of(
                                        new Generator.Step(
                                                peak * arguments.number("factor"), length),
                                        new Generator.Step(peak * AFTERWARDS_LOAD, AFTERWARDS)),
                                deadline);
                double good = run.goodPerSecond(0, length.toSeconds(), most);
                double recovery = run.lastNotGoodSeconds(most) - length.toSeconds();
                samples.add("peakRequestsPerSecond", peak);
                samples.add("goodputPerSecond", good);
                samples.add("goodputRatio", good / peak);
                samples.add("acceptedP50Ms", run.millis(Wire.Outcome.ANSWERED, 0.5));
                samples.add("acceptedP99Ms", run.millis(Wire.Outcome.ANSWERED, 0.99));
                samples.add("refusalP50Ms", run.millis(Wire.Outcome.REFUSED, 0.5));
                samples.add("refusalP99Ms", run.millis(Wire.Outcome.REFUSED, 0.99));
                samples.add("recoverySeconds", Math.max(0, recovery));
                samples.add("residentGrowth", served.process().residentMiB() / before);
                samples.add("refusedRequests", run.count(Wire.Outcome.REFUSED));
                samples.add("expiredRequests", run.count(Wire.Outcome.EXPIRED));
                samples.add("unsentRequests", run.unsent());
                samples.add("failedRequests", run.count(Wire.Outcome.FAILED));
                say(out, run, peak, good, recovery);
            }
        }
    }

    /** What callers in a closed loop get in time, with the best number of them. */
    private static double peak(Served served, Duration deadline, Samples samples)
            throws IOException, InterruptedException {
        double peak = 0;
        for (int callers : CALLERS) {
            double good = closed(served, callers, deadline, PEAK.toSeconds());
            samples.add("requestsPerSecondOf" + callers + "Callers", good);
            peak = Math.max(peak, good);
        }
        return peak;
    }

    private static double closed(Served served, int callers, Duration deadline, long seconds)
            throws IOException, InterruptedException {
        try (Generator generator = served.http(callers, deadline)) {
            return generator.closed(Duration.ofSeconds(seconds)).goodPerSecond(deadline.toMillis());
        }
    }

    private static void say(
            PrintStream out, LoadRun run, double peak, double good, double recovery) {
        out.printf(
                Locale.ROOT,
                "  peak %.1f/s, in time under load %.1f/s (%.3f); accepted p99 %.1f ms; %d refused"
                        + " (p50 %.2f ms, p99 %.2f ms), %d expired, %d failed, %d unsent; recovered"
                        + " after %.2f s%n",
                peak,
                good,
                good / peak,
                run.millis(Wire.Outcome.ANSWERED, 0.99),
                run.count(Wire.Outcome.REFUSED),
                run.millis(Wire.Outcome.REFUSED, 0.5),
                run.millis(Wire.Outcome.REFUSED, 0.99),
                run.count(Wire.Outcome.EXPIRED),
                run.count(Wire.Outcome.FAILED),
                run.unsent(),
                recovery);
    }

    private static String notes(Arguments arguments, Limits limits) {
        return String.format(
                Locale.ROOT,
                "A 12-layer encoder 384 wide, 64 tokens; medians of %d rounds of %d s at %d times"
                        + " the peak, which is the best of %s callers in a closed loop of %d s"
                        + " each before every round; callers state %d ms as their timeout and times"
                        + " are taken by them; %s. recoverySeconds: from the end"
                        + " of the load to the last request at half the peak that was not answered"
                        + " in time. residentGrowth: resident memory after the load over before.",
                arguments.number("rounds"),
                arguments.number("seconds"),
                arguments.number("factor"),
                CALLERS.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                PEAK.toSeconds(),
                arguments.number("deadline"),
                limits.cores().isEmpty()
                        ? "not pinned"
                        : "server on cores " + limits.cores() + ", callers on the others");
    }
}
