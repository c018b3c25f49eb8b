package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.server.Machine;
import dev.vitrine.server.signing.SigningSettings;
import dev.vitrine.server.stores.Stores;

/**
 * What a child JVM may use.
 *
 * @param heap largest heap of the child; natives (dense linear algebra) come on top
 * @param threads processors the child sees
 * @param searchEncoder name of the imported model that search asks; empty for one that is learned
 * @param signing which key signs what it makes
 * @param stores where what it makes goes
 */
public record ChildSettings(
        DataSize heap, int threads, String searchEncoder, SigningSettings signing, Stores stores) {
    public ChildSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found " + threads);
        }
    }

    /** For the machine that this runs on. */
    public static ChildSettings forMachine(
            String searchEncoder, SigningSettings signing, Stores stores) {
        return forMachine(
                Machine.memoryBytes(),
                Runtime.getRuntime().availableProcessors(),
                searchEncoder,
                signing,
                stores);
    }

    /** A quarter of the machine's memory, at least 1 GiB, and all processors but none below one. */
    private static ChildSettings forMachine(
            long memoryBytes,
            int processors,
            String searchEncoder,
            SigningSettings signing,
            Stores stores) {
        long heap = Math.max(1L << 30, memoryBytes / 4);
        return new ChildSettings(
                new DataSize(heap >> 20 << 20),
                Math.max(1, processors),
                searchEncoder,
                signing,
                stores);
    }
}
