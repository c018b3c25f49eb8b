package dev.vitrine.data.intake;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.ProductDetail;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Reads files with one person or session per line: items in order, times made up. */
final class SequenceRows {
    private SequenceRows() {}

    static void read(InputFile file, SequenceConfig config, Consumer<Parsed<Event>> sink) {
        new ByteRecords(file, file.name(), file.limits())
                .lines((line, bytes, from, length) ->
                        line(file.name(), line, bytes, from, length, config, sink));
    }

    private static void line(
            String file,
            long line,
            byte[] bytes,
            int from,
            int length,
            SequenceConfig config,
            Consumer<Parsed<Event>> sink) {
        Origin origin = new Origin(file, line);
        int invalid = Utf8.firstInvalid(bytes, from, length);
        if (invalid >= 0) {
            String raw = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
            String reason = "byte " + invalid + " of the line is not UTF-8";
            sink.accept(new Parsed.Bad<>(origin, false, "", reason, raw));
            return;
        }
        long start = config.start().toEpochMilli() + (line - 1) * config.betweenLines().toMillis();
        long step = config.betweenItems().toMillis();
        boolean named = config.person() == SequenceConfig.Person.FIRST;
        String person = named ? "" : "line-" + line;
        int place = 0;
        int at = from;
        int end = from + length;
        while ((at = next(bytes, at, end)) < end) {
            int to = at;
            while (to < end && !blank(bytes[to])) {
                to++;
            }
            String word = new String(bytes, at, to - at, StandardCharsets.UTF_8);
            at = to;
            if (named && person.isEmpty()) {
                person = word;
            } else if (word.length() > Product.MAX_ID_LENGTH) {
                String reason = "an item id has at most 128 characters, found " + word.length();
                sink.accept(new Parsed.Bad<>(origin, false, "itemId", reason, person + " " + word));
            } else {
                long time = start + step * place++;
                List<ProductDetail> item = List.of(new ProductDetail(word, 1, Double.NaN));
                sink.accept(
                        new Parsed.Good<>(
                                origin, Event.of(config.eventType(), person, time, item)));
            }
        }
    }

    private static int next(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && blank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t' || b == ',' || b == ';';
    }
}
