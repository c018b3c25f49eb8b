package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;

/** A key by which a cipher is ready. */
final class HeldKey implements KeyWrapping {
    private final String id;
    private final String place;
    private final AesGcm cipher;

    /**
     * @param place where the key lies, for people
     */
    HeldKey(String id, String place, AesGcm cipher) {
        this.id = id;
        this.place = place;
        this.cipher = cipher;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
        return cipher.seal(key, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        return cipher.open(wrapped, context)
                .orElseThrow(() ->
                        new VitrineException(
                                RegistryError.KEY_REFUSED,
                                "the key " + place + " does not open what was wrapped"));
    }
}
