package dev.vitrine.benchmarks.sync;

import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.realservers.S3Server;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.storage.DirectoryObjects;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.server.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Two registries that have each what the other lacks, brought together by {@code vitrine registry
 * sync} over a link that breaks one connection in three; the command is killed once on its way and
 * run again.
 *
 * <p>What they have is random bytes, which nothing makes smaller, so that the difference is known
 * before anything is sent: the number of bytes that were made for one side and not for the other. A
 * table that was trained anew is new bytes from end to end; one that was tuned is a copy with a few
 * runs replaced or inserted, and only those count.
 */
public final class RegistrySyncBenchmark implements Benchmark {
    private static final int MIB = 1 << 20;
    private static final int RUNS_OF_TUNING = 4;
    private static final int LONGEST_SECONDS = 600;

    @Override
    public String name() {
        return "registry-sync";
    }

    @Override
    public String description() {
        return "two registries over a link that drops one connection in three: bytes sent";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("seed", 1, 0, Integer.MAX_VALUE),
                new Argument.Whole("repeats", 5, 1, 50),
                new Argument.Whole("megabytes", 48, 8, 512),
                new Argument.Whole("linkMegabytesPerSecond", 50, 1, 10_000));
    }

    @Override
    public String duration() {
        return "3 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        Map<String, List<Double>> figures = new TreeMap<>();
        int repeats = context.arguments().whole("repeats");
        context.progress().start("synchronising", "repeats", repeats);
        for (int i = 0; i < repeats; i++) {
            Path folder = Files.createDirectory(context.work().resolve("repeat-" + i));
            once(folder, context, context.arguments().whole("seed") + i)
                    .forEach((name, value) ->
                            figures.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
            context.progress().advance(i + 1);
        }
        context.progress().finish(repeats + " repeats");
        Figures told = new Figures();
        told.put("repeats", repeats);
        figures.forEach((name, values) -> {
            double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            told.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
        });
        return told.note(
                "A home and a bucket of an S3 server (s3proxy, a JVM of its own), which share two"
                        + " releases and have each two that the other lacks: one of tables made anew,"
                        + " one of a table of before with four runs replaced or inserted."
                        + " differenceBytes are the random bytes that were made for one side and not"
                        + " for the other, counted where they are made; they cannot be compressed."
                        + " bytesSent are all bytes that entered the link in both directions: content,"
                        + " HTTP, lists, signatures, and what was lost. The link drops a third of the"
                        + " connections after up to half a MiB; a connection is used for two seconds."
                        + " vitrine registry sync is killed (SIGKILL) when half of the difference has"
                        + " passed, and run again. converged: both sides and a third home that brings"
                        + " everything home from the bucket have the same releases, and all hold by"
                        + " signature and hash. wholeFilesRatio: what sending whole files that changed"
                        + " would cost.");
    }

    private static Map<String, Double> once(Path folder, Context context, long seed)
            throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Bytes bytes = new Bytes(seed);
        int size = context.arguments().whole("megabytes") * MIB;
        try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("s3")));
                LossyLink link =
                        LossyLink.open(
                                server.port(),
                                seed,
                                MIB / 2,
                                context.arguments().number("linkMegabytesPerSecond") * MIB)) {
            String near = "registries:\n" + yaml(server, "near", server.port());
            String far = yaml(server, "far", link.port());
            Site a = Site.make(folder.resolve("a"), "ofA", near + far);
            Site b = Site.make(folder.resolve("b"), "ofB", near);
            Site c = Site.make(folder.resolve("c"), "ofC", near);
            a.trust(b);
            b.trust(a);
            c.trust(a);
            c.trust(b);
            byte[] table = bytes.fresh(size);
            a.release(table, bytes.fresh(size / 8));
            a.release(bytes.fresh(size), bytes.fresh(size / 8));
            run(log, a, "push", "near");
            run(log, b, "pull", "near");
            bytes.restart();
            b.release(bytes.fresh(size), bytes.fresh(size / 8));
            b.release(bytes.tuned(table), bytes.fresh(size / 8));
            run(log, b, "push", "near");
            a.release(bytes.fresh(size), bytes.fresh(size / 8));
            a.release(bytes.tuned(table), bytes.fresh(size / 8));
            long wholeFiles = 4L * size + 4L * (size / 8);
            long start = System.nanoTime();
            killed(log, a, link, bytes.made() / 2);
            long beforeKill = link.bytes();
            run(log, a, "sync", "far");
            double seconds = (System.nanoTime() - start) / 1e9;
            long sent = link.bytes();
            run(log, c, "pull", "near");
            Map<String, Double> figures = new TreeMap<>();
            figures.put("bytesRatioToDifference", sent / (double) bytes.made());
            figures.put("bytesSent", (double) sent);
            figures.put("bytesSentBeforeKill", (double) beforeKill);
            figures.put("differenceBytes", (double) bytes.made());
            figures.put("wholeFilesRatio", wholeFiles / (double) bytes.made());
            figures.put("connections", (double) link.connections());
            figures.put("droppedConnections", (double) link.dropped());
            figures.put("droppedShare", link.dropped() / (double) link.connections());
            figures.put("seconds", seconds);
            figures.put("converged", converged(folder, a, c) ? 1.0 : 0.0);
            return figures;
        }
    }

    /** An entry of {@code registries} in a server.yaml: the bucket of a server, by some port. */
    private static String yaml(S3Server server, String name, int port) {
        return """
          %s:
            s3:
              bucket: %s
              endpoint: http://127.0.0.1:%d
              credentialsFile: %s
              connectionLifetime: PT2S
        """
                .formatted(name, S3Server.BUCKET, port, server.credentials());
    }

    private static boolean converged(Path folder, Site a, Site c) throws IOException {
        TreeSet<String> bucket =
                new TreeSet<>(
                        Depot.open(
                                        DirectoryObjects.open(
                                                folder.resolve("s3/objects")
                                                        .resolve(S3Server.BUCKET)),
                                        KeyRing.NONE)
                                .releases());
        return bucket.size() == 6 && a.holding().equals(bucket) && c.holding().equals(bucket);
    }

    private static void run(Path log, Site site, String what, String target)
            throws IOException, InterruptedException {
        try (JavaProcess process = begin(log, site, what, target)) {
            if (!process.awaitEnd(LONGEST_SECONDS)) {
                throw new IllegalStateException("it does not end" + process.lastWords());
            }
        }
    }

    private static JavaProcess begin(Path log, Site site, String what, String target)
            throws IOException {
        return JavaProcess.start(
                Main.class,
                Limits.NONE,
                log,
                List.of("registry", what, target, "--home", site.folder().toString()));
    }

    /** Kills a synchronisation when so many bytes have passed. */
    private static void killed(Path log, Site site, LossyLink link, long after)
            throws IOException, InterruptedException {
        try (JavaProcess process = begin(log, site, "sync", "far")) {
            while (link.bytes() < after && process.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("it ended too soon" + process.lastWords());
            }
            process.kill();
        }
        Files.writeString(log, "killed\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    /** Makes random bytes and counts them. */
    private static final class Bytes {
        private final SplittableRandom random;
        private long made;

        Bytes(long seed) {
            this.random = new SplittableRandom(seed);
        }

        byte[] fresh(int size) {
            byte[] fresh = new byte[size];
            random.nextBytes(fresh);
            made += size;
            return fresh;
        }

        /** A copy in which runs of one part in fifty are new: half replaced, half inserted. */
        byte[] tuned(byte[] table) {
            int run = table.length / 50;
            byte[] tuned = table;
            for (int i = 0; i < RUNS_OF_TUNING; i++) {
                int at = random.nextInt(tuned.length - run);
                byte[] fresh = fresh(run);
                if (i % 2 == 0) {
                    tuned = tuned.clone();
                    System.arraycopy(fresh, 0, tuned, at, run);
                } else {
                    byte[] grown = Arrays.copyOf(tuned, tuned.length + run);
                    System.arraycopy(tuned, at, grown, at + run, tuned.length - at);
                    System.arraycopy(fresh, 0, grown, at, run);
                    tuned = grown;
                }
            }
            return tuned;
        }

        long made() {
            return made;
        }

        void restart() {
            made = 0;
        }
    }
}
