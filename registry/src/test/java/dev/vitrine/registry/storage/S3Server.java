package dev.vitrine.registry.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3 (s3proxy), over a folder, in a JVM of its own. */
public final class S3Server implements AutoCloseable {
    static final String ID = "vitrine";
    static final String SECRET = "a-secret-of-the-test";
    static final String BUCKET = "artifacts";

    private final Process process;
    private final URI endpoint;
    private final Path credentials;

    private S3Server(Process process, URI endpoint, Path credentials) {
        this.process = process;
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    public static S3Server start(Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
        Path properties = folder.resolve("s3proxy.conf");
        Files.write(
                properties,
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + ID,
                        "s3proxy.credential=" + SECRET,
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=x",
                        "jclouds.credential=x",
                        "jclouds.filesystem.basedir=" + folder.resolve("objects")));
        Path log = folder.resolve("s3proxy.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                properties.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Path credentials = folder.resolve("credentials");
        Files.write(credentials, List.of("accessKeyId=" + ID, "secretAccessKey=" + SECRET));
        for (int i = 0; i < 300 && process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return new S3Server(
                            process, URI.create("http://127.0.0.1:" + port), credentials);
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new IOException("no S3 server: " + Files.readString(log));
    }

    public S3Settings settings(String prefix) {
        return settings(prefix, credentials);
    }

    public S3Settings settings(String prefix, Path credentialsFile) {
        return new S3Settings(
                BUCKET,
                prefix,
                "us-east-1",
                endpoint,
                credentialsFile,
                8,
                Duration.ofSeconds(20),
                Duration.ofMinutes(1));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
