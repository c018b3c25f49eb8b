package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code vitrine benchmark rollout-power}: how often a rollout of a release that is no worse is
 * stopped, and how often, and how soon, one that does harm is.
 */
public final class RolloutPower implements Benchmark {
    private static final String SEED = "seed";
    private static final int ROLLOUTS = 100;
    private static final int MORE = 400;
    private static final long MOST_REQUESTS = 100_000;
    private static final int THREADS = 2;
    private static final List<Harm> STATED = List.of(Harm.LATENCY, Harm.ERRORS, Harm.CLICKS);

    @Override
    public String name() {
        return "rollout-power";
    }

    @Override
    public String description() {
        return "rollouts on simulated traffic: false alarms, harm that is caught, and how soon";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument.Whole(SEED, 1, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Override
    public String duration() {
        return "3 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        long seed = context.arguments().number(SEED);
        Figures figures = new Figures();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            Judged same = judge(context, threads, seed, 0, MORE, List.of(Harm.NONE));
            figures.put(
                    "falseAlarms",
                    same.outcomes().subList(0, ROLLOUTS).stream()
                            .filter(RolloutPower::stopped)
                            .count());
            Map<Harm, Judged> kinds = new EnumMap<>(Harm.class);
            for (Harm harm : Harm.values()) {
                if (harm != Harm.NONE) {
                    int block = 1 + harm.ordinal();
                    kinds.put(harm, judge(context, threads, seed, block, ROLLOUTS, List.of(harm)));
                }
            }
            kinds.forEach((harm, judged) ->
                    figures.put("detected" + camel(harm), judged.caught().size()));
            kinds.forEach((harm, judged) -> put(figures, harm, judged));
            Judged mixed = judge(context, threads, seed, 1, ROLLOUTS, STATED);
            figures.put("detected", mixed.caught().size());
            figures.put(
                    "falseAlarmShare",
                    same.outcomes().stream().filter(RolloutPower::stopped).count() / (double) MORE);
        }
        return figures.note(
                "A false alarm is a rollout of the same release twice that ends in anything but"
                        + " its promotion, in whatever stage; falseAlarmShare is of "
                        + MORE
                        + " such, the first "
                        + ROLLOUTS
                        + " among them. Detected is a harmful candidate that is rolled back in the"
                        + " canary, after at most "
                        + MOST_REQUESTS
                        + " requests of each arm: in "
                        + ROLLOUTS
                        + " whose harm is drawn from the first three kinds by turns, and in "
                        + ROLLOUTS
                        + " of each kind: the median latency 15 % up, errors one point up, a tenth"
                        + " fewer clicks at a rate of one in twenty; one answer in fifty 200 ms"
                        + " slower; nothing for one user group (a tenth of visitors). Requests are"
                        + " those of each arm when it was stopped. The canary is planned to look"
                        + " after "
                        + JudgedRollout.CANARY_REQUESTS
                        + " requests, and may stop in each of the five minutes before. Traffic:"
                        + " lognormal latencies with a heavy tail, good and bad minutes shared and"
                        + " of one arm, visitors of many requests who differ in clicks and"
                        + " latency, outages, days; the judge sees what a server counts. Seed "
                        + seed
                        + ".");
    }

    private static void put(Figures figures, Harm harm, Judged judged) {
        String name = camel(harm);
        List<Long> requests = judged.caught();
        if (!requests.isEmpty()) {
            figures.put(
                    "median" + name + "Requests",
                    requests.get(requests.size() / 2),
                    requests.getFirst(),
                    requests.getLast());
            figures.put(
                    "p95" + name + "Requests",
                    requests.get((int) Math.ceil(.95 * requests.size()) - 1));
        }
    }

    private static String camel(Harm harm) {
        StringBuilder words = new StringBuilder();
        for (String word : harm.name().toLowerCase(Locale.ROOT).split("_")) {
            words.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return words.toString();
    }

    /** How rollouts of some kind ended. */
    private record Judged(List<JudgedRollout.Outcome> outcomes) {
        /** Requests of an arm at which those were stopped that count as caught, rising. */
        List<Long> caught() {
            return outcomes.stream()
                    .filter(o -> stopped(o) && o.canary() && o.requests() <= MOST_REQUESTS)
                    .map(JudgedRollout.Outcome::requests)
                    .sorted()
                    .toList();
        }
    }

    private static boolean stopped(JudgedRollout.Outcome outcome) {
        return outcome.state() != Rollout.State.PROMOTED;
    }

    /**
     * Rollouts of harms by turns.
     *
     * @param block sets the seeds of different calls apart
     */
    private static Judged judge(
            Context context,
            ExecutorService threads,
            long seed,
            int block,
            int count,
            List<Harm> harms)
            throws Exception {
        List<Callable<JudgedRollout.Outcome>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Harm harm = harms.get(i % harms.size());
            long own = (seed * 100 + block) * 1_000_003 + i * 7_919L;
            all.add(() -> JudgedRollout.run(own, harm));
        }
        List<JudgedRollout.Outcome> outcomes = new ArrayList<>();
        for (Future<JudgedRollout.Outcome> future : threads.invokeAll(all)) {
            outcomes.add(future.get());
        }
        Judged judged = new Judged(outcomes);
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d of %d stopped, %d caught%n",
                        harms,
                        outcomes.stream().filter(RolloutPower::stopped).count(),
                        count,
                        judged.caught().size());
        outcomes.stream()
                .filter(o -> harms.contains(Harm.NONE) == stopped(o))
                .forEach(o -> context.out().println("  " + o));
        return judged;
    }
}
