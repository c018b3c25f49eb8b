package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads streams of JSON records in the public API's terms, as requests and native files hold them:
 * JSON lines or one array, plain, gzip or zstd. A broken record is handed over as broken; the
 * others are not touched by it.
 */
public final class RecordImport {
    private RecordImport() {}

    /** Turns the bytes of one record into none, one or more values. */
    private interface Read<T> {
        List<T> read(byte[] bytes, int from, int length);
    }

    /**
     * Reads events.
     *
     * @param name what messages call the stream, such as {@code request}
     * @throws VitrineException FILE_MALFORMED when the stream as a whole is broken; all records
     *     before that place were handed over
     */
    public static void events(
            InputStream in, String name, EventFormat format, Consumer<Parsed<Event>> sink) {
        read(InputFile.of(in, name, InputLimits.DEFAULTS), format::read, sink);
    }

    /** Reads products, as {@link #events} reads events. */
    public static void products(InputStream in, String name, Consumer<Parsed<Product>> sink) {
        read(
                InputFile.of(in, name, InputLimits.DEFAULTS),
                (bytes, from, length) -> List.of(ProductJson.read(bytes, from, length)),
                sink);
    }

    /**
     * Reads the body of a write request: one event, or an array of at most {@code most}. The line
     * of an origin is the place in the array, from 1.
     *
     * @throws VitrineException EVENT_INVALID when there are too many or the array is not closed
     */
    public static List<Parsed<Event>> eventList(byte[] body, int most) {
        List<Parsed<Event>> events = new ArrayList<>();
        ByteRecords records =
                new ByteRecords(
                        new ByteArrayInputStream(body), "the request", InputLimits.DEFAULTS);
        if (records.peek() != '[') {
            add(body, 0, body.length, events);
            return events;
        }
        try {
            records.elements((line, bytes, from, length) -> {
                if (events.size() == most) {
                    throw new VitrineException(
                            DataError.EVENT_INVALID, "a request has at most " + most + " events");
                }
                add(bytes, from, length, events);
            });
        } catch (VitrineException e) {
            throw new VitrineException(DataError.EVENT_INVALID, JsonRows.message(e), e);
        }
        return events;
    }

    private static void add(byte[] bytes, int from, int length, List<Parsed<Event>> into) {
        Origin origin = new Origin("request", into.size() + 1L);
        one(origin, bytes, from, length, (b, f, l) -> List.of(EventJson.read(b, f, l)), into::add);
    }

    static void events(InputFile file, EventFormat format, Consumer<Parsed<Event>> sink) {
        read(file, format::read, sink);
    }

    static void products(InputFile file, Consumer<Parsed<Product>> sink) {
        read(file, (bytes, from, length) -> List.of(ProductJson.read(bytes, from, length)), sink);
    }

    private static <T> void read(InputFile file, Read<T> read, Consumer<Parsed<T>> sink) {
        String name = file.name();
        OrderedParse.Parse<T> parse =
                (line, bytes, from, length, into) ->
                        one(new Origin(name, line), bytes, from, length, read, into);
        try (OrderedParse<T> ordered = new OrderedParse<>(parse, sink)) {
            try {
                JsonRows.records(new ByteRecords(file, name, file.limits()), ordered::add);
            } catch (VitrineException e) {
                ordered.finish();
                throw e;
            }
            ordered.finish();
        }
    }

    private static <T> void one(
            Origin origin,
            byte[] bytes,
            int from,
            int length,
            Read<T> read,
            Consumer<Parsed<T>> sink) {
        List<T> values;
        try {
            values = read.read(bytes, from, length);
        } catch (VitrineException e) {
            sink.accept(bad(origin, e, JsonRows.raw(bytes, from, length)));
            return;
        }
        for (T value : values) {
            sink.accept(new Parsed.Good<>(origin, value));
        }
    }

    static <T> Parsed.Bad<T> bad(Origin origin, VitrineException e, String raw) {
        return new Parsed.Bad<>(
                origin,
                e.code() == DataError.FIELD_MISSING,
                e.field().orElse(""),
                JsonRows.message(e),
                raw);
    }
}
