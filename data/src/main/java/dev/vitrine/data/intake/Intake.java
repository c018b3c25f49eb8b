package dev.vitrine.data.intake;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The import of a shop's files: finds them, checks that the mapping fits them, and reads them one
 * record at a time. Memory does not grow with the files.
 */
public final class Intake {
    private static final int REPORT_EVERY = 1_000;

    private final ShopConfig config;
    private final List<Source<ProductInput>> products = new ArrayList<>();
    private final List<Source<EventInput>> events = new ArrayList<>();

    private Intake(ShopConfig config) {
        this.config = config;
    }

    /**
     * Finds all files of the configuration and checks their columns.
     *
     * @param data the directory that file names are relative to
     * @throws VitrineException FILE_NOT_FOUND, or MAPPING_INVALID naming the column, the file and
     *     the columns it has
     */
    public static Intake open(ShopConfig config, Path data) {
        Intake intake = new Intake(config);
        for (ProductInput input : config.products()) {
            ProductFields fields = input.fields();
            Set<String> needed =
                    fields == null ? Set.of() : intake.mapping(input, fields).columns();
            for (ShopFile file :
                    ShopFile.find(
                            data, input.files(), input.format(), input.csv(), input.encoding())) {
                file.check(needed);
                intake.products.add(new Source<>(file, input));
            }
        }
        for (EventInput input : config.events()) {
            EventFields fields = input.fields();
            Set<String> needed =
                    fields == null ? Set.of() : intake.mapping(input, fields).columns();
            for (ShopFile file :
                    ShopFile.find(
                            data, input.files(), input.format(), input.csv(), input.encoding())) {
                file.check(needed);
                intake.events.add(new Source<>(file, input));
            }
        }
        return intake;
    }

    /** A file and how its records are read. */
    private record Source<I>(ShopFile file, I input) {
        boolean named(String name) {
            return file.name().equals(name);
        }
    }

    public ShopConfig config() {
        return config;
    }

    /** Names of all files, relative to the data directory. */
    public List<String> files() {
        List<String> names = new ArrayList<>();
        products.forEach(source -> names.add(source.file().name()));
        events.forEach(source -> names.add(source.file().name()));
        return names;
    }

    /**
     * Hands over all products in the order of the files.
     *
     * @throws VitrineException FILE_MALFORMED naming file and position when a file is broken; all
     *     records before it were handed over
     */
    public IntakeReport products(Consumer<Parsed<Product>> sink, Progress progress) {
        return read(products, "products", this::readProducts, sink, progress);
    }

    /** Hands over all events in the order of the files, as {@link #products} does. */
    public IntakeReport events(Consumer<Parsed<Event>> sink, Progress progress) {
        return read(events, "events", this::readEvents, sink, progress);
    }

    /** The same shop with some of its files alone. */
    public Intake only(Predicate<String> named) {
        Intake some = new Intake(config);
        products.stream().filter(s -> named.test(s.file().name())).forEach(some.products::add);
        events.stream().filter(s -> named.test(s.file().name())).forEach(some.events::add);
        return some;
    }

    /** Whether a file is read, and once: then file and line stand for one record. */
    public boolean readsOnce(String name) {
        return files().stream().filter(name::equals).count() == 1;
    }

    /** Whether the columns of a file are mapped; each of its records is one event or product. */
    public boolean maps(String name) {
        return products.stream().anyMatch(s -> s.named(name) && s.input().fields() != null)
                || events.stream().anyMatch(s -> s.named(name) && s.input().fields() != null);
    }

    private interface Read<I, T> {
        void read(Source<I> source, Consumer<Parsed<T>> sink);
    }

    private static <I, T> IntakeReport read(
            List<Source<I>> sources,
            String unit,
            Read<I, T> read,
            Consumer<Parsed<T>> sink,
            Progress progress) {
        List<IntakeReport.FileCount> counts = new ArrayList<>();
        for (Source<I> source : sources) {
            ShopFile file = source.file();
            long[] count = new long[2];
            progress.start("reading " + file.name(), unit, 0);
            read.read(
                    source,
                    parsed -> {
                        count[parsed instanceof Parsed.Good ? 0 : 1]++;
                        if ((count[0] + count[1]) % REPORT_EVERY == 0) {
                            progress.advance(count[0] + count[1]);
                        }
                        sink.accept(parsed);
                    });
            counts.add(new IntakeReport.FileCount(file.name(), count[0], count[1]));
            progress.finish(
                    count[0]
                            + " "
                            + unit
                            + " from "
                            + file.name()
                            + ", "
                            + count[1]
                            + " set aside");
        }
        return new IntakeReport(counts);
    }

    private ProductMapping mapping(ProductInput input, ProductFields fields) {
        return new ProductMapping(input, fields, config.currency(), config.language());
    }

    private EventMapping mapping(EventInput input, EventFields fields) {
        return new EventMapping(input, fields, config.currency());
    }

    private void readProducts(Source<ProductInput> source, Consumer<Parsed<Product>> sink) {
        ShopFile file = source.file();
        ProductInput input = source.input();
        ProductFields fields = input.fields();
        if (fields != null) {
            ProductMapping mapping = mapping(input, fields);
            file.rows(new MappedRows<>(row -> List.of(mapping.read(row)), sink));
        } else if (file.format() == FileFormat.JSON) {
            file.open(in -> RecordImport.products(in, sink));
        } else {
            file.rows(
                    new MappedRows<>(
                            row -> List.of(ProductJson.read(JsonValues.bytes(row.values()))),
                            sink));
        }
    }

    private void readEvents(Source<EventInput> source, Consumer<Parsed<Event>> sink) {
        ShopFile file = source.file();
        EventInput input = source.input();
        EventFields fields = input.fields();
        if (file.format() == FileFormat.SEQUENCE) {
            file.open(in -> SequenceRows.read(in, input.sequence(), sink));
        } else if (fields != null) {
            EventMapping mapping = mapping(input, fields);
            file.rows(new MappedRows<>(row -> List.of(mapping.read(row)), sink));
        } else if (file.format() == FileFormat.JSON) {
            file.open(in -> RecordImport.events(in, input.events(), sink));
        } else {
            file.rows(new MappedRows<>(row -> input.events().read(new Fields(row.values())), sink));
        }
    }
}
