package dev.vitrine.data.event;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Gives people numbers and holds their keys; the only place that knows their ids. */
public final class People implements AutoCloseable {
    private People() {}

    public static People open(Path directory) {
        throw new UnsupportedOperationException();
    }

    public static People openReadOnly(Path directory) {
        throw new UnsupportedOperationException();
    }

    /** Numbers of visitor ids in the order given; unknown ones are created, durable on return. */
    public long[] visitors(List<String> ids) {
        throw new UnsupportedOperationException();
    }

    /** The number of a visitor id, created and durable when it was unknown. */
    public long visitor(String id) {
        throw new UnsupportedOperationException();
    }

    /** The number of a user id, created and durable when it was unknown. */
    public long user(String id) {
        throw new UnsupportedOperationException();
    }

    public OptionalLong findVisitor(String id) {
        throw new UnsupportedOperationException();
    }

    public OptionalLong findUser(String id) {
        throw new UnsupportedOperationException();
    }

    /** Visitor numbers that were seen together with a user number, ascending. */
    public long[] linkedVisitors(long user) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a person's id, key and links, for good.
     *
     * @return false when the number is unknown or was erased before
     */
    public boolean erase(long number) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
