package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.judge.ArmSketch;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import dev.vitrine.deployment.rollout.judge.Window;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Requests of a shop to two arms, counted as a server counts them. What makes judging hard is in
 * it: latencies are lognormal with a heavy tail, have good and bad minutes that both arms share and
 * some that are one arm's own; visitors differ in how long their answers take, in how often they
 * click and in how many requests they make (a few make hundreds), and always see the same arm;
 * failures come in outages and from a few visitors whose every second request fails; everything
 * follows the hour of the day.
 */
final class SimulatedTraffic {
    static final List<String> GROUPS = List.of("known", "returning", "new", "abroad");
    static final int SMALLEST_GROUP = 3;
    static final Duration WINDOW = Duration.ofMinutes(5);

    private static final double[] GROUP_ENDS = {.4, .7, .9, 1};
    private static final double[] GROUP_EMPTY = {.002, .005, .03, .02};
    private static final double WINDOWS_A_DAY = 288;
    private static final double MEDIAN_MILLIS = 12;
    private static final double CLICKS = .05;
    private static final double PURCHASES = .004;
    private static final double FAILURES = .002;
    private static final int ACTIVE = 60;
    private static final int LATER = 4;

    private final Random random;
    private final ArmTraffic canary;
    private final ArmTraffic baseline;
    private double load;
    private double hour;
    private int outage;
    private long window;

    /**
     * @param harm what the candidate does
     */
    SimulatedTraffic(long seed, Harm harm, JudgeSettings settings) {
        this.random = new Random(seed);
        this.canary = new ArmTraffic(harm, new ArmSketch(settings, new Random(seed + 1)));
        this.baseline = new ArmTraffic(Harm.NONE, new ArmSketch(settings, new Random(seed + 2)));
        this.hour = random.nextDouble() * 24;
    }

    /**
     * The next five minutes.
     *
     * @param requests of each arm, on the day's average
     */
    Window next(double requests) {
        hour = (hour + 24 / WINDOWS_A_DAY) % 24;
        load = .85 * load + .1 * random.nextGaussian();
        outage = outage > 0 ? outage - 1 : random.nextInt(300) == 0 ? 1 : 0;
        double day = 1 + .6 * Math.sin((hour - 9) / 24 * 2 * Math.PI);
        window++;
        return new Window(
                "node", window, canary.run(requests * day, day), baseline.run(requests * day, day));
    }

    /** Somebody with requests yet to make. */
    private static final class Visitor {
        long id;
        int group;
        int left;
        double clicks;
        double latency;
        boolean failing;
    }

    private final class ArmTraffic {
        private final Harm harm;
        private final ArmSketch sketch;
        private final Visitor[] active = new Visitor[ACTIVE];
        private final Deque<Long> clicksLater = new ArrayDeque<>();
        private double own;
        private int pause;

        ArmTraffic(Harm harm, ArmSketch sketch) {
            this.harm = harm;
            this.sketch = sketch;
            for (int i = 0; i < ACTIVE; i++) {
                active[i] = new Visitor();
            }
        }

        dev.vitrine.deployment.rollout.judge.ArmWindow run(double mean, double day) {
            own = .7 * own + .02 * random.nextGaussian();
            while (!clicksLater.isEmpty()) {
                sketch.clicked(clicksLater.poll());
            }
            int requests = (int) Math.max(0, mean + Math.sqrt(mean) * random.nextGaussian());
            double minutes = Math.exp(load + own + .3 * (day - 1));
            for (int i = 0; i < requests; i++) {
                Visitor visitor = active[random.nextInt(ACTIVE)];
                if (visitor.left == 0) {
                    arrive(visitor);
                }
                visitor.left--;
                request(visitor, minutes, day);
            }
            return sketch.drain();
        }

        private void arrive(Visitor visitor) {
            visitor.id = random.nextLong();
            double drawn = random.nextDouble();
            visitor.group = 0;
            while (drawn >= GROUP_ENDS[visitor.group]) {
                visitor.group++;
            }
            visitor.left = (int) Math.clamp(Math.exp(1 + random.nextGaussian()), 1, 300);
            visitor.clicks = Math.exp(.6 * random.nextGaussian() - .18);
            visitor.latency = Math.exp(.25 * random.nextGaussian());
            visitor.failing = random.nextInt(2_000) == 0;
        }

        private void request(Visitor visitor, double minutes, double day) {
            double failures = harm.errors(outage > 0 ? .03 : visitor.failing ? .5 : FAILURES);
            if (random.nextDouble() < failures) {
                sketch.failed(visitor.id);
                return;
            }
            // A collector's pause, or a burst: the next answers of this arm take longer.
            pause = pause > 0 ? pause - 1 : random.nextInt(5_000) == 0 ? 20 : 0;
            double millis =
                    MEDIAN_MILLIS
                            * minutes
                            * visitor.latency
                            * Math.exp(.45 * random.nextGaussian());
            if (random.nextInt(100) == 0) {
                millis *= Math.pow(1 - random.nextDouble(), -1 / 1.8);
            }
            if (pause > 0) {
                millis += 40 * random.nextDouble();
            }
            boolean empty =
                    harm.empties(visitor.group) || random.nextDouble() < GROUP_EMPTY[visitor.group];
            sketch.answered(
                    visitor.id,
                    harm.latency(millis, random),
                    empty,
                    random.nextDouble(),
                    visitor.group);
            sketch.shown((long) (20_000 * Math.pow(random.nextDouble(), 3)));
            double clicks = CLICKS * visitor.clicks * (.8 + .2 * day);
            if (!empty && random.nextDouble() < harm.clicks(clicks)) {
                if (random.nextInt(LATER) == 0) {
                    clicksLater.add(visitor.id);
                } else {
                    sketch.clicked(visitor.id);
                }
                if (random.nextDouble() < PURCHASES / CLICKS) {
                    sketch.purchased(visitor.id);
                }
            }
        }
    }
}
