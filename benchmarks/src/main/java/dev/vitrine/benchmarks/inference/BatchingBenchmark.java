package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.inference.batch.BatchLimit;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * {@code vitrine benchmark batching}: the policy that learns how many requests share a run beside
 * always and never sharing one, from one client to far beyond saturation. In process, on two cores,
 * through the turns and queues that the server uses, with requests of a hundred rows and of one;
 * each client asks again once it has its answer.
 */
public final class BatchingBenchmark implements Benchmark {
    private static final List<Subject> SUBJECTS =
            List.of(
                    Subject.RANKER_ROW,
                    Subject.RANKER_SMALL,
                    Subject.RANKER,
                    Subject.ENCODER_6_SHORT,
                    Subject.ENCODER_6,
                    Subject.ENCODER_12);

    /** How many of them are measured when none is named; the last takes long and is asked for. */
    private static final int UNASKED = 5;

    /** Clients for each turn; the first load is a single client, whatever the turns. */
    private static final int[] CLIENTS_PER_TURN = {1, 2, 4, 16};

    /** What always sharing puts together at most, as servers are usually set up. */
    private static final int MOST_REQUESTS = 32;

    /** What the policy that learns may put together, as in the server. */
    private static final int MOST_ROWS = 1_024;

    /** Models that take milliseconds need more time until all clients have asked often enough. */
    private static final Set<Subject> SLOW =
            EnumSet.of(Subject.ENCODER_6_SHORT, Subject.ENCODER_6, Subject.ENCODER_12);

    private static final int SLOW_TIMES = 2;

    /** Answers later than this many times the better p99 do not count. */
    private static final double BOUND = 1.5;

    @Override
    public String name() {
        return "batching";
    }

