package dev.vitrine.inference.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory of this process outside the Java heap, on Linux with glibc.
 *
 * <p>ONNX Runtime takes weights and intermediate results from glibc's malloc. Left alone, that
 * keeps them: freed blocks below a threshold stay in its heaps, and each large block that is freed
 * raises the threshold to its own size, up to 32 MiB. A model of 200 MB that was loaded and closed
 * six times left 520 MB behind, with the threshold held at {@value #LARGE_BLOCK} bytes and the
 * heaps trimmed 17 MB.
 */
public final class ProcessMemory implements NativeMemory {
    /** Blocks from this size on have pages of their own, which go back when they are freed. */
    static final int LARGE_BLOCK = 4 << 20;

    /** {@code M_MMAP_THRESHOLD} of malloc.h. */
    private static final int MMAP_THRESHOLD = -3;

    /** Places in {@code struct mallinfo2}: bytes in blocks with own pages, and in all others. */
    private static final int IN_PAGES = 4;

    private static final int IN_HEAPS = 7;
    private static final MemoryLayout MALLINFO =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));
    private static final Path MAPS = Path.of("/proc/self/maps");

    private final Optional<MethodHandle> info;
    private final Optional<MethodHandle> trim;

    private ProcessMemory(Optional<MethodHandle> info, Optional<MethodHandle> trim) {
        this.info = info;
        this.trim = trim;
    }

    /** Measures this process, and has large blocks go back to the system when they are freed. */
    public static ProcessMemory open() {
        CLibrary.function(
                        "mallopt",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                .ifPresent(ProcessMemory::keepLargeBlocksApart);
        return new ProcessMemory(
                CLibrary.function("mallinfo2", FunctionDescriptor.of(MALLINFO)),
                CLibrary.function(
                        "malloc_trim",
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));
    }

    private static void keepLargeBlocksApart(MethodHandle mallopt) {
        try {
            int unused = (int) mallopt.invokeExact(MMAP_THRESHOLD, LARGE_BLOCK);
        } catch (Throwable e) {
            throw CLibrary.broken("mallopt", e);
        }
    }

    @Override
    public OptionalLong used(Path directory) {
        if (info.isEmpty()) {
            return OptionalLong.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = (MemorySegment) info.get().invokeExact((SegmentAllocator) arena);
            return OptionalLong.of(
                    values.getAtIndex(ValueLayout.JAVA_LONG, IN_PAGES)
                            + values.getAtIndex(ValueLayout.JAVA_LONG, IN_HEAPS)
                            + mapped(directory));
        } catch (Throwable e) {
            throw CLibrary.broken("mallinfo2", e);
        }
    }

    /** Bytes of files below a directory that are mapped now. */
    private static long mapped(Path directory) throws IOException {
        String prefix = directory.toRealPath() + "/";
        long bytes = 0;
        try (BufferedReader maps = Files.newBufferedReader(MAPS)) {
            for (String line = maps.readLine(); line != null; line = maps.readLine()) {
                int path = line.indexOf('/');
                if (path >= 0 && line.startsWith(prefix, path)) {
                    int dash = line.indexOf('-');
                    int end = line.indexOf(' ');
                    bytes +=
                            Long.parseUnsignedLong(line, dash + 1, end, 16)
                                    - Long.parseUnsignedLong(line, 0, dash, 16);
                }
            }
        }
        return bytes;
    }

    @Override
    public void giveBack() {
        if (trim.isPresent()) {
            try {
                int unused = (int) trim.get().invokeExact(0L);
            } catch (Throwable e) {
                throw CLibrary.broken("malloc_trim", e);
            }
        }
    }
}
