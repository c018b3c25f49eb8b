package dev.vitrine.data.dataset;

import dev.vitrine.data.cleaning.BatchCleaning;
import dev.vitrine.data.cleaning.FindingSink;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.split.Part;
import dev.vitrine.data.split.Splitter;
import dev.vitrine.kernel.time.Progress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Builds data sets: reads the events twice (once to learn what is usual, once to judge and keep),
 * sorts the rows by person and time, splits and writes them. Memory grows with the rows (about 60
 * bytes each while building), never with the size of events.
 */
public final class DatasetBuilder {
    private static final int REPORT_EVERY = 10_000;

    private final Path datasets;
    private final DatasetSettings settings;

    /**
     * @param datasets the directory under which every data set has one named by its hash
     */
    public DatasetBuilder(Path datasets, DatasetSettings settings) {
        this.datasets = datasets;
        this.settings = settings;
    }

    /** Builds one; a data set with the same content that is there already is opened instead. */
    public Dataset build(
            EventSource source, ItemNumbers items, FindingSink setAside, Progress progress) {
        BatchCleaning cleaning = new BatchCleaning(settings.cleaning(), items.numberOf(), setAside);
        learn(source, cleaning, progress);
        Rows rows = new Rows();
        long from = 0;
        long to = 0;
        long done = 0;
        progress.start("cleaning", "events", cleaning.observed());
        Iterator<LoggedEvent> events = source.open();
        while (done < cleaning.observed() && events.hasNext()) {
            LoggedEvent event = events.next();
            from = done == 0 ? event.offset() : from;
            to = event.offset() + 1;
            if (cleaning.keep(event)) {
                add(event, items, rows);
            }
            if (++done % REPORT_EVERY == 0) {
                progress.advance(done);
            }
        }
        progress.finish(cleaning.report().kept() + " events kept of " + done);
        return write(rows, items, cleaning, from, to);
    }

    private static void learn(EventSource source, BatchCleaning cleaning, Progress progress) {
        progress.start("learning what is usual", "events", 0);
        Iterator<LoggedEvent> events = source.open();
        while (events.hasNext()) {
            cleaning.observe(events.next());
            if (cleaning.observed() % REPORT_EVERY == 0) {
                progress.advance(cleaning.observed());
            }
        }
        cleaning.conclude();
        progress.finish(cleaning.observed() + " events read");
    }

    private static void add(LoggedEvent event, ItemNumbers items, Rows rows) {
        rows.meet(event.visitor(), event.user());
        for (ProductDetail product : event.products()) {
            int item = items.numberOf().applyAsInt(product.id());
            if (item >= 0 && item < items.numbers()) {
                boolean rated = event.type() == EventType.RATING && !Double.isNaN(event.value());
                double value = rated ? event.value() : product.quantity();
                rows.add(event.visitor(), event.user(), item, event.time(), event.type(), value);
            }
        }
    }

    private Dataset write(
            Rows rows, ItemNumbers items, BatchCleaning cleaning, long from, long to) {
        DatasetColumns sorted = rows.sorted();
        byte[] part =
                Splitter.parts(
                        settings.split(),
                        sorted.personStart(),
                        sorted.personNumber(),
                        sorted.time());
        DatasetColumns columns =
                new DatasetColumns(
                        sorted.personNumber(),
                        sorted.personStart(),
                        sorted.item(),
                        sorted.time(),
                        sorted.type(),
                        sorted.value(),
                        part);
        return DatasetFiles.write(
                datasets,
                columns,
                files ->
                        new DatasetManifest(
                                DatasetManifest.FORMAT,
                                columns.personNumber().length,
                                items.numbers(),
                                columns.item().length,
                                from,
                                to,
                                items.sequence(),
                                count(part),
                                settings.split(),
                                settings.cleaning(),
                                cleaning.report(),
                                files));
    }

    private static Map<String, Integer> count(byte[] part) {
        int[] counts = new int[Part.values().length];
        for (byte each : part) {
            counts[each]++;
        }
        Map<String, Integer> named = new LinkedHashMap<>();
        for (Part each : Part.values()) {
            named.put(each.name().toLowerCase(Locale.ROOT), counts[each.ordinal()]);
        }
        return named;
    }
}
