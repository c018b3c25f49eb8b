package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.cleaning.Finding;
import dev.vitrine.data.cleaning.Rule;
import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.intake.EventFormat;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.intake.Intake;
import dev.vitrine.data.intake.Origin;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.data.intake.RecordImport;
import dev.vitrine.data.intake.ShopConfig;
import dev.vitrine.data.simulation.DemoShop;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.shop.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Brings a shop's products and events into its stores. An import that was cut off goes on at the
 * last batch that it noted as durable; of what follows, those that the log has already are known by
 * their event ids, which are made from file and line where the shop gives none.
 */
public final class Importer {
    private static final int BATCH = 2000;

    /** Batches of events that may wait for the disk while the next are read. */
    private static final int ON_THEIR_WAY = 8;

    /** So many batches are durable before it is noted. */
    private static final int NOTED_EVERY = 4;

    /**
     * Events at the end of the log that are looked through when an import goes on. Its own after
     * the note are a few batches; others may have written between them.
     */
    private static final long LOOKED_THROUGH = 1_000_000;

    private static final DataSize SET_ASIDE_LIMIT = DataSize.ofMebibytes(512);

    private final Shop shop;
    private final Path records;
    private final Progress progress;

    public Importer(Shop shop, Progress progress) {
        this.shop = shop;
        this.records = directory(shop);
        this.progress = progress;
    }

    /** Where the imports of a shop are noted. */
    public static Path directory(Shop shop) {
        return shop.home().root().resolve("imports");
    }

    /** Imports a shop's own files; what is done already is not done again. */
    public ImportRecord files(ShopConfig config, Path data) {
        Intake intake = Intake.open(config, data);
        ImportRecord record =
                begin(config.name(), config.name(), fingerprint(config, data, intake.files()), 0);
        if (record.done()) {
            return record;
        }
        try (Run run = new Run(record)) {
            intake.products(run::product, progress);
            run.flush();
            intake.events(run::event, progress);
            return run.finish();
        }
    }

    /** Whether nothing was ever imported and no product or event came in otherwise. */
    public boolean isEmpty() {
        return ImportRecord.list(records).isEmpty()
                && shop.catalog().size() == 0
                && shop.events().log().endOffset() == 0;
    }

    /** Goes on with a demonstration import that was cut off, where there is one. */
    public void resume() {
        for (ImportRecord record : ImportRecord.list(records)) {
            if (record.id().equals("demo") && !record.done()) {
                demo();
            }
        }
    }

    /** Imports the demonstration shop; its behaviour ends now, or when it first began. */
    public ImportRecord demo() {
        long now = shop.clock().millis();
        ImportRecord record = begin("demo", "demonstration shop", "demo", now);
        if (record.done()) {
            return record;
        }
        return simulate(record, DemoShop.open(Instant.ofEpochMilli(record.parameter())));
    }

    /** Lets simulated shoppers visit the products that the shop has. */
    public ImportRecord behaviour() {
        long now = shop.clock().millis();
        ImportRecord record = begin("simulated", "simulated behaviour", "simulated", now);
        if (record.done()) {
            return record;
        }
        List<Product> products = new ArrayList<>();
        shop.catalog().scan(change -> change.product().ifPresent(products::add));
        SimulationSettings settings = DemoShop.settings(Instant.ofEpochMilli(record.parameter()));
        return simulate(record, new SimulatedShop(DemoShop.SEED, settings, products));
    }

    /**
     * Imports a stream of events, as a request brings it.
     *
     * @return how many were taken in, durable
     */
    public long events(
            InputStream in, String name, EventFormat format, Consumer<Parsed.Bad<Event>> refused) {
        Stream stream = new Stream(name, refused);
        try {
            RecordImport.events(in, name, format, stream);
        } finally {
            stream.finish();
        }
        return stream.accepted;
    }

