package dev.vitrine.training.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The high-water mark of this process's resident memory, as Linux keeps it. */
final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private PeakMemory() {}

    /** Starts the mark anew; does nothing where the system does not allow it. */
    static void reset() {
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, "5");
            }
        } catch (IOException e) {
            // The mark then counts from the start of the process, as documented.
            return;
        }
    }

    /** Highest resident memory in MiB; 0 where it is not known. */
    static long mebibytes() {
        try {
            return mark(Files.readAllLines(STATUS)) >> 10;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Kibibytes of the line {@code VmHWM}. */
    static long mark(List<String> status) {
        for (String line : status) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.trim().split("\\s+")[1]);
            }
        }
        return 0;
    }
}
