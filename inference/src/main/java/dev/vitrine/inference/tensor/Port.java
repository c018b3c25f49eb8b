package dev.vitrine.inference.tensor;

import java.util.List;

/**
 * An input or output of a model.
 *
 * @param dimensions outermost first
 */
public record Port(String name, TensorType type, List<Dimension> dimensions) {
    public Port {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * A fixed size, or one that each request chooses.
     *
     * @param size -1 when the request chooses
     * @param name the same name stands for the same size in all inputs and outputs; empty for none
     */
    public record Dimension(long size, String name) {
        public static Dimension of(long size) {
            return new Dimension(size, "");
        }

        public static Dimension named(String name) {
            return new Dimension(-1, name);
        }

        public boolean isOpen() {
            return size < 0;
        }

        @Override
        public String toString() {
            if (!isOpen()) {
                return Long.toString(size);
            }
            return name.isEmpty() ? "?" : name;
        }
    }

    /** Whether every element of a tensor of this port has a fixed place, whatever the request. */
    public boolean isFixed() {
        return dimensions.stream().noneMatch(Dimension::isOpen);
    }

    /** The shape as the Open Inference Protocol writes it: -1 where a request chooses. */
    public long[] shape() {
        return dimensions.stream().mapToLong(d -> d.isOpen() ? -1 : d.size()).toArray();
    }
}
