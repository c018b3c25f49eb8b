package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.benchmarks.load.LoadRun;
import dev.vitrine.benchmarks.load.Wire;
import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One subject: bare runtime, plain server and product in turns, in a closed loop, in an open loop
 * at shares of the plain server's capacity, and with a single caller.
 */
final class Comparison {
    private static final int[] LOADS_PERCENT = {50, 90, 150};

    /** Connections of an open loop, so many that requests hardly ever wait for one. */
    static final int MANY = 1_000;

    private static final Duration NONE = Duration.ZERO;

    /** A server closes a connection over which nothing comes at first. */
    private static final Duration GREETING = Duration.ofMillis(200);

    private final Subject subject;
    private final InferArguments arguments;
    private final Limits limits;
    private final PrintStream out;
    private final Samples samples = new Samples();
    private int failed;

    Comparison(Subject subject, InferArguments arguments, Limits limits, PrintStream out) {
        this.subject = subject;
        this.arguments = arguments;
        this.limits = limits;
        this.out = out;
    }

    /** Measures and adds the figures. */
    void measure(Path work, Figures figures) throws IOException, InterruptedException {
        out.println(subject.text());
        Hiccups hiccups = new Hiccups();
        try (Contenders contenders = Contenders.start(subject, work, limits)) {
            warmUp(contenders);
            closed(contenders);
            open(contenders);
            single(contenders);
            samples.into(figures, subject);
            figures.put(
                    subject.figure("residentMiB"), contenders.ours().process().mostResidentMiB());
        }
        summarise(figures);
        figures.put(subject.figure("failedRequests"), failed);
        figures.put(subject.figure("hiccupP99Ms"), hiccups.p99Ms());
    }

    /**
     * An encoder is asked so seldom that the code around it would not be compiled for minutes;
     * therefore both servers answer for a model that costs next to nothing first.
     */
    private void warmUp(Contenders contenders) throws IOException, InterruptedException {
        Duration length = Duration.ofSeconds(arguments.warmup());
        int callers = arguments.connections();
        contenders.bare(cores(), Math.min(5, arguments.warmup()));
        for (Generator each :
                List.of(
                        contenders.plainEasy(callers),
                        contenders.easy().http(callers, NONE),
                        contenders.easy().grpc(callers, NONE),
                        contenders.plain(callers, NONE),
                        contenders.ours().http(callers, NONE),
                        contenders.ours().grpc(callers, NONE),
                        contenders.echo(callers),
                        contenders.grpcEcho(callers))) {
            try (each) {
                each.closed(length);
            }
        }
    }

    private static int cores() {
        return Served.LOAD_THREADS;
    }

    private void closed(Contenders contenders) throws IOException, InterruptedException {
        int callers = arguments.connections();
        try (Generator plain = contenders.plain(callers, NONE);
                Generator http = contenders.ours().http(callers, NONE);
                Generator grpc = contenders.ours().grpc(callers, NONE);
                Generator echo = contenders.echo(callers);
                Generator grpcEcho = contenders.grpcEcho(callers)) {
            for (Generator each : List.of(plain, http, grpc, echo, grpcEcho)) {
                each.closed(GREETING);
            }
            for (int round = 0; round < arguments.rounds(); round++) {
                double bare = bare(contenders);
                double plainly = served(contenders.plainProcess(), plain, "plainServer", bare);
                double overHttp = served(contenders.ours().process(), http, "http", bare);
                double overGrpc = served(contenders.ours().process(), grpc, "grpc", bare);
                double echoed = echo.closed(arguments.run()).answeredPerSecond();
                double grpcEchoed = grpcEcho.closed(arguments.run()).answeredPerSecond();
                samples.add("httpRatioToPlainServer", overHttp / plainly);
                samples.add("echoRequestsPerSecond", echoed);
                samples.add("echoRatioToHttp", echoed / overHttp);
                samples.add("grpcEchoRequestsPerSecond", grpcEchoed);
                samples.add("grpcEchoRatioToGrpc", grpcEchoed / overGrpc);
                say(
                        "closed loop: bare %.0f/s, plain %.0f/s, http %.0f/s (%.3f of bare),"
                                + " grpc %.0f/s (%.3f of bare), echoes %.0f/s and %.0f/s",
                        bare,
                        plainly,
                        overHttp,
                        overHttp / bare,
                        overGrpc,
                        overGrpc / bare,
                        echoed,
                        grpcEchoed);
            }
        }
    }

    private double bare(Contenders contenders) throws IOException {
        double before = contenders.bareProcess().processorSeconds();
        double rate = contenders.bare(cores(), arguments.seconds()).perSecond();
        double used = contenders.bareProcess().processorSeconds() - before;
        samples.add("bareRequestsPerSecond", rate);
        samples.add("bareProcessorUs", used * 1e6 / (rate * arguments.seconds()));
        return rate;
    }

