package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;

/**
 * A key that never encrypts content, only the keys that do: in a file, in a token, or in a service
 * that keeps keys.
 */
public interface KeyWrapping {
    /** Tells it from others; says nothing of what it is. */
    String id();

    /**
     * Encrypts a key.
     *
     * @param context is bound to it: it comes out only with the same
     */
    byte[] wrap(byte[] key, byte[] context);

    /**
     * Decrypts a key.
     *
     * @throws VitrineException KEY_REFUSED when it was wrapped by another or was changed
     */
    byte[] unwrap(byte[] wrapped, byte[] context);
}
