package dev.vitrine.benchmarks.ingest;

import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.event.EventStoreSettings;
import dev.vitrine.data.event.PendingAppend;
import dev.vitrine.data.intake.EventFormat;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.data.intake.RecordImport;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many events a second become durable in the embedded stores (people and log, without
 * cleaning): from a file of JSON lines, and from 32 threads that append 100 events at a time, as
 * requests do. The same file once more by the import of {@code vitrine up}, which checks the events
 * and applies them to the feature state ({@link FileImport}). Then over HTTP into a whole server,
 * which checks and applies them too ({@link HttpIngest}). Each is measured three times on fresh
 * stores; what was stored is read back and counted. Beside them stands how often the device forces
 * a 4 KiB write, because that bounds them.
 *
 * <p>The stores and the server run on the first two cores, the sender of requests on the others
 * where there are any.
 */
public final class IngestBenchmark implements Benchmark {
    private static final int RUNS = 3;
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int BATCH = 5000;
    private static final int ON_THEIR_WAY = 4;
    private static final int APPENDERS = 32;
    private static final int APPEND = 100;
    private static final int DEFAULT_EVENTS = 1_000_000;

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public String description() {
        return "events a second into the durable log: from JSON lines, from many threads, over"
                + " HTTP";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument.Whole("events", DEFAULT_EVENTS, 1_000, 1_000_000_000));
    }

    @Override
    public String duration() {
        return "4 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        int events = context.arguments().whole("events");
        boolean pinned = Pinning.possible() && CORES > 1;
        if (pinned) {
            Pinning.moveTo("0,1");
        }
        Path folder = Files.createDirectories(context.work().resolve("shop"));
        Path file = folder.resolve("events.jsonl");
        List<Event> sample = write(folder, events);
        Figures figures = new Figures();
        double forces = deviceForces(context.work().resolve("force"));
        double[] fromFile = new double[RUNS];
        double[] whole = new double[RUNS];
        double[] fileForces = new double[RUNS];
        double[] readBack = new double[RUNS];
        double[] appended = new double[RUNS];
        double[] appendForces = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            Measured imported = importFile(context.work().resolve("file-" + run), file, events);
            fromFile[run] = imported.events / imported.seconds;
            fileForces[run] = imported.forces / imported.seconds;
            readBack[run] = imported.events / imported.readSeconds;
            whole[run] =
                    FileImport.measure(folder, context.work().resolve("import-" + run), events);
            Measured concurrent = append(context.work().resolve("append-" + run), sample);
            appended[run] = concurrent.events / concurrent.seconds;
            appendForces[run] = concurrent.forces / concurrent.seconds;
            context.out()
                    .printf(
                            "run %d: from file %.0f/s, with rules and state %.0f/s, from %d"
                                    + " threads %.0f/s%n",
                            run + 1, fromFile[run], whole[run], APPENDERS, appended[run]);
        }
        if (pinned && CORES > 2) {
            Pinning.moveTo("2-" + (CORES - 1));
        }
        double[] http = new double[RUNS];
        double[] httpP99 = new double[RUNS];
        long refused = 0;
        for (int run = 0; run < RUNS; run++) {
            HttpIngest.Measured sent =
                    new HttpIngest(context.work().resolve("http-" + run), pinned ? "0,1" : "")
                            .measure(events / 4, events / 2);
            http[run] = sent.events() / sent.seconds();
            httpP99[run] = sent.p99Millis();
            refused += sent.refused();
            context.out()
                    .printf(
                            "run %d: over HTTP %.0f/s, p99 of a request %.1f ms, %d refused%n",
                            run + 1, http[run], httpP99[run], sent.refused());
        }
        put(figures, "httpDurableEventsPerSecond", http);
        put(figures, "httpRequestP99Ms", httpP99);
        figures.put("httpRefusedRequests", refused);
        put(figures, "fileEventsPerSecond", fromFile);
        put(figures, "fileForcesPerSecond", fileForces);
        put(figures, "importEventsPerSecond", whole);
        put(figures, "appendDurableEventsPerSecond", appended);
        put(figures, "appendForcesPerSecond", appendForces);
        put(figures, "readEventsPerSecond", readBack);
        figures.put("deviceForcesPerSecond", forces);
        figures.put("productsPerSecond", products(context.work().resolve("catalog")));
        figures.put("fileBytesPerEvent", (double) Files.size(file) / events);
        return figures.note(
                events
                        + " simulated events; "
                        + (pinned ? "pinned to 2 of " : "not pinned, ")
                        + CORES
                        + " cores"
                        + (pinned && CORES > 2 ? ", the sender of requests on the others; " : "; ")
                        + APPENDERS
                        + " threads append "
                        + APPEND
                        + " events at a time, 24 connections send as many in a request; every event"
                        + " is read back and counted.");
    }

    private record Measured(long events, double seconds, long forces, double readSeconds) {}

    private static void put(Figures figures, String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /** Writes the shop's files; gives their first events for the appending threads. */
    private static List<Event> write(Path folder, int events) throws IOException {
        SimulatedShop shop =
                new SimulatedShop(
                        1,
                        SimulationSettings.of(
                                20_000,
                                Math.max(1, events / 20),
                                events * 2L,
                                Instant.parse("2026-01-01T00:00:00Z")));
        FileImport.prepare(folder, shop.products());
        List<Event> sample = new ArrayList<>();
        Iterator<Event> source = shop.events();
        try (OutputStream out =
                new BufferedOutputStream(
                        Files.newOutputStream(folder.resolve("events.jsonl")), 1 << 20)) {
            for (int i = 0; i < events; i++) {
                Event event = source.next();
                out.write(EventJson.write(event));
                out.write('\n');
                if (i < 100_000) {
                    sample.add(event);
                }
            }
        }
        return sample;
    }

    private static Measured importFile(Path home, Path file, int events) throws IOException {
        try (EventStore store = open(home)) {
            long before = store.log().statistics().forces();
            long start = System.nanoTime();
            Batches batches = new Batches(store);
            try (InputStream in = Files.newInputStream(file)) {
                RecordImport.events(in, file.toString(), EventFormat.VITRINE, batches::accept);
            }
            batches.finish();
            double seconds = (System.nanoTime() - start) / 1e9;
            long forces = store.log().statistics().forces() - before;
            return new Measured(events, seconds, forces, count(store, events));
        }
    }

    /** Collects events until they are worth an append. */
    private static final class Batches {
        private final EventStore store;
        private final List<Event> batch = new ArrayList<>(BATCH);
        private final ArrayDeque<PendingAppend> onTheirWay = new ArrayDeque<>();

        Batches(EventStore store) {
            this.store = store;
        }

        void accept(Parsed<Event> parsed) {
            switch (parsed) {
                case Parsed.Good<Event> good -> batch.add(good.value());
                case Parsed.Bad<Event> bad ->
                        throw new IllegalStateException("an own event was refused: " + bad);
            }
            if (batch.size() == BATCH) {
                submit();
            }
        }

        private void submit() {
            onTheirWay.add(store.submit(batch));
            batch.clear();
            if (onTheirWay.size() > ON_THEIR_WAY) {
                onTheirWay.remove().await();
            }
        }

        /** Returns when everything is durable. */
        void finish() {
            submit();
            while (!onTheirWay.isEmpty()) {
                onTheirWay.remove().await();
            }
        }
    }

    private static Measured append(Path home, List<Event> sample) throws InterruptedException {
        int rounds = sample.size() / APPEND / APPENDERS * 10;
        long events = (long) rounds * APPEND * APPENDERS;
        try (EventStore store = open(home)) {
            AtomicLong durable = new AtomicLong();
            long before = store.log().statistics().forces();
            List<Thread> threads = new ArrayList<>();
            long start = System.nanoTime();
            for (int t = 0; t < APPENDERS; t++) {
                int first = t;
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    for (int r = 0; r < rounds; r++) {
                                        int at =
                                                (first + r * APPENDERS)
                                                        % (sample.size() / APPEND)
                                                        * APPEND;
                                        store.append(sample.subList(at, at + APPEND));
                                        durable.addAndGet(APPEND);
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (durable.get() != events) {
                throw new IllegalStateException(
                        durable.get() + " events were acknowledged, expected " + events);
            }
            long forces = store.log().statistics().forces() - before;
            return new Measured(events, seconds, forces, count(store, events));
        }
    }

    /** Simulated products a second that become durable, in transactions of 5,000. */
    private static double products(Path directory) {
        int count = 100_000;
        List<Product> products =
                new SimulatedShop(
                                1,
                                SimulationSettings.of(
                                        count, 1, 0, Instant.parse("2026-01-01T00:00:00Z")))
                        .products();
        List<Product> all = new ArrayList<>(products);
        try (Catalog catalog = Catalog.open(directory)) {
            long start = System.nanoTime();
            for (int at = 0; at < count; at += BATCH) {
                catalog.upsert(all.subList(at, Math.min(count, at + BATCH)));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (catalog.size() != count) {
                throw new IllegalStateException(
                        "the catalogue holds " + catalog.size() + " products, expected " + count);
            }
            return count / seconds;
        }
    }

    private static EventStore open(Path home) {
        return EventStore.open(home, EventStoreSettings.DEFAULTS, InstantSource.system());
    }

    /** Reads everything back, as training does; gives the seconds. */
    private static double count(EventStore store, long expected) {
        long start = System.nanoTime();
        long found = 0;
        try (EventCursor cursor = store.read(0)) {
            while (cursor.next()) {
                found++;
            }
        }
        if (found != expected) {
            throw new IllegalStateException(
                    "the log holds " + found + " events, expected " + expected);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Writes 4 KiB behind the last and forces it, for two seconds. */
    private static double deviceForces(Path file) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(4096);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            long end = start + 2_000_000_000L;
            long count = 0;
            long now = start;
            while (now < end) {
                channel.write(block.clear(), count * block.capacity());
                channel.force(false);
                count++;
                now = System.nanoTime();
            }
            return count / ((now - start) / 1e9);
        }
    }
}