    /** A closed loop against a server; what it takes of the processor is of use on any machine. */
    private double served(JavaProcess process, Generator generator, String name, double bare)
            throws InterruptedException {
        double before = process.processorSeconds();
        LoadRun run = generator.closed(arguments.run());
        double used = process.processorSeconds() - before;
        double rate = run.answeredPerSecond();
        failed += run.requests() - run.count(Wire.Outcome.ANSWERED);
        samples.add(name + "RequestsPerSecond", rate);
        samples.add(name + "RatioToBare", rate / bare);
        samples.add(name + "ProcessorUs", used * 1e6 / Math.max(1, run.requests()));
        return rate;
    }

    /** Both servers at the same rates; the same callers, who state when they give up. */
    private void open(Contenders contenders) throws IOException, InterruptedException {
        double capacity = samples.median("plainServerRequestsPerSecond");
        double peak = samples.median("httpRequestsPerSecond");
        try (Generator plain = contenders.plain(MANY, arguments.deadline());
                Generator http = contenders.ours().http(MANY, arguments.deadline())) {
            for (int round = 0; round < arguments.rounds(); round++) {
                for (int load : LOADS_PERCENT) {
                    double rate = capacity * load / 100;
                    double theirs = good(plain, rate, "plain");
                    double mine = good(http, rate, "http");
                    samples.add("plainServerGoodputAt" + load + "Percent", theirs);
                    samples.add("goodputAt" + load + "Percent", mine);
                    if (theirs > rate / 100) {
                        samples.add("plainServerGoodputRatioAt" + load + "Percent", mine / theirs);
                    }
                    if (load > 100) {
                        samples.add("goodputRatioToPeakAt" + load + "Percent", mine / peak);
                    }
                }
            }
        }
    }

    private double good(Generator generator, double rate, String who) throws InterruptedException {
        LoadRun run = generator.open(rate, arguments.run(), arguments.deadline());
        double good = run.goodPerSecond(arguments.deadlineMs());
        say(
                "open loop at %.0f/s: %s %.0f/s in time, p50 %.2f ms, p99 %.2f ms, %d refused (p99"
                        + " %.2f ms), %d expired, %d failed, %d unsent",
                rate,
                who,
                good,
                run.millis(Wire.Outcome.ANSWERED, 0.5),
                run.millis(Wire.Outcome.ANSWERED, 0.99),
                run.count(Wire.Outcome.REFUSED),
                run.millis(Wire.Outcome.REFUSED, 0.99),
                run.count(Wire.Outcome.EXPIRED),
                run.count(Wire.Outcome.FAILED),
                run.unsent());
        return good;
    }

    private void single(Contenders contenders) throws IOException, InterruptedException {
        try (Generator http = contenders.ours().http(1, NONE);
                Generator grpc = contenders.ours().grpc(1, NONE);
                Generator echo = contenders.echo(1);
                Generator grpcEcho = contenders.grpcEcho(1);
                Generator plain = contenders.plain(1, NONE)) {
            http.closed(arguments.run());
            grpc.closed(arguments.run());
            for (int round = 0; round < arguments.rounds(); round++) {
                double model = contenders.bare(1, arguments.seconds()).p50Micros();
                double echoed = p50Micros(echo);
                double plainly = p50Micros(plain);
                double overHttp = p50Micros(http);
                double grpcEchoed = p50Micros(grpcEcho);
                double overGrpc = p50Micros(grpc);
                samples.add("modelP50Us", model);
                samples.add("echoP50Us", echoed);
                samples.add("plainServerP50Us", plainly);
                samples.add("httpP50Us", overHttp);
                samples.add("overheadP50Us", overHttp - model - echoed);
                samples.add("grpcEchoP50Us", grpcEchoed);
                samples.add("grpcP50Us", overGrpc);
                samples.add("grpcOverheadP50Us", overGrpc - model - grpcEchoed);
                say(
                        "one caller, p50 in us: model %.1f; echo %.1f, plain %.1f, http %.1f (%.1f"
                                + " over model and echo); grpc echo %.1f, grpc %.1f (%.1f over)",
                        model,
                        echoed,
                        plainly,
                        overHttp,
                        overHttp - model - echoed,
                        grpcEchoed,
                        overGrpc,
                        overGrpc - model - grpcEchoed);
            }
        }
    }

    private double p50Micros(Generator generator) throws InterruptedException {
        return generator.closed(arguments.run()).millis(Wire.Outcome.ANSWERED, 0.5) * 1e3;
    }

    /** The smallest of the ratios, each a median of its rounds. */
    private void summarise(Figures figures) {
        double least = Double.MAX_VALUE;
        for (int load : LOADS_PERCENT) {
            String figure = subject.figure("plainServerGoodputRatioAt" + load + "Percent");
            least = Math.min(least, figures.values().getOrDefault(figure, Double.MAX_VALUE));
        }
        figures.put(subject.figure("plainServerGoodputRatio"), least);
    }

    private void say(String format, Object... values) {
        out.printf(Locale.ROOT, "  " + format + "%n", values);
    }
}
