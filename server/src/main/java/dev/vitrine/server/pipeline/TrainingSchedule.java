package dev.vitrine.server.pipeline;

import java.time.Duration;

/**
 * When the next release is trained.
 *
 * @param every at the latest so long after the one before
 * @param afterEvents or as soon as there are so many new events; 0 for never
 * @param atLeastApart never sooner than this after the one before
 */
public record TrainingSchedule(Duration every, long afterEvents, Duration atLeastApart) {
    /** What {@code every} is at least. */
    public static final Duration SHORTEST = Duration.ofMinutes(1);

    public static final TrainingSchedule DEFAULT =
            new TrainingSchedule(Duration.ofHours(24), 100_000, Duration.ofMinutes(10));

    public TrainingSchedule {
        if (every.compareTo(SHORTEST) < 0 || atLeastApart.isNegative()) {
            throw new IllegalArgumentException("every " + every + ", apart " + atLeastApart);
        }
    }

    /** Whether it is time. */
    boolean due(Duration sinceLast, long newEvents) {
        return sinceLast.compareTo(atLeastApart) >= 0
                && (sinceLast.compareTo(every) >= 0
                        || (afterEvents > 0 && newEvents >= afterEvents));
    }
}