    @Override
    public String description() {
        return "learned batching beside always and never, from one client to saturation";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("seconds", 1, 1, 600),
                new Argument.Whole("rounds", 5, 1, 100),
                new Argument.Whole("warmup", 6, 1, 600),
                new Argument.Whole("model", 0, 0, SUBJECTS.size()));
    }

    @Override
    public String duration() {
        return "11 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        boolean pinned = Pinning.possible() && Runtime.getRuntime().availableProcessors() > 1;
        if (pinned) {
            Pinning.moveTo("0,1");
        }
        Figures figures = new Figures();
        int turns = Turns.fitting();
        int only = context.arguments().whole("model");
        List<Subject> subjects =
                only == 0 ? SUBJECTS.subList(0, UNASKED) : SUBJECTS.subList(only - 1, only);
        double worst = Double.MAX_VALUE;
        Hiccups hiccups = new Hiccups();
        for (Subject subject : subjects) {
            worst = Math.min(worst, new Table(context, subject, turns).measure(figures));
        }
        figures.put("worstRatioToBest", worst).put("hiccupP99Ms", hiccups.p99Ms());
        return figures.note(
                String.format(
                        Locale.ROOT,
                        "In process, %s, through the turns and queues of the server, with %d turns;"
                                + " medians of %d interleaved rounds of %d s for each policy,"
                                + " twice that for encoders."
                                + " Clients are virtual threads that ask again once a thread has"
                                + " woken them, as that of a network would. Answers a"
                                + " second count within %.1f times the better p99 of always and"
                                + " never, which are medians of the rounds; the ratio of a round is"
                                + " that to the one of the two that is better in the median. Always"
                                + " puts up to %d waiting requests together. hiccupP99Ms: of a"
                                + " thread on the same cores, which the load keeps busy.",
                        pinned ? "pinned to 2 cores" : "not pinned",
                        turns,
                        context.arguments().whole("rounds"),
                        context.arguments().whole("seconds"),
                        BOUND,
                        MOST_REQUESTS));
    }

    /** How requests share runs. */
    private enum Policy {
        LEARNED,
        ALWAYS,
        NEVER;

        BatchQueue queue(long rows) {
            return switch (this) {
                case LEARNED -> new BatchQueue(new BatchLimit(MOST_ROWS), true);
                case ALWAYS -> new BatchQueue(BatchLimit.fixed(MOST_REQUESTS * rows), true);
                case NEVER -> new BatchQueue(new BatchLimit(1), false);
            };
        }

        String figure() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the rounds of one load found for each policy. */
    private static final class Load {
        private final int clients;
        private final Map<Policy, List<QueueClients.Ran>> rounds = new EnumMap<>(Policy.class);

        Load(int clients) {
            this.clients = clients;
        }

        void add(Policy policy, QueueClients.Ran round) {
            rounds.computeIfAbsent(policy, first -> new ArrayList<>()).add(round);
        }

        List<QueueClients.Ran> of(Policy policy) {
            return Objects.requireNonNull(rounds.get(policy));
        }

        private double median(Policy policy, ToDoubleFunction<QueueClients.Ran> figure) {
            double[] sorted = of(policy).stream().mapToDouble(figure).sorted().toArray();
            int half = sorted.length / 2;
            return (sorted[half] + sorted[sorted.length - 1 - half]) / 2;
        }

        /** The median answers a second within one bound for all. */
        private double perSecond(Policy policy, long bound) {
            return median(policy, round -> round.perSecond(bound));
        }

        /** One hiccup of the machine decides neither the bound nor which of the two is better. */
        void into(Samples samples, String suffix) {
            long bound =
                    (long)
                            (BOUND
                                    * Math.min(
                                            median(Policy.ALWAYS, round -> round.nanos(.99)),
                                            median(Policy.NEVER, round -> round.nanos(.99))));
            boolean never = perSecond(Policy.NEVER, bound) > perSecond(Policy.ALWAYS, bound);
            List<QueueClients.Ran> best = of(never ? Policy.NEVER : Policy.ALWAYS);
            List<QueueClients.Ran> learned = of(Policy.LEARNED);
            for (int round = 0; round < learned.size(); round++) {
                for (Policy policy : Policy.values()) {
                    QueueClients.Ran ran = of(policy).get(round);
                    samples.add(policy.figure() + "PerSecond" + suffix, ran.perSecond(bound));
                    samples.add(policy.figure() + "P50Ms" + suffix, ran.nanos(.5) / 1e6);
                    samples.add(policy.figure() + "P99Ms" + suffix, ran.nanos(.99) / 1e6);
                }
                QueueClients.Ran ran = learned.get(round);
                samples.add(
                        "ratioToBest" + suffix,
                        ran.perSecond(bound) / best.get(round).perSecond(bound));
                if (clients == 1) {
                    double alone = of(Policy.NEVER).get(round).nanos(.5);
                    samples.add("p50RatioToNever" + suffix, ran.nanos(.5) / alone);
                }
            }
        }
    }

    /** All loads of one model. */
    private static final class Table {
        private final PrintStream out;
        private final int rounds;
        private final double seconds;
        private final double warmup;
        private final Subject subject;
        private final Path model;
        private final int turns;

        Table(Context context, Subject subject, int turns) throws IOException {
            this.out = context.out();
            this.rounds = context.arguments().whole("rounds");
            this.seconds =
                    context.arguments().whole("seconds")
                            * (SLOW.contains(subject) ? SLOW_TIMES : 1);
            this.warmup = context.arguments().whole("warmup");
            this.subject = subject;
            this.turns = turns;
            this.model = context.work().resolve(subject.model() + ".onnx");
            subject.graph().save(model);
        }

        /** The worst ratio of this model. */
        double measure(Figures figures) throws InterruptedException {
            out.println(subject.text());
            List<Load> loads = new ArrayList<>();
            loads.add(new Load(1));
            for (int each : CLIENTS_PER_TURN) {
                if (each * turns > 1) {
                    loads.add(new Load(each * turns));
                }
            }
            try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT);
                    Turns shared =
                            new Turns(new Turns.Bounds(turns, 1_024, 1L << 30), System::nanoTime);
                    QueueClients clients = new QueueClients(shared, session, subject)) {
                Map<Policy, BatchQueue> queues = new EnumMap<>(Policy.class);
                for (Policy policy : Policy.values()) {
                    queues.put(policy, policy.queue(clients.rows()));
                }
                for (BatchQueue queue : queues.values()) {
                    clients.run(queue, loads.getLast().clients, warmup / queues.size());
                }
                List<Policy> order = new ArrayList<>(queues.keySet());
                for (int round = 0; round < rounds; round++) {
                    Collections.rotate(order, 1);
                    for (Load load : loads) {
                        round(clients, queues, order, load);
                    }
                }
            }
            return summary(figures, loads);
        }

        /** One after another, so that all meet the same machine. */
        private void round(
                QueueClients clients, Map<Policy, BatchQueue> queues, List<Policy> order, Load load)
                throws InterruptedException {
            for (Policy policy : order) {
                BatchQueue queue = Objects.requireNonNull(queues.get(policy));
                load.add(policy, clients.run(queue, load.clients, seconds));
            }
        }

        /** What the names of the figures of a load end with: {@code RankerSmallAt4}. */
        private String suffix(Load load) {
            StringBuilder name = new StringBuilder();
            for (String part : subject.model().split("-")) {
                name.append(part.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(part.substring(1));
            }
            return name + "At" + load.clients;
        }

        private double summary(Figures figures, List<Load> loads) {
            Samples samples = new Samples();
            double worst = Double.MAX_VALUE;
            out.println("  clients   learned/s    always/s     never/s   ratio   p99 ms of each");
            for (Load load : loads) {
                String of = suffix(load);
                load.into(samples, of);
                double ratio = samples.median("ratioToBest" + of);
                worst = Math.min(worst, ratio);
                out.printf(
                        Locale.ROOT,
                        "  %7d %11.0f %11.0f %11.0f   %.3f   %.2f %.2f %.2f%n",
                        load.clients,
                        samples.median("learnedPerSecond" + of),
                        samples.median("alwaysPerSecond" + of),
                        samples.median("neverPerSecond" + of),
                        ratio,
                        samples.median("learnedP99Ms" + of),
                        samples.median("alwaysP99Ms" + of),
                        samples.median("neverP99Ms" + of));
            }
            samples.into(figures);
            return worst;
        }
    }
}
