package dev.vitrine.server.rollout;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Answers a request from the release that its visitor is given, counts what came of it where the
 * two sides of a rollout are compared, and has a copy answered by the candidate where the table
 * says so. Copies wait in a short queue for one thread; where it is full they are let go, and
 * neither side counts them.
 */
public final class ComparedAnswers implements AutoCloseable {
    private static final int COPIES = 64;

    private final Rollouts rollouts;
    private final Interposed between;
    private final ThreadPoolExecutor copies =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(COPIES),
                    Thread.ofPlatform()
                            .daemon()
                            .priority(Thread.MIN_PRIORITY)
                            .name("shadow-requests")
                            .factory());

    /**
     * What an answer showed.
     *
     * @param topScore of the best result; any number where there is none
     */
    public record Shown(List<String> ids, double topScore) {
        public Shown {
            ids = List.copyOf(ids);
        }
    }

    public ComparedAnswers(Rollouts rollouts, Interposed between) {
        this.rollouts = rollouts;
        this.between = between;
    }

    /** Makes an answer from a release, marked with the arm that it belongs to, if any. */
    public interface Work<T> {
        T answer(ServingRelease release, String arm);
    }

    /**
     * Answers one request.
     *
     * @param work makes the answer; run again for a copy, so it changes nothing
     * @param shown what the answer showed
     */
    public <T> T answer(Visitor visitor, Work<T> work, Function<T, Shown> shown) {
        try (Answering answering = rollouts.answering(visitor)) {
            if (!answering.isCompared() && answering.group() != Group.MIRRORED) {
                return by(answering.release(), visitor, work, "");
            }
            long number = VisitorHash.number(visitor.key());
            boolean mirrored = answering.group() == Group.MIRRORED;
            String arm =
                    mirrored
                            ? ""
                            : new ArmMark(answering.rollout(), answering.group(), number).text();
            long start = System.nanoTime();
            T answer;
            try {
                answer = by(answering.release(), visitor, work, arm);
            } catch (RuntimeException e) {
                if (!mirrored && isOurs(e)) {
                    rollouts.meters()
                            .failed(answering.rollout(), answering.group() == Group.CANARY, number);
                }
                throw e;
            }
            double millis = (System.nanoTime() - start) / 1e6;
            Shown seen = shown.apply(answer);
            if (mirrored) {
                copy(answering, visitor, number, millis, seen, work, shown);
            } else {
                count(
                        answering.rollout(),
                        answering.group() == Group.CANARY,
                        visitor,
                        number,
                        millis,
                        seen);
            }
            return answer;
        }
    }

    private <T> T by(ServingRelease release, Visitor visitor, Work<T> work, String arm) {
        return between.answer(release.id(), visitor, () -> work.answer(release, arm));
    }

    private <T> void copy(
            Answering answering,
            Visitor visitor,
            long number,
            double liveMillis,
            Shown live,
            Work<T> work,
            Function<T, Shown> shown) {
        String rollout = answering.rollout();
        String candidate = answering.candidate();
        if (copies.getQueue().remainingCapacity() == 0) {
            return;
        }
        Runnable task =
                () -> {
                    Optional<Lease<ServingRelease>> lease = rollouts.lease(candidate);
                    if (lease.isEmpty()) {
                        return;
                    }
                    try (Lease<ServingRelease> held = lease.get()) {
                        count(rollout, false, visitor, number, liveMillis, live);
                        long start = System.nanoTime();
                        Shown other = shown.apply(by(held.value(), visitor, work, ""));
                        double millis = (System.nanoTime() - start) / 1e6;
                        count(rollout, true, visitor, number, millis, other);
                        rollouts.meters().compared(rollout, overlap(live.ids(), other.ids()));
                    } catch (RuntimeException e) {
                        if (isOurs(e)) {
                            rollouts.meters().failed(rollout, true, number);
                        }
                    }
                };
        try {
            copies.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            return; // the queue has filled up since
        }
    }

    private void count(
            String rollout,
            boolean canary,
            Visitor visitor,
            long number,
            double millis,
            Shown seen) {
        rollouts.meters()
                .answered(
                        rollout,
                        canary,
                        new ArmMeters.Answered(
                                number,
                                millis,
                                seen.ids().isEmpty(),
                                seen.topScore(),
                                seen.ids().stream().map(VisitorHash::number).toList()),
                        visitor.groups(rollouts.groups()));
    }

    /** Of the shorter answer, the part that is in the other too; both empty are the same. */
    private static double overlap(List<String> live, List<String> other) {
        int least = Math.min(live.size(), other.size());
        if (least == 0) {
            return live.size() == other.size() ? 1 : 0;
        }
        Set<String> both = new HashSet<>(live);
        both.retainAll(new HashSet<>(other));
        return Math.min(1, both.size() / (double) least);
    }

    /** What a caller did wrong says nothing about a release. */
    private static boolean isOurs(RuntimeException e) {
        if (!(e instanceof VitrineException known)) {
            return true;
        }
        Category category = known.code().category();
        return category == Category.INTERNAL
                || category == Category.OUTSIDE
                || category == Category.UNAVAILABLE
                || category == Category.DEADLINE_EXCEEDED;
    }

    @Override
    public void close() {
        copies.shutdownNow();
    }
}
