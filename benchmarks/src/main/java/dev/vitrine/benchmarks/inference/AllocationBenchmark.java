package dev.vitrine.benchmarks.inference;

import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.util.List;

/** {@code vitrine benchmark allocation}: bytes that a request to the small ranker allocates. */
public final class AllocationBenchmark implements Benchmark {
    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public String description() {
        return "bytes that a request to a small ranker allocates, from body to answer";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument.Whole("requests", 200_000, 100, 100_000_000));
    }

    @Override
    public String duration() {
        return "1 min";
    }

    @Override
    public Figures run(Context context) throws IOException {
        int requests = context.arguments().whole("requests");
        double bytes = RequestAllocation.bytesPerRequest(context.work(), requests);
        context.out().printf("%.0f bytes a request%n", bytes);
        return new Figures()
                .put("bytesPerRequest", bytes)
                .note(
                        "100 candidates by 64 features as binary tensor (25,600 bytes), read, run"
                                + " in the caller's thread and written; without the body itself"
                                + " and the network. By the JVM's own count of what the thread"
                                + " allocates (com.sun.management.ThreadMXBean), mean of "
                                + requests
                                + " requests after as many to warm up.");
    }
}
