package dev.vitrine.inference.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A bound on the memory of this process that the system keeps, native code or not. */
public final class MemoryLimit {
    /** {@code RLIMIT_DATA} of Linux: heap, stacks and private memory, not files that are mapped. */
    private static final int DATA = 2;

    private MemoryLimit() {}

    /**
     * Has allocations fail that would take this process beyond a number of bytes; for the rest of
     * its life. Elsewhere than on Linux nothing happens.
     */
    public static void set(long bytes) {
        Optional<MethodHandle> setrlimit =
                CLibrary.function(
                        "setrlimit",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        if (setrlimit.isEmpty()) {
            return;
        }
        int failed;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment softAndHard =
                    arena.allocateFrom(ValueLayout.JAVA_LONG, new long[] {bytes, bytes});
            failed = (int) setrlimit.get().invokeExact(DATA, softAndHard);
        } catch (Throwable e) {
            throw CLibrary.broken("setrlimit", e);
        }
        if (failed != 0) {
            throw new IllegalStateException("the memory cannot be limited to " + bytes + " bytes");
        }
    }
}
