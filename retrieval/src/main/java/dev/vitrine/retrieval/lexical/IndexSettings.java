package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.config.DataSize;
import java.time.Duration;

/**
 * How an index behaves while it serves.
 *
 * @param refreshEvery a change is visible to searches at most about this long after {@code apply}
 * @param commitEvery changes older than this are on disk; younger ones are applied again from the
 *     catalogue after a crash
 * @param commitChanges commits earlier when so many changes are not on disk yet
 * @param writeBuffer memory for changes that are not in a segment yet
 * @param maskCache how many filters' item sets are kept for one version of the index
 * @param synonyms words that stand for one another
 */
public record IndexSettings(
        Duration refreshEvery,
        Duration commitEvery,
        int commitChanges,
        DataSize writeBuffer,
        int maskCache,
        Synonyms synonyms) {
    public static final IndexSettings DEFAULT =
            new IndexSettings(
                    Duration.ofMillis(100),
                    Duration.ofSeconds(30),
                    20_000,
                    DataSize.ofMebibytes(32),
                    64,
                    Synonyms.NONE);

    public IndexSettings {
        if (refreshEvery.isNegative() || refreshEvery.isZero() || commitEvery.isNegative()) {
            throw new IllegalArgumentException(
                    "refreshEvery "
                            + refreshEvery
                            + " and commitEvery "
                            + commitEvery
                            + " must be positive");
        }
        if (commitChanges < 1 || maskCache < 1 || writeBuffer.bytes() < 1 << 20) {
            throw new IllegalArgumentException(
                    "expected commitChanges and maskCache of at least 1 and a write buffer of at"
                            + " least 1MiB, found "
                            + commitChanges
                            + ", "
                            + maskCache
                            + ", "
                            + writeBuffer);
        }
    }

    public IndexSettings withSynonyms(Synonyms words) {
        return new IndexSettings(
                refreshEvery, commitEvery, commitChanges, writeBuffer, maskCache, words);
    }
}
