package dev.vitrine.registry.storage;

import dev.vitrine.realservers.S3Server;
import java.nio.file.Path;
import java.time.Duration;

/** Where the bucket of a server that a test started is reached. */
public final class TestBucket {
    private TestBucket() {}

    public static S3Settings of(S3Server server, String prefix) {
        return of(server, prefix, server.credentials());
    }

    static S3Settings of(S3Server server, String prefix, Path credentials) {
        return new S3Settings(
                S3Server.BUCKET,
                prefix,
                "us-east-1",
                server.endpoint(),
                credentials,
                8,
                Duration.ofSeconds(20),
                Duration.ofMinutes(1));
    }
}
