package dev.vitrine.server.signing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which key signs releases and whose signatures count, from {@code signing} in the server's
 * configuration. All files are PEM.
 *
 * @param key the private key (PKCS#8), with its public key in the same file unless one of the next
 *     two names it; default one of the home's own, made at the first start
 * @param passphraseFile holds the passphrase of an encrypted {@code key}
 * @param publicKey of {@code key}
 * @param certificates of {@code key}: its own, then those that lead to a trust anchor; signatures
 *     carry them
 * @param trustedKeys files of public keys whose signatures count; default that of {@code key}, or
 *     those that the home trusts
 * @param trustAnchors files of certificates; a signature counts whose certificates lead to one
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SigningSettings(
        @Nullable Path key,
        @Nullable Path passphraseFile,
        @Nullable Path publicKey,
        @Nullable Path certificates,
        List<Path> trustedKeys,
        List<Path> trustAnchors) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @JsonCreator
    public SigningSettings(
            @JsonProperty("key") @Nullable Path key,
            @JsonProperty("passphraseFile") @Nullable Path passphraseFile,
            @JsonProperty("publicKey") @Nullable Path publicKey,
            @JsonProperty("certificates") @Nullable Path certificates,
            @JsonProperty("trustedKeys") @Nullable List<Path> trustedKeys,
            @JsonProperty("trustAnchors") @Nullable List<Path> trustAnchors) {
        this.key = key;
        this.passphraseFile = passphraseFile;
        this.publicKey = publicKey;
        this.certificates = certificates;
        this.trustedKeys = trustedKeys == null ? List.of() : List.copyOf(trustedKeys);
        this.trustAnchors = trustAnchors == null ? List.of() : List.copyOf(trustAnchors);
        boolean parts = passphraseFile != null || publicKey != null || certificates != null;
        if (key == null && parts) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "signing",
                    "passphraseFile, publicKey and certificates belong to a key; name it as key");
        }
        if (certificates != null && this.trustAnchors.isEmpty()) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "signing",
                    "signatures with certificates count only where trustAnchors names one that"
                            + " they lead to");
        }
    }

    /** The home's own key. */
    public static SigningSettings defaults() {
        return new SigningSettings(null, null, null, null, null, null);
    }

    /** The key of one's own, where there is one. */
    public Optional<Path> ownKey() {
        return Optional.ofNullable(key);
    }

    /** As text for a child process; it names files and holds no secret. */
    public String text() {
        return JSON.writeValueAsString(this);
    }

    public static SigningSettings parse(String text) {
        return ConfigReader.parse(text, "signing", SigningSettings.class);
    }
}
