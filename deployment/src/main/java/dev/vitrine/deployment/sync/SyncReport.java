package dev.vitrine.deployment.sync;

import java.util.List;
import java.util.SortedMap;

/**
 * What one direction of a synchronisation did.
 *
 * @param releases that are at the other side now and were not
 * @param models that answer for themselves, likewise
 * @param artifacts that were carried
 * @param chunks that were carried
 * @param bytes of those chunks, before they were compressed
 * @param sharedBytes of the same artefacts that the other side had already
 * @param retries attempts beyond the first
 * @param refused by name, what was left out and why: what does not hold here, what would not there
 */
public record SyncReport(
        List<String> releases,
        List<String> models,
        int artifacts,
        int chunks,
        long bytes,
        long sharedBytes,
        int retries,
        SortedMap<String, String> refused) {
    /** Whether the other side now has everything. */
    public boolean complete() {
        return refused.isEmpty();
    }
}
