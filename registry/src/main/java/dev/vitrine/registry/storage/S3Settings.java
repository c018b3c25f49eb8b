package dev.vitrine.registry.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of a service that speaks S3. Secrets come from a file or from the environment, never
 * from here.
 *
 * @param bucket that exists
 * @param prefix what names of objects begin with, without '/' at its ends; empty for none
 * @param region default us-east-1
 * @param endpoint of a service other than Amazon's, such as {@code https://ceph.example:7480}; its
 *     buckets are addressed by path
 * @param credentialsFile lines {@code accessKeyId=…} and {@code secretAccessKey=…}; default the
 *     variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then what the SDK finds on the machine
 * @param connections at once; default 16
 * @param timeout of one attempt of a request; default a minute
 * @param connectionLifetime after which a connection is not used again; default five minutes, so
 *     that a moved address is noticed
 */
public record S3Settings(
        String bucket,
        String prefix,
        String region,
        @Nullable URI endpoint,
        @Nullable Path credentialsFile,
        int connections,
        Duration timeout,
        Duration connectionLifetime) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    public S3Settings {
        require("bucket", BUCKET.matcher(bucket).matches(), bucket, "the name of a bucket");
        require(
                "prefix",
                prefix.isEmpty() || ObjectStore.NAME.matcher(prefix).matches(),
                prefix,
                "names separated by '/', without one at either end");
        require("region", REGION.matcher(region).matches(), region, "such as eu-central-1");
        require(
                "endpoint",
                endpoint == null || isHttp(endpoint),
                String.valueOf(endpoint),
                "http:// or https://, a host and a port, and no user");
        require(
                "connections",
                connections >= 1 && connections <= 256,
                "" + connections,
                "1 to 256");
        require(
                "timeout",
                timeout.compareTo(Duration.ofSeconds(1)) >= 0,
                timeout.toString(),
                "a second (PT1S) or more");
        require(
                "connectionLifetime",
                connectionLifetime.isPositive(),
                connectionLifetime.toString(),
                "more than nothing");
    }

    @JsonCreator
    public S3Settings(
            @JsonProperty("bucket") @Nullable String bucket,
            @JsonProperty("prefix") @Nullable String prefix,
            @JsonProperty("region") @Nullable String region,
            @JsonProperty("endpoint") @Nullable URI endpoint,
            @JsonProperty("credentialsFile") @Nullable Path credentialsFile,
            @JsonProperty("connections") @Nullable Integer connections,
            @JsonProperty("timeout") @Nullable Duration timeout,
            @JsonProperty("connectionLifetime") @Nullable Duration connectionLifetime) {
        this(
                bucket == null ? "" : bucket,
                prefix == null ? "" : prefix,
                region == null ? "us-east-1" : region,
                endpoint,
                credentialsFile,
                connections == null ? 16 : connections.intValue(),
                timeout == null ? Duration.ofMinutes(1) : timeout,
                connectionLifetime == null ? Duration.ofMinutes(5) : connectionLifetime);
    }

    /** A bucket with everything else left to its default. */
    public static S3Settings of(String bucket, String prefix) {
        return new S3Settings(bucket, prefix, null, null, null, null, null, null);
    }

    /** The service, where it is not Amazon's. */
    public Optional<URI> ownEndpoint() {
        return Optional.ofNullable(endpoint);
    }

    /** For people. */
    public String place() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    private static boolean isHttp(URI uri) {
        return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getQuery() == null;
    }

    private static void require(String key, boolean holds, String found, String expected) {
        if (!holds) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "s3." + key,
                    "s3." + key + " must be " + expected + ", found '" + found + "'");
        }
    }
}
