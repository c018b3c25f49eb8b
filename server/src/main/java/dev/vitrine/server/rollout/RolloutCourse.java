package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.judge.Check;
import dev.vitrine.deployment.rollout.judge.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the signals of the newest rollout have moved, as this process saw it: one point for every
 * verdict, at most {@value #MOST}; when there are more, every second is let go and points are taken
 * half as often. Lost at a restart. Thread-safe.
 */
final class RolloutCourse {
    static final int MOST = 120;

    private final List<Point> points = new ArrayList<>();
    private String rollout = "";
    private long every = 1;
    private long heard;
    private Verdict last = Verdict.nothing();

    private record Point(long at, Verdict verdict) {}

    /** Sees the newest rollout as it is now; one whose verdict is the same adds nothing. */
    synchronized void follow(Optional<Rollout> newest, long millis) {
        if (newest.isEmpty()) {
            return;
        }
        Rollout now = newest.get();
        if (!now.id().equals(rollout)) {
            rollout = now.id();
            points.clear();
            every = 1;
            heard = 0;
            last = Verdict.nothing();
        }
        if (now.verdict().equals(last) || now.verdict().requests() == 0) {
            return;
        }
        last = now.verdict();
        boolean end = now.state().isEnd() || now.state() == Rollout.State.ROLLING_BACK;
        if (heard++ % every == 0 || end) {
            points.add(new Point(millis, last));
        }
        if (points.size() > MOST) {
            for (int i = points.size() - 2; i > 0; i -= 2) {
                points.remove(i);
            }
            every *= 2;
        }
    }

    /** The course of a rollout; empty of any but the newest. */
    synchronized Course of(String id) {
        if (!id.equals(rollout)) {
            return Course.NONE;
        }
        Map<String, Course.Line> lines = new LinkedHashMap<>();
        for (Point point : points) {
            for (Check check : point.verdict().checks()) {
                lines.computeIfAbsent(
                        check.signal() + " " + check.subject(),
                        name -> Course.Line.empty(check.signal(), check.subject(), points.size()));
            }
        }
        for (int i = 0; i < points.size(); i++) {
            for (Check check : points.get(i).verdict().checks()) {
                Course.Line line = lines.get(check.signal() + " " + check.subject());
                if (line != null) {
                    line.candidate()[i] = check.canary();
                    line.baseline()[i] = check.baseline();
                }
            }
        }
        return new Course(
                points.stream().mapToLong(Point::at).toArray(),
                points.stream().mapToLong(point -> point.verdict().requests()).toArray(),
                List.copyOf(lines.values()));
    }
}
