package dev.vitrine.registry.storage;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Small objects under names, each whole or not there. What is written is durable on return and read
 * by everybody from then on. Thread-safe, and shared by several processes and machines. There are
 * no retries in here: whoever knows what a call was for decides whether to make it again.
 *
 * <p>Every method throws {@link VitrineException} STORAGE_UNREACHABLE when the outcome is unknown
 * and the call may be made again, STORAGE_REFUSED when the other side would refuse it again.
 */
public interface ObjectStore extends AutoCloseable {
    /** Larger objects are neither written nor read; whoever has more cuts it. */
    int MAX_BYTES = 16 << 20;

    /** What a name may be: parts of letters, digits, '.', '_' and '-', separated by '/'. */
    Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    /**
     * An object that is there.
     *
     * @param size bytes
     * @param modified when it was written last, by the clock of the store
     */
    record Stored(String name, long size, Instant modified) {}

    /**
     * Writes an object unless there is one of that name, which is left as it is.
     *
     * @return whether it was written
     */
    boolean create(String name, byte[] content);

    /** Writes an object in the place of whatever there is. */
    void replace(String name, byte[] content);

    Optional<byte[]> get(String name);

    /** Looks for an object without reading it. */
    Optional<Stored> find(String name);

    /** Gives every object whose name begins so, by rising name. */
    void list(String prefix, Consumer<Stored> to);

    /** Removes an object; nothing happens where there is none. */
    void delete(String name);

    /** What people call it, without secrets. */
    String place();

    @Override
    void close();

    /**
     * @throws VitrineException ARTIFACT_INVALID when a name or the size of a content cannot be
     */
    static void require(String name, int size) {
        if (name.length() > 800 || !NAME.matcher(name).matches() || size > MAX_BYTES) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_INVALID,
                    "'" + name + "' with " + size + " bytes cannot be an object");
        }
    }
}
