package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeCodec;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.store.RowReader;
import dev.vitrine.data.store.RowWriter;
import dev.vitrine.kernel.error.VitrineException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one person, for AES-256-GCM (NIST SP 800-38D): a random nonce of 12 bytes before the
 * sealed text, a tag of 16 behind it. The person's number is authenticated with it, so that sealed
 * attributes cannot be moved to somebody else's event.
 */
final class PersonKey {
    static final int BYTES = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final long person;
    private final SecretKeySpec key;

    PersonKey(long person, byte[] key) {
        this.person = person;
        this.key = new SecretKeySpec(key, "AES");
    }

    SealedAttributes seal(Map<String, AttributeValue> attributes, SecureRandom random) {
        RowWriter plain = new RowWriter(128);
        AttributeCodec.write(plain, attributes);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce);
            byte[] sealed = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(plain.size()));
            cipher.doFinal(plain.array(), 0, plain.size(), sealed, NONCE);
            return SealedAttributes.of(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-GCM", e);
        }
    }

    Map<String, AttributeValue> open(SealedAttributes sealed) {
        byte[] bytes = sealed.bytes();
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, NONCE));
            byte[] plain = cipher.doFinal(bytes, NONCE, Math.max(0, bytes.length - NONCE));
            return AttributeCodec.read(new RowReader(plain));
        } catch (AEADBadTagException e) {
            throw new VitrineException(
                    DataError.LOG_CORRUPT,
                    "sealed attributes of person " + person + " were changed or are another's",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        byte[] number = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            number[i] = (byte) (person >>> (8 * i));
        }
        cipher.updateAAD(number);
        return cipher;
    }
}
