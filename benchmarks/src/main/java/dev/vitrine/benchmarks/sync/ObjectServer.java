package dev.vitrine.benchmarks.sync;

import dev.vitrine.benchmarks.process.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3 (s3proxy), over a folder, in a JVM of its own. */
final class ObjectServer implements AutoCloseable {
    static final String BUCKET = "releases";

    private static final String ID = "benchmark";
    private static final String SECRET = "not-a-secret";

    private final Process process;
    private final int port;
    private final Path credentials;

    private ObjectServer(Process process, int port, Path credentials) {
        this.process = process;
        this.port = port;
        this.credentials = credentials;
    }

    static ObjectServer start(Path folder) throws IOException, InterruptedException {
        Path jars =
                Path.of(System.getProperty("vitrine.home.build", "."), "registry/target/s3proxy");
        if (!Files.isDirectory(jars)) {
            throw new IllegalStateException(
                    "there is no S3 server in " + jars + "; the build puts it there");
        }
        int port = JavaProcess.freePort();
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
        Path credentials = folder.resolve("credentials");
        Files.write(credentials, List.of("accessKeyId=" + ID, "secretAccessKey=" + SECRET));
        Path log = folder.resolve("s3proxy.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-cp",
                                jars + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                properties.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        for (int i = 0; i < 300 && process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return new ObjectServer(process, port, credentials);
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("no S3 server: " + Files.readString(log));
    }

    int port() {
        return port;
    }

    /** A server.yaml that names this as another registry, reached by a port. */
    String yaml(String name, int by) {
        return String.join(
                        "\n",
                        "registries:",
                        "  " + name + ":",
                        "    s3:",
                        "      bucket: " + BUCKET,
                        "      endpoint: http://127.0.0.1:" + by,
                        "      credentialsFile: " + credentials,
                        "      connectionLifetime: PT2S")
                + "\n";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
