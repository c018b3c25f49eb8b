package dev.vitrine.server.stores;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.depot.KeyFile;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.depot.KeyWrapping;
import dev.vitrine.registry.depot.KeystoreKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which key wraps the keys that encrypt: one of the first three.
 *
 * @param keyFile that {@code vitrine registry key} made
 * @param keystore a PKCS#12 file with an AES key
 * @param token a configuration of the JDK's provider SunPKCS11
 * @param alias what the key is called in keystore or token
 * @param passwordFile holds the password of the keystore, or the token's PIN
 * @param olderKeyFiles keys that wrapped before, until {@code vitrine registry rotate} was run
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EncryptionSettings(
        @Nullable Path keyFile,
        @Nullable Path keystore,
        @Nullable Path token,
        @Nullable String alias,
        @Nullable Path passwordFile,
        List<Path> olderKeyFiles) {
    @JsonCreator
    public EncryptionSettings(
            @JsonProperty("keyFile") @Nullable Path keyFile,
            @JsonProperty("keystore") @Nullable Path keystore,
            @JsonProperty("token") @Nullable Path token,
            @JsonProperty("alias") @Nullable String alias,
            @JsonProperty("passwordFile") @Nullable Path passwordFile,
            @JsonProperty("olderKeyFiles") @Nullable List<Path> olderKeyFiles) {
        this.keyFile = keyFile;
        this.keystore = keystore;
        this.token = token;
        this.alias = alias;
        this.passwordFile = passwordFile;
        this.olderKeyFiles = olderKeyFiles == null ? List.of() : List.copyOf(olderKeyFiles);
        int named =
                (keyFile == null ? 0 : 1) + (keystore == null ? 0 : 1) + (token == null ? 0 : 1);
        boolean named2 = keyFile != null || (alias != null && passwordFile != null);
        if (named != 1 || !named2) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "encryption",
                    "encryption has one of keyFile, keystore and token; the last two with alias"
                            + " and passwordFile");
        }
    }

    /**
     * Reads the keys.
     *
     * @throws VitrineException KEY_REFUSED naming the one that cannot be used
     */
    public KeyRing ring() {
        List<KeyWrapping> keys = new ArrayList<>();
        if (keyFile != null) {
            keys.add(KeyFile.read(keyFile));
        } else if (keystore != null) {
            keys.add(KeystoreKey.file(keystore, Objects.requireNonNull(alias), password()));
        } else {
            keys.add(
                    KeystoreKey.token(
                            Objects.requireNonNull(token),
                            Objects.requireNonNull(alias),
                            password()));
        }
        olderKeyFiles.forEach(file -> keys.add(KeyFile.read(file)));
        return new KeyRing(keys);
    }

    private char[] password() {
        Path file = Objects.requireNonNull(passwordFile);
        try {
            return Files.readString(file).strip().toCharArray();
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.KEY_REFUSED, "cannot read the password in " + file, e);
        }
    }
}
