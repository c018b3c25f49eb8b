package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.server.Machine;

/**
 * What a child JVM may use.
 *
 * @param heap largest heap of the child; natives (dense linear algebra) come on top
 * @param threads processors the child sees
 */
public record ChildSettings(DataSize heap, int threads) {
    public ChildSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found " + threads);
        }
    }

    /** For the machine that this runs on. */
    public static ChildSettings forMachine() {
        return forMachine(Machine.memoryBytes(), Runtime.getRuntime().availableProcessors());
    }

    /** A quarter of the machine's memory, at least 1 GiB, and all processors but none below one. */
    private static ChildSettings forMachine(long memoryBytes, int processors) {
        long heap = Math.max(1L << 30, memoryBytes / 4);
        return new ChildSettings(new DataSize(heap >> 20 << 20), Math.max(1, processors));
    }
}
