package dev.vitrine.server;

import java.lang.management.ManagementFactory;

/** The machine, or the container, that this process has. */
public final class Machine {
    private Machine() {}

    /** Bytes of memory altogether. */
    public static long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory() * 4;
    }
}