    /** Batches of a stream on their way to the shop. */
    private final class Stream implements Consumer<Parsed<Event>> {
        private final String name;
        private final Consumer<Parsed.Bad<Event>> refused;
        private final ArrayDeque<Batch> onTheirWay = new ArrayDeque<>();
        private List<Event> events = new ArrayList<>(BATCH);
        private List<Origin> origins = new ArrayList<>(BATCH);
        private long accepted;

        private record Batch(Shop.PendingWrite write, int size, List<Origin> origins) {}

        Stream(String name, Consumer<Parsed.Bad<Event>> refused) {
            this.name = name;
            this.refused = refused;
        }

        @Override
        public void accept(Parsed<Event> parsed) {
            switch (parsed) {
                case Parsed.Bad<Event> bad -> refused.accept(bad);
                case Parsed.Good<Event> good -> {
                    events.add(good.value());
                    origins.add(new Origin(name, good.origin().line()));
                    if (events.size() == BATCH) {
                        send();
                    }
                }
            }
        }

        private void send() {
            onTheirWay.add(new Batch(shop.submit(events), events.size(), origins));
            events = new ArrayList<>(BATCH);
            origins = new ArrayList<>(BATCH);
            if (onTheirWay.size() > ON_THEIR_WAY) {
                settle();
            }
        }

        private void settle() {
            Batch batch = onTheirWay.remove();
            List<Shop.Refused> not = batch.write().await();
            accepted += batch.size() - not.size();
            for (Shop.Refused one : not) {
                refused.accept(
                        new Parsed.Bad<>(
                                batch.origins().get(one.index()),
                                one.finding().rule() == Rule.MISSING_FIELD,
                                one.finding().field(),
                                one.finding().reason(),
                                ""));
            }
        }

        /** Returns when all that came is durable and applied. */
        void finish() {
            send();
            while (!onTheirWay.isEmpty()) {
                settle();
            }
        }
    }

    private ImportRecord simulate(ImportRecord record, SimulatedShop simulated) {
        try (Run run = new Run(record)) {
            if (record.id().startsWith("demo")) {
                List<Product> products = simulated.products();
                progress.start("importing products", "products", products.size());
                long line = 0;
                for (Product product : products) {
                    run.product(new Parsed.Good<>(origin("simulation", ++line), product));
                }
                run.flush();
                progress.finish(products.size() + " products");
            }
            progress.start("importing events", "events", 0);
            Iterator<String> lines = simulated.records();
            long line = 0;
            while (lines.hasNext()) {
                String text = lines.next();
                long number = ++line;
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                for (Parsed<Event> parsed : RecordImport.eventList(bytes, 1)) {
                    run.event(at(parsed, number));
                }
                if ((line & 0x3FF) == 0) {
                    progress.advance(line);
                }
            }
            ImportRecord done = run.finish();
            progress.finish(done.events() + " events read, " + done.rejected() + " set aside");
            return done;
        }
    }

    private static Parsed<Event> at(Parsed<Event> parsed, long line) {
        return switch (parsed) {
            case Parsed.Good<Event> good ->
                    new Parsed.Good<>(origin("simulation", line), good.value());
            case Parsed.Bad<Event> bad ->
                    new Parsed.Bad<>(
                            origin("simulation", line),
                            bad.missing(),
                            bad.field(),
                            bad.reason(),
                            bad.raw());
        };
    }

    private static Origin origin(String file, long line) {
        return new Origin(file, line);
    }

