package dev.vitrine.realservers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3 (s3proxy), over a folder, in a JVM of its own. */
public final class S3Server implements AutoCloseable {
    public static final String ID = "vitrine";
    public static final String SECRET = "not-a-secret";
    public static final String BUCKET = "releases";

    /** Below the root of the build, which tests of a module run beside. */
    private static final Path JARS =
            Path.of(System.getProperty("vitrine.home.build", ".."), "real-servers/target/s3proxy");

    private final Process process;
    private final int port;
    private final Path folder;

    private S3Server(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    /**
     * Starts one with an empty bucket; it ends with this process at the latest.
     *
     * @param folder for its bucket, its credentials and its log
     * @throws IllegalStateException with its last words when it does not start
     */
    public static S3Server start(Path folder) throws IOException, InterruptedException {
        if (!Files.isDirectory(JARS)) {
            throw new IllegalStateException(
                    "there is no S3 server in " + JARS + "; the build puts it there");
        }
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
                                "-Xmx512m",
                                "-cp",
                                JARS + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                properties.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        S3Server server = new S3Server(process, port, folder);
        Files.write(
                server.credentials(), List.of("accessKeyId=" + ID, "secretAccessKey=" + SECRET));
        for (int i = 0; i < 300 && process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return server;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("no S3 server: " + Files.readString(log));
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A file with the credentials that it takes, as {@code credentialsFile} of a bucket has it. */
    public Path credentials() {
        return folder.resolve("credentials");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
