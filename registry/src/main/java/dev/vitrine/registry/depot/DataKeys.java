package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.storage.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that encrypt objects, each in an object {@code keys/ID} of its own as {@code vitrine-key
 * WRAPPED-BY BASE64}, wrapped by a key that lies elsewhere. To change that key only these small
 * objects are written again.
 */
final class DataKeys {
    static final int ID_BYTES = 16;

    private static final String KEYS = "keys/";
    private static final String FORM = "vitrine-key";
    private static final int KEY_BYTES = 32;

    private final ObjectStore objects;
    private final KeyRing ring;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, AesGcm> known = new ConcurrentHashMap<>();
    private @Nullable Named own;

    /** A key and what it is called, {@value #ID_BYTES} random bytes. */
    record Named(byte[] id, AesGcm cipher) {}

    DataKeys(ObjectStore objects, KeyRing ring) {
        this.objects = objects;
        this.ring = ring;
    }

    /** What new objects are encrypted under; empty where they are not. */
    synchronized Optional<Named> current() {
        if (own == null && ring.current().isPresent()) {
            own = make(ring.current().get());
        }
        return Optional.ofNullable(own);
    }

    /** From now on another key. */
    synchronized void renew() {
        own = null;
    }

    private Named make(KeyWrapping wrapping) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        String name = HexFormat.of().formatHex(id);
        objects.create(KEYS + name, text(wrapping, key, name));
        AesGcm cipher = cipher(key);
        known.put(name, cipher);
        return new Named(id, cipher);
    }

    private static byte[] text(KeyWrapping wrapping, byte[] key, String name) {
        String wrapped = Base64.getEncoder().encodeToString(wrapping.wrap(key, context(name)));
        return (FORM + " " + wrapping.id() + " " + wrapped + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The key of that id.
     *
     * @throws VitrineException KEY_REFUSED when it cannot be unwrapped
     */
    AesGcm get(byte[] id) {
        String name = HexFormat.of().formatHex(id);
        AesGcm cipher = known.get(name);
        if (cipher == null) {
            byte[] object =
                    objects.get(KEYS + name)
                            .orElseThrow(() ->
                                    new VitrineException(
                                            RegistryError.ARTIFACT_CORRUPT,
                                            "the key "
                                                    + name
                                                    + " is missing in "
                                                    + objects.place()));
            cipher = cipher(unwrap(name, object));
            known.put(name, cipher);
        }
        return cipher;
    }

    private byte[] unwrap(String name, byte[] object) {
        String[] fields = fields(name, object);
        try {
            return ring.get(fields[1]).unwrap(Base64.getDecoder().decode(fields[2]), context(name));
        } catch (IllegalArgumentException e) {
            throw corrupt(name);
        }
    }

    private String[] fields(String name, byte[] object) {
        String[] fields = new String(object, StandardCharsets.US_ASCII).strip().split(" ");
        if (fields.length != 3 || !fields[0].equals(FORM)) {
            throw corrupt(name);
        }
        return fields;
    }

    private VitrineException corrupt(String name) {
        return new VitrineException(
                RegistryError.ARTIFACT_CORRUPT,
                "the key " + name + " in " + objects.place() + " was changed");
    }

    /**
     * Wraps every key by the first of the ring that is wrapped by another.
     *
     * @return how many were
     */
    int rewrap() {
        KeyWrapping wrapping =
                ring.current()
                        .orElseThrow(() ->
                                new VitrineException(
                                        RegistryError.KEY_REFUSED, "there is no key to wrap by"));
        int[] changed = {0};
        objects.list(
                KEYS,
                stored -> {
                    String name = stored.name().substring(KEYS.length());
                    byte[] object = objects.get(stored.name()).orElseThrow(() -> corrupt(name));
                    if (!fields(name, object)[1].equals(wrapping.id())) {
                        byte[] key = unwrap(name, object);
                        objects.replace(stored.name(), text(wrapping, key, name));
                        Arrays.fill(key, (byte) 0);
                        changed[0]++;
                    }
                });
        return changed[0];
    }

    private AesGcm cipher(byte[] key) {
        return new AesGcm(new SecretKeySpec(key, "AES"), Optional.empty(), random);
    }

    private static byte[] context(String name) {
        return (KEYS + name).getBytes(StandardCharsets.US_ASCII);
    }
}
