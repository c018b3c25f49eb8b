package dev.vitrine.data.event;

import java.util.Arrays;

/**
 * Personal attributes of an event, encrypted under the key of the person they belong to. Whoever
 * has no key (nobody has, once the person is erased) cannot tell what is inside.
 */
public final class SealedAttributes {
    /** No personal attributes. */
    public static final SealedAttributes NONE = new SealedAttributes(new byte[0]);

    private final byte[] bytes;

    private SealedAttributes(byte[] bytes) {
        this.bytes = bytes;
    }

    static SealedAttributes of(byte[] bytes) {
        return bytes.length == 0 ? NONE : new SealedAttributes(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedAttributes o && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "SealedAttributes(" + bytes.length + " bytes)";
    }
}
