package dev.vitrine.benchmarks.inference;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * What a request leaves for the collector, from the bytes of its body to the bytes of its answer.
 * The body itself and what the network needs are not counted. As the JVM counts the bytes that a
 * thread allocates.
 */
final class RequestAllocation {
    private RequestAllocation() {}

    /** Bytes a request of the small ranker, over so many requests after as many to warm up. */
    static double bytesPerRequest(Path work, int requests) throws IOException {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            throw new IllegalStateException("this JVM does not count what threads allocate");
        }
        try (RankerPath path = RankerPath.open(work)) {
            long before = 0;
            long bytes = 0;
            for (int i = -requests; i < requests; i++) {
                if (i == 0) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                bytes += path.answer().length;
            }
            double each = (threads.getCurrentThreadAllocatedBytes() - before) / (double) requests;
            if (bytes == 0) {
                throw new IllegalStateException("nothing was answered");
            }
            return each;
        }
    }
}
