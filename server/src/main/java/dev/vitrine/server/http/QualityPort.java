package dev.vitrine.server.http;

import dev.vitrine.server.watch.Evaluation;
import java.util.Optional;

/** How good the live release is on what came after it, evaluated again and again. */
public interface QualityPort {
    QualityView status();

    /** Asks for an evaluation; nothing changes where one is already asked for. */
    QualityView evaluate(String who);

    /** Newest first, each without what takes room. */
    Page<Evaluation> list(PageRequest page);

    /** A whole one. */
    Optional<Evaluation> get(long number);

    /**
     * Where evaluation stands.
     *
     * @param state idle, running or failed
     * @param step what goes on; empty while nothing does
     * @param startedAt of the one that runs or ran last, epoch milliseconds; 0 before the first
     * @param message why the last did not end with an evaluation; empty where it did
     * @param nextAt when the next is due by time, epoch milliseconds; 0 for at once
     * @param eventsSince that came after the last evaluation and the data of the live release
     * @param eventsNeeded for the next
     */
    record QualityView(
            String state,
            String step,
            long startedAt,
            String message,
            long nextAt,
            long eventsSince,
            long eventsNeeded) {}
}
