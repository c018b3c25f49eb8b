package dev.vitrine.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Names requests: a text drawn at the start of the process, and a count. */
final class RequestIds {
    private final String prefix;
    private final AtomicLong next = new AtomicLong();

    /**
     * @param seed differs between two starts
     */
    RequestIds(long seed) {
        this.prefix = Long.toString(seed & 0x3FFF_FFFF, 36) + "-";
    }

    String next() {
        return prefix + Long.toString(next.incrementAndGet(), 36);
    }
}
