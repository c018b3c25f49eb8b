package dev.vitrine.registry.storage;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects in a bucket of a service that speaks S3. Needs conditional writes (If-None-Match). */
public final class S3Objects implements ObjectStore {
    private static final int MAX_CREDENTIALS_BYTES = 64 << 10;

    private final S3Client client;
    private final S3Settings settings;

    private S3Objects(S3Client client, S3Settings settings) {
        this.client = client;
        this.settings = settings;
    }

    /**
     * Prepares a client; asks the service nothing yet.
     *
     * @throws VitrineException STORAGE_REFUSED when the file of credentials cannot be used
     */
    public static S3Objects open(S3Settings settings) {
        S3ClientBuilder builder =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(credentials(settings))
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .maxConnections(settings.connections())
                                        .connectionTimeToLive(settings.connectionLifetime())
                                        .connectionTimeout(settings.timeout())
                                        .socketTimeout(settings.timeout())
                                        .expectContinueEnabled(false))
                        // Older services know no checksums but MD5; every object is checked by its
                        // reader.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()));
        settings.ownEndpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        return new S3Objects(builder.build(), settings);
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        Path file = settings.credentialsFile();
        if (file == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        Properties lines = new Properties();
        try {
            if (Files.size(file) > MAX_CREDENTIALS_BYTES) {
                throw new IOException("it has " + Files.size(file) + " bytes");
            }
            try (InputStream in = Files.newInputStream(file)) {
                lines.load(in);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new VitrineException(
                    RegistryError.STORAGE_REFUSED, "cannot read credentials from " + file, e);
        }
        String id = lines.getProperty("accessKeyId", "").strip();
        String secret = lines.getProperty("secretAccessKey", "").strip();
        if (id.isEmpty() || secret.isEmpty()) {
            throw new VitrineException(
                    RegistryError.STORAGE_REFUSED,
                    file + " needs a line accessKeyId=… and a line secretAccessKey=…");
        }
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret));
    }

    @Override
    public boolean create(String name, byte[] content) {
        return asked(
                "write " + name,
                () -> {
                    try {
                        client.putObject(
                                put(name, content).ifNoneMatch("*").build(),
                                RequestBody.fromBytes(content));
                        return true;
                    } catch (S3Exception e) {
                        if (e.statusCode() == 412) {
                            return false;
                        }
                        throw e;
                    }
                });
    }

    @Override
    public void replace(String name, byte[] content) {
        asked(
                "write " + name,
                () -> client.putObject(put(name, content).build(), RequestBody.fromBytes(content)));
    }

    private PutObjectRequest.Builder put(String name, byte[] content) {
        ObjectStore.require(name, content.length);
        return PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(key(name))
                .contentLength((long) content.length)
                .contentMD5(md5(content));
    }

    @Override
    public Optional<byte[]> get(String name) {
        return asked(
                "read " + name,
                () -> {
                    try {
                        ResponseBytes<GetObjectResponse> found =
                                client.getObject(
                                        r -> r.bucket(settings.bucket()).key(key(name)),
                                        ResponseTransformer.toBytes());
                        return Optional.of(found.asByteArrayUnsafe());
                    } catch (S3Exception e) {
                        return absent(e);
                    }
                });
    }

    @Override
    public Optional<Stored> find(String name) {
        return asked(
                "look for " + name,
                () -> {
                    try {
                        HeadObjectResponse found =
                                client.headObject(r -> r.bucket(settings.bucket()).key(key(name)));
                        return Optional.of(
                                new Stored(name, found.contentLength(), found.lastModified()));
                    } catch (S3Exception e) {
                        return absent(e);
                    }
                });
    }

    @Override
    public void list(String prefix, Consumer<Stored> to) {
        String before = settings.prefix().isEmpty() ? "" : settings.prefix() + "/";
        asked(
                "list " + prefix,
                () -> {
                    client.listObjectsV2Paginator(
                                    ListObjectsV2Request.builder()
                                            .bucket(settings.bucket())
                                            .prefix(before + prefix)
                                            .build())
                            .contents()
                            .forEach(object ->
                                    to.accept(
                                            new Stored(
                                                    object.key().substring(before.length()),
                                                    object.size(),
                                                    object.lastModified())));
                    return prefix;
                });
    }

    @Override
    public void delete(String name) {
        asked(
                "delete " + name,
                () -> client.deleteObject(r -> r.bucket(settings.bucket()).key(key(name))));
    }

    @Override
    public String place() {
        return settings.place();
    }

    @Override
    public void close() {
        client.close();
    }

    /** What every service of this kind checks before it says that it has an object. */
    private static String md5(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }

    private String key(String name) {
        ObjectStore.require(name, 0);
        return settings.prefix().isEmpty() ? name : settings.prefix() + "/" + name;
    }

    private static <T> Optional<T> absent(S3Exception e) {
        boolean bucket =
                e.awsErrorDetails() != null
                        && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
        if (e.statusCode() == 404 && !bucket) {
            return Optional.empty();
        }
        throw e;
    }

    private <T> T asked(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (S3Exception e) {
            boolean again =
                    e.statusCode() >= 500
                            || e.statusCode() == 408
                            || e.statusCode() == 409
                            || e.statusCode() == 429
                            || e.isThrottlingException();
            throw new VitrineException(
                    again ? RegistryError.STORAGE_UNREACHABLE : RegistryError.STORAGE_REFUSED,
                    place() + " would not " + what + ": " + e.getMessage(),
                    e);
        } catch (SdkClientException e) {
            boolean again = !String.valueOf(e.getMessage()).contains("credentials");
            throw new VitrineException(
                    again ? RegistryError.STORAGE_UNREACHABLE : RegistryError.STORAGE_REFUSED,
                    "cannot " + what + " at " + place() + ": " + e.getMessage(),
                    e);
        } catch (SdkException | UncheckedIOException e) {
            throw new VitrineException(
                    RegistryError.STORAGE_UNREACHABLE,
                    "cannot " + what + " at " + place() + ": " + e.getMessage(),
                    e);
        }
    }
}
