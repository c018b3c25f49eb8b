package dev.vitrine.deployment.rollout.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What is found, what is not, and what nothing says. */
class JudgeTest {
    private static final Look LATER = new Look(.05, false, 10_000);
    private static final Look PLANNED = new Look(.05, true, 10_000);

    private final JudgeSettings settings = settings(List.of());
    private final Random random = new Random(7);

    @Test
    void noDataIsInconclusive() {
        Verdict verdict = Judge.judge(Evidence.none(settings), settings, PLANNED);
        assertThat(verdict.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(verdict.reason()).isEqualTo("no data: the candidate has no requests");
    }

    @Test
    void oneArmWithoutDataIsInconclusive() {
        Evidence evidence =
                evidence(20, 500, (sketch, visitor) -> good(sketch, visitor), (s, v) -> {});
        Verdict verdict = Judge.judge(evidence, settings, PLANNED);
        assertThat(verdict.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("the baseline has no requests");
    }

    @Test
    void fewDataAreInconclusive() {
        Evidence evidence = evidence(2, 20, this::good, this::good);
        assertThat(Judge.judge(evidence, settings, PLANNED).decision())
                .isEqualTo(Decision.INCONCLUSIVE);
    }

    @Test
    void theSameTwicePasses() {
        Evidence evidence = evidence(20, 500, this::good, this::good);
        Verdict verdict = Judge.judge(evidence, settings, PLANNED);
        assertThat(verdict.decision()).as(verdict.toString()).isEqualTo(Decision.PASS);
        assertThat(verdict.requests()).isEqualTo(10_000);
        assertThat(Judge.judge(evidence, settings, LATER).decision()).isEqualTo(Decision.PASS);
    }

    @Test
    void whatWasAnsweredMoreSlowlyFails() {
        Evidence evidence = evidence(20, 500, (s, v) -> answer(s, v, 1.3), this::good);
        Verdict verdict = Judge.judge(evidence, settings, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).contains("the median answer takes");
        assertThat(verdict.checks().getFirst().signal()).isEqualTo(Signal.LATENCY);
        assertThat(verdict.checks().getFirst().effect()).isBetween(.1, .3);
    }

    @Test
    void aDifferenceThatIsCertainAndSmallDoesNotFail() {
        Evidence evidence = evidence(200, 500, (s, v) -> answer(s, v, 1.03), this::good);
        Verdict verdict = Judge.judge(evidence, settings, PLANNED);
        assertThat(verdict.decision()).isEqualTo(Decision.PASS);
        Check latency =
                verdict.checks().stream()
                        .filter(check -> check.signal() == Signal.LATENCY)
                        .findFirst()
                        .orElseThrow();
        assertThat(latency.pPlain()).as("certain").isLessThan(1e-6);
    }

    @Test
    void failuresAreFoundBeforeTheirStageIsOver() {
        Evidence evidence =
                evidence(
                        10,
                        200,
                        (s, v) -> {
                            if (random.nextInt(50) == 0) {
                                s.failed(v);
                            } else {
                                good(s, v);
                            }
                        },
                        this::good);
        Verdict verdict = Judge.judge(evidence, settings, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).startsWith("errors:");
    }

    @Test
    void aSmallGroupThatGetsNothingIsFoundOnAFewOfItsRequests() {
        JudgeSettings grouped = settings(List.of("known", "new"));
        Evidence evidence = Evidence.none(grouped);
        for (int w = 0; w < 10; w++) {
            ArmSketch canary = new ArmSketch(grouped, new Random(w));
            ArmSketch baseline = new ArmSketch(grouped, new Random(w));
            for (int i = 0; i < 100; i++) {
                int group = i < 2 ? 1 : 0;
                canary.answered(random.nextLong(), millis(), group == 1, 1, group);
                baseline.answered(random.nextLong(), millis(), false, 1, group);
            }
            evidence =
                    evidence.plus(
                            new Window("node", w + 1, canary.drain(), baseline.drain()), grouped);
        }
        Verdict verdict = Judge.judge(evidence, grouped, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).startsWith("empty answers of a user group 'new': 100.00 %");
    }

    @Test
    void moreClicksThanRequestsAreJudgedToo() {
        Evidence same = evidence(20, 500, (s, v) -> clicking(s, v, 3), (s, v) -> clicking(s, v, 3));
        assertThat(Judge.judge(same, settings, PLANNED).decision()).isEqualTo(Decision.PASS);
        Evidence fewer =
                evidence(20, 500, (s, v) -> clicking(s, v, 2), (s, v) -> clicking(s, v, 3));
        Verdict verdict = Judge.judge(fewer, settings, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).startsWith("clicks:");
    }

    /** Up to {@code most} clicks on one answer. */
    private void clicking(ArmSketch sketch, long visitor, int most) {
        good(sketch, visitor);
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            sketch.clicked(visitor);
        }
    }

    @Test
    void everySignalThatFailedIsNamed() {
        Evidence evidence =
                evidence(
                        20,
                        500,
                        (s, v) -> {
                            if (random.nextInt(20) == 0) {
                                s.failed(v);
                            } else {
                                answer(s, v, 2);
                            }
                        },
                        this::good);
        assertThat(Judge.judge(evidence, settings, LATER).reason())
                .contains("errors:")
                .contains("the median answer takes")
                .contains("; ");
    }

    @Test
    void oneVisitorWhoseRequestsAllFailIsNotTheCandidatesFault() {
        Evidence evidence =
                evidence(
                        10,
                        500,
                        (s, v) -> {
                            good(s, v);
                            if (random.nextInt(20) == 0) {
                                s.failed(42);
                            }
                        },
                        this::good);
        assertThat(Judge.judge(evidence, settings, PLANNED).decision()).isNotEqualTo(Decision.FAIL);
    }

    @Test
    void anEmptyUserGroupIsFoundAmongOthers() {
        JudgeSettings grouped = settings(List.of("known", "new"));
        Evidence evidence = Evidence.none(grouped);
        for (int w = 0; w < 20; w++) {
            ArmSketch canary = new ArmSketch(grouped, new Random(w));
            ArmSketch baseline = new ArmSketch(grouped, new Random(w));
            for (int i = 0; i < 200; i++) {
                int group = i % 20 == 0 ? 1 : 0;
                canary.answered(random.nextLong(), millis(), group == 1, 1, group);
                baseline.answered(random.nextLong(), millis(), false, 1, group);
            }
            evidence = evidence.plus(new Window("n", w, canary.drain(), baseline.drain()), grouped);
        }
        Verdict verdict = Judge.judge(evidence, grouped, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.checks())
                .anyMatch(c ->
                        c.signal() == Signal.GROUP_EMPTY
                                && c.subject().equals("new")
                                && c.decision() == Decision.FAIL)
                .noneMatch(c -> c.subject().equals("known") && c.decision() == Decision.FAIL);
    }

    @Test
    void answersThatHaveLittleInCommonFailAShadow() {
        Evidence evidence =
                evidence(
                        10,
                        100,
                        (s, v) -> {
                            good(s, v);
                            s.compared(random.nextInt(20) == 0 ? .1 : 0);
                        },
                        this::good);
        Verdict verdict = Judge.judge(evidence, settings, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).contains("of what is live's answers");
    }

    @Test
    void aCandidateThatShowsTheSameFewToAllFails() {
        Evidence evidence =
                evidence(
                        20,
                        200,
                        (s, v) -> {
                            good(s, v);
                            s.shown(random.nextInt(300));
                        },
                        (s, v) -> {
                            good(s, v);
                            s.shown(random.nextInt(3_000));
                        });
        Verdict verdict = Judge.judge(evidence, settings, LATER);
        assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
        assertThat(verdict.reason()).contains("different products");
    }

    @Test
    void scoresThatMovedFailOnlyWhereThatIsAskedFor() {
        BiConsumer<ArmSketch, Long> moved =
                (s, v) -> s.answered(v, millis(), false, 8 + random.nextDouble(), -1);
        Evidence evidence = evidence(20, 200, moved, this::good);
        assertThat(Judge.judge(evidence, settings, LATER).decision()).isNotEqualTo(Decision.FAIL);
        JudgeSettings strict = with(settings, 1);
        assertThat(Judge.judge(evidence, strict, LATER).reason()).contains("stability index");
    }

    @Test
    void aRequiredSignalWithoutDataKeepsFromPassing() {
        JudgeSettings clicks = requiring(settings, Signal.CLICKS);
        Evidence evidence = evidence(20, 500, this::good, this::good);
        Verdict verdict = Judge.judge(evidence, clicks, PLANNED);
        assertThat(verdict.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("clicks");
        JudgeSettings overlap = requiring(settings, Signal.OVERLAP);
        assertThat(Judge.judge(evidence, overlap, PLANNED).decision())
                .isEqualTo(Decision.INCONCLUSIVE);
    }

    @Test
    void aWindowCountsOnce() {
        ArmSketch sketch = new ArmSketch(settings, new Random(1));
        good(sketch, 5);
        Window window = new Window("n", 3, sketch.drain(), sketch.drain());
        Evidence once = Evidence.none(settings).plus(window, settings);
        assertThat(once.plus(window, settings)).isSameAs(once);
        assertThat(once.canary().total(Count.REQUESTS)).isEqualTo(1);
    }

    private void good(ArmSketch sketch, long visitor) {
        answer(sketch, visitor, 1);
    }

    private void answer(ArmSketch sketch, long visitor, double slower) {
        sketch.answered(visitor, slower * millis(), random.nextInt(100) == 0, .5, -1);
    }

    private double millis() {
        return 20 * Math.exp(.5 * random.nextGaussian());
    }

    private Evidence evidence(
            int windows,
            int requests,
            BiConsumer<ArmSketch, Long> canary,
            BiConsumer<ArmSketch, Long> baseline) {
        Evidence evidence = Evidence.none(settings);
        ArmSketch one = new ArmSketch(settings, new Random(1));
        ArmSketch two = new ArmSketch(settings, new Random(2));
        for (int w = 0; w < windows; w++) {
            for (int i = 0; i < requests; i++) {
                canary.accept(one, random.nextLong());
                baseline.accept(two, random.nextLong());
            }
            evidence = evidence.plus(new Window("n", w, one.drain(), two.drain()), settings);
        }
        return evidence;
    }

    private static JudgeSettings settings(List<String> groups) {
        JudgeSettings d = JudgeSettings.defaults();
        return new JudgeSettings(
                d.falseAlarms(),
                d.latency(),
                d.latencyExclude(),
                d.latencyMillis(),
                d.slow(),
                d.slowAnswers(),
                d.errors(),
                d.empty(),
                d.clicks(),
                d.purchases(),
                d.overlap(),
                d.coverage(),
                d.scoreDrift(),
                d.required(),
                groups);
    }

    private static JudgeSettings with(JudgeSettings d, double scoreDrift) {
        return new JudgeSettings(
                d.falseAlarms(),
                d.latency(),
                d.latencyExclude(),
                d.latencyMillis(),
                d.slow(),
                d.slowAnswers(),
                d.errors(),
                d.empty(),
                d.clicks(),
                d.purchases(),
                d.overlap(),
                d.coverage(),
                scoreDrift,
                d.required(),
                d.groups());
    }

    private static JudgeSettings requiring(JudgeSettings d, Signal signal) {
        EnumSet<Signal> required = EnumSet.copyOf(d.required());
        required.add(signal);
        return new JudgeSettings(
                d.falseAlarms(),
                d.latency(),
                d.latencyExclude(),
                d.latencyMillis(),
                d.slow(),
                d.slowAnswers(),
                d.errors(),
                d.empty(),
                d.clicks(),
                d.purchases(),
                d.overlap(),
                d.coverage(),
                d.scoreDrift(),
                required,
                d.groups());
    }
}
