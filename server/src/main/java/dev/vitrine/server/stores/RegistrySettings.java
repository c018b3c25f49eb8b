package dev.vitrine.server.stores;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.PostgresSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The registry that several nodes share, from {@code registry} in the server's configuration.
 *
 * @param url of a PostgreSQL database, {@code jdbc:postgresql://host:port/database}; default none,
 *     for a file in the home. Where it names no {@code sslmode} and another machine, the database
 *     has to show a certificate that holds ({@code sslmode=verify-full})
 * @param user of the database
 * @param passwordFile holds the password; read at each new connection, so that it can change
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegistrySettings(
        @Nullable String url, @Nullable String user, @Nullable Path passwordFile) {
    private static final Pattern URL =
            Pattern.compile("jdbc:postgresql://([^/?#@]+)/([^/?#]+)(\\?[^#]*)?");
    private static final Pattern SECRET =
            Pattern.compile("[?&](user|password|sslpassword)=", Pattern.CASE_INSENSITIVE);
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?");
    private static final String MODE = "sslmode=";

    public RegistrySettings {
        if (url == null) {
            require(
                    user == null && passwordFile == null,
                    "user and passwordFile belong to a url; name the database as url");
        } else {
            require(
                    URL.matcher(url).matches(),
                    "url is jdbc:postgresql://HOST:PORT/DATABASE, found '" + shown(url) + "'");
            require(
                    !SECRET.matcher(url).find(),
                    "url holds a user or a password, which every log would show; name them as user"
                            + " and passwordFile");
            require(user != null && !user.isBlank(), "user is missing");
            require(
                    passwordFile != null,
                    "passwordFile is missing: a file that holds the password of " + user);
        }
    }

    /** A file in the home. */
    public static RegistrySettings own() {
        return new RegistrySettings(null, null, null);
    }

    @JsonIgnore
    public boolean isShared() {
        return url != null;
    }

    /** What can be reached by it; empty for a file in the home. */
    Optional<PostgresSettings> postgres() {
        if (url == null || user == null || passwordFile == null) {
            return Optional.empty();
        }
        Path file = passwordFile;
        read(file);
        return Optional.of(new PostgresSettings(withEncryption(url), user, () -> read(file)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "registry",
                    "passwordFile " + file + " cannot be read: " + e);
        }
    }

    private static String withEncryption(String url) {
        Matcher parts = URL.matcher(url);
        boolean near = true;
        if (parts.matches()) {
            for (String host : parts.group(1).split(",", -1)) {
                near &= LOOPBACK.matcher(host).matches();
            }
        }
        if (near || url.contains(MODE)) {
            return url;
        }
        return url + (url.contains("?") ? "&" : "?") + MODE + "verify-full";
    }

    /** Without what may be a secret. */
    private static String shown(String url) {
        return url.replaceAll("//[^/]*@", "//***@").replaceAll("\\?.*", "?***");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw VitrineException.field(ConfigError.CONFIG_INVALID, "registry", otherwise);
        }
    }
}
