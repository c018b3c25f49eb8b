package dev.vitrine.server.pipeline;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.cleaning.Rule;
import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventFormat;
import dev.vitrine.data.intake.Intake;
import dev.vitrine.data.intake.Origin;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.data.intake.RecordImport;
import dev.vitrine.data.simulation.DemoShop;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.shop.Shop;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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

    private static final DataSize SET_ASIDE_LIMIT = DataSize.ofMebibytes(512);

    private final Shop shop;
    private final Path records;
    private final Progress progress;
    private volatile boolean stopping;

    public Importer(Shop shop, Progress progress) {
        this.shop = shop;
        this.records = directory(shop);
        this.progress = progress;
    }

    /**
     * Has an import under way end between two batches, with IMPORT_STOPPED; any thread may say so.
     */
    public void stop() {
        stopping = true;
    }

    /** Where the imports of a shop are noted. */
    public static Path directory(Shop shop) {
        return shop.home().root().resolve("imports");
    }

    /**
     * Imports a shop's own files; what is done already is not done again. When the mapping is
     * another one than before and the files are the same, what was set aside is tried again.
     */
    public ImportRecord files(Mapping mapping) {
        Intake intake = mapping.open();
        ImportRecord record = begin(mapping, intake);
        mapping.keep(records, record.id());
        if (!record.done()) {
            record = read(intake, record);
        }
        if (!record.mapping().equals(mapping.hash())) {
            record = again(intake, record).by(mapping);
            record.save(records);
        }
        return record;
    }

    private ImportRecord read(Intake intake, ImportRecord record) {
        try (ImportRun run = run(record)) {
            try {
                intake.products(run::product, progress);
                run.flush();
                intake.events(run::event, progress);
            } catch (VitrineException e) {
                keep(run, e);
                throw e;
            }
            return finish(run);
        }
    }

    /** What was read before a file broke stays, and is not read again when all is begun anew. */
    private static void keep(ImportRun run, VitrineException broken) {
        if (broken.code() == DataError.FILE_MALFORMED) {
            try {
                run.finish();
            } catch (VitrineException e) {
                broken.addSuppressed(e);
            }
        }
    }

    private ImportRecord again(Intake intake, ImportRecord record) {
        SetAsideReplay.Outcome outcome = new SetAsideReplay(shop).of(record, intake);
        if (!outcome.before().isEmpty()) {
            progress.start("mapping has changed", "records", 0);
            progress.finish(
                    outcome.accepted()
                            + " records that were set aside are taken in, "
                            + outcome.remaining()
                            + " remain set aside");
        }
        return record.replayed(outcome);
    }

    private ImportRun run(ImportRecord record) {
        Path directory = shop.home().setAside();
        String name = SetAsideReplay.name(record.id());
        Long keep = record.setAside();
        SetAside aside =
                keep == null
                        ? SetAside.in(directory, name, SET_ASIDE_LIMIT)
                        : SetAside.after(keep, directory, name, SET_ASIDE_LIMIT);
        return new ImportRun(shop, record, aside, noted -> noted.save(records), () -> stopping);
    }

    private ImportRecord finish(ImportRun run) {
        ImportRecord done = run.finish().finished(shop.clock().millis());
        done.save(records);
        return done;
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
        ImportRecord record = begin("demo", "demonstration shop", now);
        if (record.done()) {
            return record;
        }
        return simulate(record, DemoShop.open(Instant.ofEpochMilli(record.parameter())));
    }

    /** Lets simulated shoppers visit the products that the shop has. */
    public ImportRecord behaviour() {
        long now = shop.clock().millis();
        ImportRecord record = begin("simulated", "simulated behaviour", now);
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
     * @param refused is told of each that was not, with the rule
     * @return how many were taken in, durable
     */
    public long events(
            InputStream in,
            String name,
            EventFormat format,
            BiConsumer<Rule, Parsed.Bad<Event>> refused) {
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
        private final BiConsumer<Rule, Parsed.Bad<Event>> refused;
        private final ArrayDeque<Batch> onTheirWay = new ArrayDeque<>();
        private List<Event> events = new ArrayList<>(BATCH);
        private List<Origin> origins = new ArrayList<>(BATCH);
        private long accepted;

        private record Batch(Shop.PendingWrite write, int size, List<Origin> origins) {}

        Stream(String name, BiConsumer<Rule, Parsed.Bad<Event>> refused) {
            this.name = name;
            this.refused = refused;
        }

        @Override
        public void accept(Parsed<Event> parsed) {
            switch (parsed) {
                case Parsed.Bad<Event> bad -> refused.accept(ImportRun.rule(bad), bad);
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
                        one.finding().rule(),
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
        try (ImportRun run = run(record)) {
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
            ImportRecord done = finish(run);
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

    /** An import of sources that need no mapping. */
    private ImportRecord begin(String id, String source, long parameter) {
        return before(id, id)
                .orElseGet(() -> {
                    long end = shop.events().log().endOffset();
                    return saved(
                            ImportRecord.begin(
                                    id,
                                    source,
                                    id,
                                    shop.clock().millis(),
                                    end,
                                    parameter,
                                    "",
                                    "",
                                    0));
                });
    }

    private ImportRecord begin(Mapping mapping, Intake intake) {
        String id = mapping.config().name().replaceAll("[^A-Za-z0-9-]", "-");
        String fingerprint = mapping.fingerprint(intake);
        Optional<ImportRecord> same = before(id, fingerprint);
        if (same.isPresent()) {
            return same.get();
        }
        boolean first = ImportRecord.list(records).stream().noneMatch(r -> r.id().equals(id));
        new SetAsideReplay(shop).forget(id, intake.files());
        // Files that changed are read anew; what the log has of them already is found from 0 on.
        return saved(
                ImportRecord.begin(
                        id,
                        mapping.config().name(),
                        fingerprint,
                        shop.clock().millis(),
                        first ? shop.events().log().endOffset() : 0,
                        0,
                        mapping.hash(),
                        mapping.folder().toString(),
                        SetAside.length(shop.home().setAside(), SetAsideReplay.name(id))));
    }

    private Optional<ImportRecord> before(String id, String fingerprint) {
        return ImportRecord.list(records).stream()
                .filter(r -> r.id().equals(id) && r.fingerprint().equals(fingerprint))
                .findFirst();
    }

    private ImportRecord saved(ImportRecord record) {
        record.save(records);
        return record;
    }
}
