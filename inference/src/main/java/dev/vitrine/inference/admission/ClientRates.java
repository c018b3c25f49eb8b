package dev.vitrine.inference.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often each client may ask. A client may save up {@value #BURST_SECONDS} seconds' worth of
 * requests (a token bucket, kept as the time at which the next request would be due if they came
 * evenly: the generic cell rate algorithm, ITU-T I.371). Clients that have not asked for longest
 * are forgotten beyond {@value #MOST_CLIENTS}, which gives them a full bucket.
 */
public final class ClientRates {
    private static final int BURST_SECONDS = 2;
    private static final int MOST_CLIENTS = 10_000;
    private static final long SECOND = 1_000_000_000L;

    private final double usual;
    private final Map<String, Double> special;
    private final Cache<String, AtomicLong> due =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).executor(Runnable::run).build();

    /**
     * @param usual requests a second of a client that has no rate of its own; 0 for any number
     * @param special rates by the names of clients; 0 for any number
     */
    public ClientRates(double usual, Map<String, Double> special) {
        this.usual = usual;
        this.special = Map.copyOf(special);
    }

    /**
     * Takes one request.
     *
     * @param client empty for one without a name, who is not limited
     * @param now monotonic, in nanoseconds
     * @return 0 when it may go on, else the nanoseconds until it may
     */
    public long take(String client, long now) {
        long interval = interval(client);
        if (interval == 0) {
            return 0;
        }
        long burst = Math.max(BURST_SECONDS * SECOND, interval);
        AtomicLong next = due.get(client, name -> new AtomicLong(now));
        while (true) {
            long seen = next.get();
            long from = Math.max(seen - now, 0) + now;
            long wait = from + interval - now - burst;
            if (wait > 0) {
                return wait;
            }
            if (next.compareAndSet(seen, from + interval)) {
                return 0;
            }
        }
    }

    /** Gives back a request that was taken and will be taken again. */
    public void giveBack(String client) {
        long interval = interval(client);
        AtomicLong next = interval == 0 ? null : due.getIfPresent(client);
        if (next != null) {
            next.addAndGet(-interval);
        }
    }

    /** Nanoseconds from one request of a client to the next; 0 where any number may come. */
    private long interval(String client) {
        if (usual == 0 && special.isEmpty() || client.isEmpty()) {
            return 0;
        }
        double rate = special.getOrDefault(client, usual);
        return rate == 0 ? 0 : (long) (SECOND / rate);
    }

    /** Clients that are remembered. */
    long remembered() {
        due.cleanUp();
        return due.estimatedSize();
    }
}
