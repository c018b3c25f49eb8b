package dev.vitrine.data.dataset;

import dev.vitrine.data.cleaning.CleaningReport;
import dev.vitrine.data.cleaning.CleaningSettings;
import dev.vitrine.data.split.SplitSpec;
import java.util.List;
import java.util.Map;

/**
 * What a data set is made of; written as manifest.json, whose SHA-256 names the data set. It holds
 * no time of making, so that the same log, catalogue and settings give the same name.
 *
 * @param format version of the files' layout
 * @param items item numbers of the catalogue, 0 to {@code items - 1}
 * @param events rows: one per event and known product
 * @param fromOffset first log offset read
 * @param toOffset log offset after the last event read
 * @param catalogueSequence sequence of the catalogue it was built on
 * @param parts rows per part, by name
 */
public record DatasetManifest(
        int format,
        int people,
        int items,
        int events,
        long fromOffset,
        long toOffset,
        long catalogueSequence,
        Map<String, Integer> parts,
        SplitSpec split,
        CleaningSettings cleaning,
        CleaningReport report,
        List<FileEntry> files) {
    /** The layout written by this version. */
    public static final int FORMAT = 1;

    /** One file and what it must contain. */
    public record FileEntry(String name, long bytes, String sha256) {}
}
