package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.server.stores.Stores;
import java.util.Optional;

/**
 * How a release is made.
 *
 * @param threads at work at once
 * @param denseMemory largest native memory for the dense linear model; above it the sparse one is
 *     fitted
 * @param questions people asked about when judging; of more a seeded sample
 * @param tuningQuestions of those, how many choose the weights of the blend
 * @param perItem neighbours kept per item in the linear table
 * @param networkMemory largest native memory for a network; one that needs more is left out
 * @param searchEncoder name of the imported model that search asks for what is meant; empty for one
 *     that is learned from the shop
 * @param stores where the release and its files go
 * @param maker who asked for it: a caller's name, the schedule or a command
 */
record MakerSettings(
        int threads,
        DataSize denseMemory,
        int questions,
        int tuningQuestions,
        int perItem,
        DataSize networkMemory,
        Optional<String> searchEncoder,
        Stores stores,
        String maker) {
    /** Where nobody says who asked. */
    private static final String PIPELINE = "pipeline";

    /** A dense fit of 10,000 items (400 MiB) takes seconds; one of 30,000 takes minutes. */
    private static final long MOST_DENSE = 400L << 20;

    static MakerSettings forMachine(int threads, long memoryBytes) {
        DataSize dense = new DataSize(Math.min(memoryBytes / 5, MOST_DENSE));
        DataSize network = new DataSize(memoryBytes / 4);
        return new MakerSettings(
                threads,
                dense,
                5_000,
                1_500,
                150,
                network,
                Optional.empty(),
                Stores.own(),
                PIPELINE);
    }

    /**
     * The same with another encoder, another place and for somebody else.
     *
     * @param encoder empty for one that is learned from the shop
     */
    MakerSettings with(String encoder, Stores places, String who) {
        return new MakerSettings(
                threads,
                denseMemory,
                questions,
                tuningQuestions,
                perItem,
                networkMemory,
                encoder.isEmpty() ? Optional.empty() : Optional.of(encoder),
                places,
                who);
    }
}
