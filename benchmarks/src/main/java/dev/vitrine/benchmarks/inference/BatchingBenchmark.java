package dev.vitrine.benchmarks.inference;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * {@code vitrine benchmark batching}: the policy that learns how many requests share a run beside
 * always and never sharing one, from one client to far beyond saturation. In process, through the
 * turns and queues that the server uses; each client asks again as soon as it has its answer.
 */
public final class BatchingBenchmark implements Benchmark {
    private static final List<Subject> SUBJECTS =
            List.of(Subject.RANKER_SMALL, Subject.RANKER, Subject.ENCODER_6);

    /** Clients for each turn; the first load is a single client, whatever the turns. */
    private static final int[] CLIENTS_PER_TURN = {1, 2, 4, 8, 16};

    /** What always sharing puts together at most, as servers are usually set up. */
    private static final int MOST_REQUESTS = 32;

    /** What the policy that learns may put together, as in the server. */
    private static final int MOST_ROWS = 1_024;

    /** Seconds for which a policy runs until another has its turn. */
    private static final double SLICE = 0.5;

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
                new Argument.Whole("seconds", 3, 1, 600),
                new Argument.Whole("rounds", 5, 1, 100),
                new Argument.Whole("warmup", 10, 1, 600));
    }

    @Override
    public String duration() {
        return "20 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        Figures figures = new Figures();
        int turns = Turns.fitting();
        double worst = Double.MAX_VALUE;
        for (Subject subject : SUBJECTS) {
            worst = Math.min(worst, new Table(context, subject, turns).measure(figures));
        }
        figures.put("worstRatioToBest", worst);
        return figures.note(
                String.format(
                        Locale.ROOT,
                        "In process, through the turns and queues of the server, with %d turns;"
                                + " medians of %d interleaved rounds of %d s. Clients ask again at"
                                + " once. Answers a second count within %.1f times the better p99"
                                + " of always and never in the same round; always puts up to %d"
                                + " waiting requests together.",
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
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
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
        private final Samples samples = new Samples();

        Table(Context context, Subject subject, int turns) throws IOException {
            this.out = context.out();
            this.rounds = context.arguments().whole("rounds");
            this.seconds = context.arguments().whole("seconds");
            this.warmup = context.arguments().whole("warmup");
            this.subject = subject;
            this.turns = turns;
            this.model = context.work().resolve(subject.model() + ".onnx");
            subject.graph().save(model);
        }

        /** The worst ratio of this model. */
        double measure(Figures figures) throws InterruptedException {
            out.println(subject.text());
            List<Integer> loads = new ArrayList<>();
            loads.add(1);
            for (int each : CLIENTS_PER_TURN) {
                if (each * turns > 1) {
                    loads.add(each * turns);
                }
            }
            try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT);
                    Turns shared =
                            new Turns(new Turns.Bounds(turns, 1_024, 1L << 30), System::nanoTime)) {
                QueueClients clients = new QueueClients(shared, session, subject);
                Map<Policy, BatchQueue> queues = new LinkedHashMap<>();
                for (Policy policy : Policy.values()) {
                    queues.put(policy, policy.queue(clients.rows()));
                }
                for (BatchQueue queue : queues.values()) {
                    clients.run(queue, loads.getLast(), warmup / queues.size());
                }
                for (int round = 0; round < rounds; round++) {
                    for (int load : loads) {
                        round(clients, queues, load);
                    }
                }
            }
            return summary(figures, loads);
        }

        /** In short slices by turns, so that all meet the same machine. */
        private void round(QueueClients clients, Map<Policy, BatchQueue> queues, int load)
                throws InterruptedException {
            Map<Policy, QueueClients.Ran> ran = new LinkedHashMap<>();
            List<Policy> order = new ArrayList<>(queues.keySet());
            int slices = (int) Math.max(1, seconds / SLICE);
            for (int slice = 0; slice < slices; slice++) {
                Collections.rotate(order, 1);
                for (Policy policy : order) {
                    BatchQueue queue = Objects.requireNonNull(queues.get(policy));
                    ran.merge(
                            policy,
                            clients.run(queue, load, seconds / slices),
                            QueueClients.Ran::and);
                }
            }
            QueueClients.Ran always = Objects.requireNonNull(ran.get(Policy.ALWAYS));
            QueueClients.Ran never = Objects.requireNonNull(ran.get(Policy.NEVER));
            long bound = (long) (BOUND * Math.min(always.nanos(.99), never.nanos(.99)));
            String at = prefix(load);
            ran.forEach((policy, result) -> {
                samples.add(at + policy.figure() + "PerSecond", result.perSecond(bound));
                samples.add(at + policy.figure() + "P50Ms", result.nanos(.5) / 1e6);
                samples.add(at + policy.figure() + "P99Ms", result.nanos(.99) / 1e6);
            });
            double best = Math.max(always.perSecond(bound), never.perSecond(bound));
            QueueClients.Ran learned = Objects.requireNonNull(ran.get(Policy.LEARNED));
            samples.add(at + "RatioToBest", learned.perSecond(bound) / best);
            if (load == 1) {
                samples.add(at + "P50RatioToNever", learned.nanos(.5) / (double) never.nanos(.5));
            }
        }

        private String prefix(int load) {
            StringBuilder name = new StringBuilder();
            for (String part : subject.model().split("-")) {
                name.append(name.isEmpty() ? part : part.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(name.length() == part.length() ? "" : part.substring(1));
            }
            return name + "At" + load;
        }

        private double summary(Figures figures, List<Integer> loads) {
            double worst = Double.MAX_VALUE;
            out.println("  clients   learned/s    always/s     never/s   ratio   p99 ms of each");
            for (int load : loads) {
                String at = prefix(load);
                double ratio = samples.median(at + "RatioToBest");
                worst = Math.min(worst, ratio);
                out.printf(
                        Locale.ROOT,
                        "  %7d %11.0f %11.0f %11.0f   %.3f   %.2f %.2f %.2f%n",
                        load,
                        samples.median(at + "LearnedPerSecond"),
                        samples.median(at + "AlwaysPerSecond"),
                        samples.median(at + "NeverPerSecond"),
                        ratio,
                        samples.median(at + "LearnedP99Ms"),
                        samples.median(at + "AlwaysP99Ms"),
                        samples.median(at + "NeverP99Ms"));
            }
            samples.into(figures);
            return worst;
        }
    }
}
