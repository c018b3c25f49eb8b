package dev.vitrine.benchmarks.factors;

import dev.vitrine.benchmarks.process.Tether;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the module benchmarks-spark in a JVM of its own, with vector instructions for its BLAS.
 */
final class SparkPeer {
    static final String BUILD_COMMAND = "mvn -Pspark -pl benchmarks-spark package";

    private static final long MOST_MINUTES = 60;

    /** {@code alpha} and {@code regParam} of Spark, chosen on held-out training rows. */
    private static final String ALPHA = "100";

    private static final String REGULARIZATION = "1";

    private static final List<String> OPENED =
            List.of(
                    "java.lang",
                    "java.lang.invoke",
                    "java.lang.reflect",
                    "java.io",
                    "java.net",
                    "java.nio",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "sun.nio.ch",
                    "sun.nio.cs",
                    "sun.security.action",
                    "sun.util.calendar");

    private final int threads;
    private final Path target;

    SparkPeer(int threads) {
        this.threads = threads;
        this.target =
                Path.of(System.getProperty("vitrine.home.build", "."), "benchmarks-spark/target");
    }

    /** Whether the module was built. */
    boolean built() {
        return Files.exists(target.resolve("classpath"));
    }

    String settings() {
        return "Spark 4.1.0, local["
                + threads
                + "], alpha "
                + ALPHA
                + ", regParam "
                + REGULARIZATION
                + ", 10 blocks.";
    }

    /**
     * Fits once and leaves the factors in {@code out}.
     *
     * @return seconds of the fit alone
     */
    double fit(Path train, Path out) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx4g");
        command.add("--add-modules=jdk.incubator.vector");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        for (String name : OPENED) {
            command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(
                target.resolve("classes")
                        + System.getProperty("path.separator")
                        + Files.readString(target.resolve("classpath")).strip());
        command.add("dev.vitrine.benchmarks.spark.SparkAls");
        command.addAll(
                List.of(
                        train.toString(),
                        out.toString(),
                        Integer.toString(threads),
                        "128",
                        "16",
                        ALPHA,
                        REGULARIZATION,
                        "10",
                        "1"));
        Path log = out.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (Tether tied = Tether.of(process)) {
            if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("Spark took more than " + MOST_MINUTES + " minutes");
            }
        }
        if (process.exitValue() != 0) {
            String text = Files.readString(log);
            throw new IOException(
                    "Spark ended with code "
                            + process.exitValue()
                            + ": "
                            + text.substring(Math.max(0, text.length() - 2000)));
        }
        return Double.parseDouble(Files.readString(out.resolve("seconds")));
    }
}