    private ImportRecord begin(String id, String source, String fingerprint, long parameter) {
        String safe = id.replaceAll("[^A-Za-z0-9-]", "-");
        Optional<ImportRecord> before =
                ImportRecord.list(records).stream()
                        .filter(r -> r.id().equals(safe) && r.fingerprint().equals(fingerprint))
                        .findFirst();
        if (before.isPresent()) {
            return before.get();
        }
        ImportRecord fresh =
                new ImportRecord(
                        safe,
                        source,
                        fingerprint,
                        shop.clock().millis(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        shop.events().log().endOffset(),
                        parameter);
        fresh.save(records);
        return fresh;
    }

    private static String fingerprint(ShopConfig config, Path data, List<String> files) {
        StringBuilder text = new StringBuilder(config.name());
        try {
            for (String name : files) {
                Path file = data.resolve(name);
                text.append('|').append(name).append(':').append(Files.size(file));
                text.append(':').append(Files.getLastModifiedTime(file).toMillis());
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot look at the files to import: " + e, e);
        }
        return text.toString();
    }

    /**
     * A batch that is not known to be durable yet, and where the source is after it.
     *
     * @param origins of the events
     * @param taken records that are stored already: products, and events that an import before it
     *     was cut off had written
     * @param products records of products that were read
     * @param records records of events that were read
     * @param malformed records that could not be read
     * @param offset the end of the log just before it was sent
     */
    private record Sent(
            Shop.PendingWrite write,
            List<Event> events,
            List<Origin> origins,
            long taken,
            long products,
            long records,
            long malformed,
            long offset) {}

    /**
     * One import under way. The caller's thread reads, checks and sends; a second one waits for the
     * disk, applies what is durable and notes how far the import is.
     */
    private final class Run implements AutoCloseable {
        private final SetAside aside;
        private final List<Product> products = new ArrayList<>(BATCH);
        private final List<Event> events = new ArrayList<>(BATCH);
        private final List<Origin> origins = new ArrayList<>(BATCH);
        private final ExecutorService settler =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("import-settler").daemon().factory());
        private final ArrayDeque<Future<?>> onTheirWay = new ArrayDeque<>();

        /** Ids of events that the log may hold of this source beyond what was noted. */
        private final Set<String> known;

        private final ImportRecord before;
        private long seenProducts;
        private long seenEvents;
        private long taken;
        private long malformed;

        /** Below, what only the settler's thread touches until it has ended. */
        private ImportRecord record;

        private long accepted;
        private long rejected;
        private long settled;
        private boolean failed;

        Run(ImportRecord record) {
            this.before = record;
            this.record = record;
            this.accepted = record.accepted();
            this.rejected = record.rejected();
            this.aside =
                    SetAside.in(shop.home().setAside(), "import-" + record.id(), SET_ASIDE_LIMIT);
            this.known = known(record.offset());
        }

        private Set<String> known(long noted) {
            Set<String> ids = new HashSet<>();
            long end = shop.events().log().endOffset();
            try (EventCursor cursor = shop.events().read(Math.max(noted, end - LOOKED_THROUGH))) {
                while (cursor.next()) {
                    ids.add(cursor.event().eventId());
                }
            }
            return ids;
        }

        void product(Parsed<Product> parsed) {
            if (++seenProducts <= before.products()) {
                return;
            }
            switch (parsed) {
                case Parsed.Good<Product> good -> {
                    products.add(good.value());
                    if (products.size() == BATCH) {
                        flush();
                    }
                }
                case Parsed.Bad<Product> bad -> reject(bad);
            }
        }

        void event(Parsed<Event> parsed) {
            if (++seenEvents <= before.events()) {
                return;
            }
            switch (parsed) {
                case Parsed.Good<Event> good -> {
                    Event event = named(good);
                    if (!known.isEmpty() && known.remove(event.eventId())) {
                        taken++;
                        return;
                    }
                    events.add(event);
                    origins.add(good.origin());
                    if (events.size() == BATCH) {
                        flush();
                    }
                }
                case Parsed.Bad<Event> bad -> reject(bad);
            }
        }

        private void reject(Parsed.Bad<?> bad) {
            malformed++;
            Rule rule = bad.missing() ? Rule.MISSING_FIELD : Rule.MALFORMED;
            setAside(new Finding(rule, bad.field(), bad.reason()), bad.origin(), bad.raw());
        }

        private void setAside(Finding finding, Origin origin, String raw) {
            synchronized (aside) {
                aside.add(finding, origin.file(), origin.line(), raw);
            }
        }

        /** Stores the products and sends the events that were collected. */
        void flush() {
            if (!products.isEmpty()) {
                shop.upsert(products);
                taken += products.size();
                products.clear();
            }
            long offset = shop.events().log().endOffset();
            Shop.PendingWrite write = events.isEmpty() ? List::of : shop.submit(events);
            Sent sent =
                    new Sent(
                            write,
                            List.copyOf(events),
                            List.copyOf(origins),
                            taken,
                            seenProducts,
                            seenEvents,
                            malformed,
                            offset);
            taken = 0;
            events.clear();
            origins.clear();
            onTheirWay.add(settler.submit(() -> settle(sent)));
            while (onTheirWay.size() > ON_THEIR_WAY) {
                await(onTheirWay.remove());
            }
        }

        private void await(Future<?> settling) {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        settling.get();
                        return;
                    } catch (InterruptedException e) {
                        interrupted = true;
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof VitrineException known) {
                            throw known;
                        }
                        throw new IllegalStateException("an import failed", e.getCause());
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** Waits until a batch is durable and notes how far the import is; settler's thread. */
        private void settle(Sent sent) {
            boolean done = false;
            try {
                List<Shop.Refused> refused = sent.write().await();
                for (Shop.Refused one : refused) {
                    setAside(
                            one.finding(),
                            sent.origins().get(one.index()),
                            new String(
                                    EventJson.write(sent.events().get(one.index())),
                                    StandardCharsets.UTF_8));
                }
                accepted += sent.taken() + sent.events().size() - refused.size();
                rejected += refused.size();
                done = true;
            } finally {
                failed |= !done;
            }
            // What follows a batch that failed may be durable; the import goes on before it.
            if (!failed && settled++ % NOTED_EVERY == 0) {
                note(sent);
            }
        }

        private void note(Sent sent) {
            record =
                    record.at(
                            Math.max(sent.products(), before.products()),
                            Math.max(sent.records(), before.events()),
                            accepted,
                            rejected + sent.malformed(),
                            sent.offset());
            record.save(records);
        }

        ImportRecord finish() {
            flush();
            settleAll();
            aside.close();
            note(
                    new Sent(
                            List::of,
                            List.of(),
                            List.of(),
                            0,
                            seenProducts,
                            seenEvents,
                            malformed,
                            shop.events().log().endOffset()));
            record = record.finished(shop.clock().millis());
            record.save(records);
            return record;
        }

        /** An event with an id, made from its place and content when the shop gave none. */
        private Event named(Parsed.Good<Event> good) {
            Event event = good.value();
            if (!event.eventId().isEmpty()) {
                return event;
            }
            long hash = 1125899906842597L;
            hash = mix(hash, good.origin().file().hashCode());
            hash = mix(hash, good.origin().line());
            hash = mix(hash, event.visitorId().hashCode());
            hash = mix(hash, event.userId().hashCode());
            hash = mix(hash, event.time());
            hash = mix(hash, event.type().ordinal());
            for (ProductDetail product : event.products()) {
                hash = mix(hash, product.id().hashCode());
            }
            return new Event(
                    "i" + Long.toUnsignedString(hash, 36),
                    event.type(),
                    event.visitorId(),
                    event.userId(),
                    event.sessionId(),
                    event.time(),
                    event.products(),
                    event.searchQuery(),
                    event.attributionToken(),
                    event.impressions(),
                    event.placement(),
                    event.value(),
                    event.currency(),
                    event.consent(),
                    event.attributes());
        }

        private static long mix(long hash, long value) {
            long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
            return mixed ^ mixed >>> 32;
        }

        private void settleAll() {
            while (!onTheirWay.isEmpty()) {
                await(onTheirWay.remove());
            }
        }

        /** What was sent becomes durable and has to be applied, also when reading failed. */
        @Override
        public void close() {
            try {
                settleAll();
                aside.close();
            } catch (UncheckedIOException e) {
                throw new VitrineException(
                        ServerError.HOME_FAILED, "cannot close what was set aside: " + e, e);
            } finally {
                settler.close();
            }
        }
    }
}
