package dev.vitrine.deployment.rollout.judge;

/**
 * Events beside requests, by bucket of visitors.
 *
 * @param requests of each bucket
 * @param events of each bucket
 */
record Clusters(long[] requests, long[] events) {
    long allRequests() {
        return sum(requests);
    }

    long allEvents() {
        return sum(events);
    }

    double rate() {
        return allRequests() == 0 ? 0 : allEvents() / (double) allRequests();
    }

    /**
     * The variance of the number of events that buckets show, around the arm's own rate: the
     * linearised variance of a ratio (Cochran, Sampling Techniques, 6.2).
     */
    double variance() {
        double rate = rate();
        double squares = 0;
        for (int b = 0; b < requests.length; b++) {
            double off = events[b] - rate * requests[b];
            squares += off * off;
        }
        return squares * requests.length / (requests.length - 1);
    }

    /** What it would be if every request stood for itself. */
    double independentVariance() {
        return allRequests() * spread(rate());
    }

    /**
     * The variance of what one request brings: p (1 - p), and beyond one half more, towards that of
     * counts without a limit, since a request may bring several clicks.
     */
    static double spread(double rate) {
        return rate - Math.min(rate * rate, .25);
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }
}
