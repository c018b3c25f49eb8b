package dev.vitrine.server.stores;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.storage.DirectoryObjects;
import dev.vitrine.registry.storage.ObjectStore;
import dev.vitrine.registry.storage.S3Objects;
import dev.vitrine.registry.storage.S3Settings;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Another registry, from {@code registries} in the server's configuration: one of both.
 *
 * @param directory a folder, such as one that sites share; either this or
 * @param s3 a bucket of a service that speaks S3
 * @param encryption which key wraps those that encrypt it; left out, it is not encrypted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DepotSettings(
        @Nullable Path directory,
        @Nullable S3Settings s3,
        @Nullable EncryptionSettings encryption) {
    private static final Pattern BUCKET = Pattern.compile("s3://([^/]+)(?:/(.*))?");

    @JsonCreator
    public DepotSettings(
            @JsonProperty("directory") @Nullable Path directory,
            @JsonProperty("s3") @Nullable S3Settings s3,
            @JsonProperty("encryption") @Nullable EncryptionSettings encryption) {
        this.directory = directory;
        this.s3 = s3;
        this.encryption = encryption;
        if ((directory == null) == (s3 == null)) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "registries",
                    "a registry has either a directory or s3");
        }
    }

    /**
     * What somebody calls a registry: a name of {@code registries}, {@code s3://BUCKET/PREFIX}, or
     * a folder.
     *
     * @throws VitrineException USAGE when it is none of these
     */
    public static DepotSettings of(String target, Map<String, DepotSettings> named) {
        DepotSettings known = named.get(target);
        if (known != null) {
            return known;
        }
        Matcher bucket = BUCKET.matcher(target);
        if (bucket.matches()) {
            String prefix = bucket.group(2);
            return new DepotSettings(
                    null, S3Settings.of(bucket.group(1), prefix == null ? "" : prefix), null);
        }
        if (!target.contains("/") && !target.startsWith(".")) {
            throw new VitrineException(
                    ServerError.USAGE,
                    "server.yaml names no registry '"
                            + target
                            + "' (it names "
                            + named.keySet().stream().sorted().toList()
                            + "); a folder is written with a '/', as in ./"
                            + target);
        }
        return new DepotSettings(Path.of(target), null, null);
    }

    /** Opens it; the caller closes it. */
    public ObjectStore open() {
        if (s3 != null) {
            return S3Objects.open(s3);
        }
        return DirectoryObjects.open(Objects.requireNonNull(directory));
    }

    /** The keys that wrap those that encrypt it. */
    public KeyRing ring() {
        return encryption == null ? KeyRing.NONE : encryption.ring();
    }
}
