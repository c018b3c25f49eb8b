package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads JSON lines, arrays of objects, and objects whose fields are the records. */
final class JsonRows {
    private JsonRows() {}

    /** Cuts JSON lines or an array, whichever it is, into records. */
    static void records(ByteRecords records, ByteRecords.Sink sink) {
        if (records.peek() == '[') {
            records.elements(sink);
        } else {
            records.lines(sink);
        }
    }

    static void read(InputFile file, boolean map, Row.Sink sink) {
        ByteRecords records = new ByteRecords(file, file.name(), file.limits());
        ByteRecords.Sink each =
                (line, bytes, from, length) -> {
                    Origin origin = new Origin(file.name(), line);
                    Map<String, Object> values;
                    try {
                        values = JsonValues.object(bytes, from, length, DataError.FILE_MALFORMED);
                    } catch (VitrineException e) {
                        sink.broken(origin, message(e), raw(bytes, from, length));
                        return;
                    }
                    sink.row(new Row(origin, values));
                };
        if (!map) {
            records(records, each);
        } else if (records.peek() == '{') {
            records.elements((line, bytes, from, length) -> {
                byte[] object = pair(bytes, from, length);
                each.record(line, object, 0, object.length);
            });
        } else {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    file.name() + " does not start with '{', as a JSON object does");
        }
    }

    /** Makes {@code "name": value} into an object with $key and $value. */
    private static byte[] pair(byte[] bytes, int from, int length) {
        int colon = from;
        boolean quoted = false;
        while (colon < from + length && (quoted || bytes[colon] != ':')) {
            if (bytes[colon] == '\\') {
                colon++;
            } else if (bytes[colon] == '"') {
                quoted = !quoted;
            }
            colon++;
        }
        ByteArrayOutputStream object = new ByteArrayOutputStream(length + 32);
        object.writeBytes("{\"$key\":".getBytes(StandardCharsets.US_ASCII));
        object.write(bytes, from, Math.min(colon, from + length) - from);
        object.writeBytes(",\"$value\"".getBytes(StandardCharsets.US_ASCII));
        object.write(bytes, Math.min(colon, from + length), Math.max(0, from + length - colon));
        object.write('}');
        return object.toByteArray();
    }

    static String message(VitrineException e) {
        return String.valueOf(e.getMessage());
    }

    /** A record as text; bytes that are not UTF-8 are kept one to one, as Latin-1 has them. */
    static String raw(byte[] bytes, int from, int length) {
        boolean utf8 = Utf8.firstInvalid(bytes, from, length) < 0;
        return new String(
                bytes, from, length, utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }
}
