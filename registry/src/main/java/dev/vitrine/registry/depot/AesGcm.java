package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256 in Galois/counter mode (NIST SP 800-38D): a random nonce of 12 bytes, the ciphertext, and
 * a tag of 16 bytes. With random nonces one key serves 2^32 messages.
 */
final class AesGcm {
    static final int OVERHEAD = 12 + 16;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final Key key;
    private final Optional<Provider> provider;
    private final SecureRandom random;

    /**
     * @param provider of a key that does not leave its token
     */
    AesGcm(Key key, Optional<Provider> provider, SecureRandom random) {
        this.key = key;
        this.provider = provider;
        this.random = random;
    }

    /** Nonce, ciphertext and tag. */
    byte[] seal(byte[] content, byte[] context) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = Arrays.copyOf(nonce, content.length + OVERHEAD);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            byte[] done = cipher.doFinal(content);
            System.arraycopy(done, 0, sealed, NONCE, done.length);
            return sealed;
        } catch (GeneralSecurityException | ProviderException e) {
            throw unusable("encrypt", e);
        }
    }

    /** The content; empty when it was changed, or sealed by another key or in another context. */
    Optional<byte[]> open(byte[] sealed, byte[] context) {
        if (sealed.length < OVERHEAD) {
            return Optional.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), context);
            return Optional.of(cipher.doFinal(sealed, NONCE, sealed.length - NONCE));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        } catch (ProviderException e) {
            throw unusable("decrypt", e);
        }
    }

    /** A token that was taken out, say; it tells nothing about what was sealed. */
    private static VitrineException unusable(String what, Exception e) {
        return new VitrineException(
                RegistryError.KEY_REFUSED, "the key cannot " + what + ": " + e, e);
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        String name = "AES/GCM/NoPadding";
        Cipher cipher =
                provider.isPresent()
                        ? Cipher.getInstance(name, provider.get())
                        : Cipher.getInstance(name);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
