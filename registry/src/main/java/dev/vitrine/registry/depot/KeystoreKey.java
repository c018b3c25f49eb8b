package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An AES key under a name in a keystore: a PKCS#12 file, or a token that speaks PKCS#11 and that
 * the key does not leave.
 */
public final class KeystoreKey {
    private KeystoreKey() {}

    /** The key {@code alias} of a PKCS#12 file. */
    public static KeyWrapping file(Path file, String alias, char[] password) {
        return read("pkcs12:" + alias, "PKCS12", Optional.empty(), file, alias, password);
    }

    /**
     * The key {@code alias} of a token.
     *
     * @param configuration of the JDK's provider SunPKCS11, naming the token's library
     */
    public static KeyWrapping token(Path configuration, String alias, char[] pin) {
        try {
            Provider provider =
                    Security.getProvider("SunPKCS11").configure(configuration.toString());
            return read("pkcs11:" + alias, "PKCS11", Optional.of(provider), null, alias, pin);
        } catch (RuntimeException e) {
            if (e instanceof VitrineException known) {
                throw known;
            }
            throw failed("the token of " + configuration, e);
        }
    }

    private static KeyWrapping read(
            String id,
            String type,
            Optional<Provider> provider,
            @Nullable Path file,
            String alias,
            char[] password) {
        String place = file == null ? "the token" : file.toString();
        try {
            KeyStore store =
                    provider.isPresent()
                            ? KeyStore.getInstance(type, provider.get())
                            : KeyStore.getInstance(type);
            if (file == null) {
                store.load(null, password);
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    store.load(in, password);
                }
            }
            Key key = store.getKey(alias, password);
            if (key == null || !key.getAlgorithm().equals("AES")) {
                throw new VitrineException(
                        RegistryError.KEY_REFUSED, place + " has no AES key '" + alias + "'");
            }
            return new HeldKey(id, id, new AesGcm(key, provider, new SecureRandom()));
        } catch (IOException | GeneralSecurityException e) {
            throw failed(place, e);
        }
    }

    private static VitrineException failed(String place, Exception e) {
        return new VitrineException(
                RegistryError.KEY_REFUSED, "cannot use the keys of " + place + ": " + e, e);
    }
}
