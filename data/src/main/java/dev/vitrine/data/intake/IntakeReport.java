package dev.vitrine.data.intake;

import java.util.List;

/**
 * What an import read.
 *
 * @param files one entry per file, in the order read
 */
public record IntakeReport(List<FileCount> files) {
    public IntakeReport {
        files = List.copyOf(files);
    }

    /**
     * Records of one file.
     *
     * @param good handed over
     * @param bad handed over as {@link Parsed.Bad}
     */
    public record FileCount(String file, long good, long bad) {}

    public long good() {
        return files.stream().mapToLong(FileCount::good).sum();
    }

    public long bad() {
        return files.stream().mapToLong(FileCount::bad).sum();
    }
}
