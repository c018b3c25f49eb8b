package dev.vitrine.benchmarks.process;

import java.util.List;

/**
 * How a process runs.
 *
 * @param cores as taskset names them ("0,1"); empty for all, and where there is no taskset
 * @param heapMiB largest heap; 0 leaves it to the JVM
 * @param flags more flags of the JVM
 */
public record Limits(String cores, int heapMiB, List<String> flags) {
    public static final Limits NONE = new Limits("", 0);

    public Limits(String cores, int heapMiB) {
        this(cores, heapMiB, List.of());
    }
}
