package dev.vitrine.training.linear;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much memory a new native allocation can have without swapping: on Linux the kernel's own
 * estimate ({@code MemAvailable}) within the control group's limit, elsewhere what the JDK reports
 * as free.
 */
final class FreeMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path GROUP = Path.of("/sys/fs/cgroup");

    private FreeMemory() {}

    static long bytes() {
        try {
            long free = available(Files.readAllLines(MEMINFO));
            return Math.min(free, groupLeft());
        } catch (IOException | NumberFormatException e) {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system
                    ? system.getFreeMemorySize()
                    : Long.MAX_VALUE;
        }
    }

    static long available(List<String> meminfo) {
        for (String line : meminfo) {
            if (line.startsWith("MemAvailable:")) {
                String[] words = line.trim().split("\\s+");
                return Long.parseLong(words[1]) << 10;
            }
        }
        return Long.MAX_VALUE;
    }

    private static long groupLeft() throws IOException {
        Path limit = GROUP.resolve("memory.max");
        Path used = GROUP.resolve("memory.current");
        if (!Files.isReadable(limit) || !Files.isReadable(used)) {
            return Long.MAX_VALUE;
        }
        String most = Files.readString(limit).strip();
        return most.equals("max")
                ? Long.MAX_VALUE
                : Long.parseLong(most) - Long.parseLong(Files.readString(used).strip());
    }
}
