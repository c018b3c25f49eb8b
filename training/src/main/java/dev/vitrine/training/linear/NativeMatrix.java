package dev.vitrine.training.linear;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A dense matrix of floats in native memory, column by column, zero at first. May hold more than
 * 2^31 bytes. Not thread-safe for writers of the same place; closing frees the memory at once.
 */
public final class NativeMatrix implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final int rows;
    private final int columns;
    private final Arena arena;
    private final MemorySegment segment;

    /**
     * @throws VitrineException {@code MEMORY_INSUFFICIENT} when the operating system refuses
     */
    public NativeMatrix(int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("a matrix of " + rows + " x " + columns);
        }
        this.rows = rows;
        this.columns = columns;
        this.arena = Arena.ofShared();
        long bytes = bytes(rows, columns);
        try {
            this.segment = arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new VitrineException(
                    TrainingError.MEMORY_INSUFFICIENT,
                    "a matrix of "
                            + rows
                            + " x "
                            + columns
                            + " floats needs "
                            + (bytes >> 20)
                            + " MiB, which the machine did not give",
                    e);
        }
    }

    /** The memory a matrix of this shape takes. */
    public static long bytes(int rows, int columns) {
        return (long) rows * columns * Float.BYTES;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    public float get(int row, int column) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, (long) column * rows + row);
    }

    public void set(int row, int column, float value) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, (long) column * rows + row, value);
    }

    /** Copies places {@code from} to {@code to - 1} of a column out of an array of its own size. */
    public void setColumn(int column, float[] values, int from, int to) {
        MemorySegment.copy(
                values,
                from,
                segment,
                ValueLayout.JAVA_FLOAT,
                ((long) column * rows + from) * Float.BYTES,
                to - from);
    }

    /** Copies a whole column into the first {@code rows()} places of an array. */
    public void getColumn(int column, float[] values) {
        MemorySegment.copy(
                segment,
                ValueLayout.JAVA_FLOAT,
                (long) column * rows * Float.BYTES,
                values,
                0,
                rows);
    }

    /** The memory itself, column by column. */
    public MemorySegment segment() {
        return segment;
    }

    /** Byte position of the first place of a column. */
    public long columnOffset(int column) {
        return (long) column * rows * Float.BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** The same memory as the binding wants it; valid while the matrix is open. */
    FloatPointer pointer() {
        return new Address(segment);
    }

    /** Makes a pointer of the binding from an address without owning the memory. */
    private static final class Address extends FloatPointer {
        Address(MemorySegment segment) {
            super((Pointer) null);
            address = segment.address();
            limit = segment.byteSize() / Float.BYTES;
            capacity = limit;
        }
    }
}
