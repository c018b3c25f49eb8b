package dev.vitrine.server.wiring;

import dev.vitrine.applications.recommend.ServingRelease;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Keeps some of the last requests of shoppers in memory, and has a release that was just loaded
 * answer them before it answers anybody: files are read, graphs have run and caches are filled when
 * the first shopper comes. One request in {@value #ONE_IN} is kept, at most {@value #KEPT}.
 */
public final class RecordedRequests {
    static final int KEPT = 256;
    static final int ONE_IN = 8;

    private static final System.Logger LOG = System.getLogger(RecordedRequests.class.getName());
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final AtomicReferenceArray<Consumer<ServingRelease>> kept =
            new AtomicReferenceArray<>(KEPT);
    private final AtomicLong asked = new AtomicLong();

    /** A request as it came, to be answered by any release; what it answers is let go. */
    public void heard(Consumer<ServingRelease> request) {
        long number = asked.getAndIncrement();
        if (number % ONE_IN == 0) {
            kept.set((int) (number / ONE_IN % KEPT), request);
        }
    }

    /**
     * Has a release answer what was kept, one after the other, for ten seconds at most. A request
     * that fails says nothing: it may have failed for whoever asked it, too.
     *
     * @return how many it answered
     */
    public int warm(ServingRelease release) {
        long end = System.nanoTime() + LONGEST.toNanos();
        int answered = 0;
        int failed = 0;
        for (int i = 0; i < KEPT && System.nanoTime() - end < 0; i++) {
            Consumer<ServingRelease> request = kept.get(i);
            if (request == null) {
                continue;
            }
            try {
                request.accept(release);
                answered++;
            } catch (RuntimeException e) {
                failed++;
            }
        }
        LOG.log(
                System.Logger.Level.INFO,
                "release {0} is warm: answered={1} failed={2}",
                release.id(),
                answered,
                failed);
        return answered;
    }
}
