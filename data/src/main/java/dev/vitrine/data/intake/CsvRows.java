package dev.vitrine.data.intake;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads CSV by RFC 4180. A row with too few or too many fields, or with bytes that are not of the
 * encoding, is broken by itself; a quote that is never closed breaks the file.
 */
final class CsvRows {
    private CsvRows() {}

    static void read(InputFile file, CsvConfig config, Charset encoding, Row.Sink sink) {
        DecodingReader text = new DecodingReader(file, encoding);
        int longest = (int) file.limits().record().bytes();
        List<String> names = List.of();
        try (CsvReader<CsvRecord> csv =
                        CsvReader.builder()
                                .fieldSeparator(config.delimiter())
                                .quoteCharacter(config.quote())
                                .allowMissingFields(true)
                                .allowExtraFields(true)
                                .allowExtraCharsAfterClosingQuote(true)
                                .allowUnclosedQuote(false)
                                .maxBufferSize(longest)
                                .ofCsvRecord(text);
                CloseableIterator<CsvRecord> records = csv.iterator()) {
            CsvRecord record = records.hasNext() ? records.next() : null;
            if (record != null) {
                names = names(file.name(), config, record);
                sink.columns(names);
                if (config.header()) {
                    record = records.hasNext() ? records.next() : null;
                }
            }
            while (record != null) {
                CsvRecord next;
                try {
                    next = records.hasNext() ? records.next() : null;
                } catch (RuntimeException e) {
                    // What follows is broken; this record is not, and must not be lost with it.
                    emit(file.name(), names, record, "", sink);
                    throw e;
                }
                long until = next == null ? Long.MAX_VALUE : next.getStartingLineNumber();
                emit(file.name(), names, record, text.firstBad(until), sink);
                record = next;
            }
        } catch (CsvParseException e) {
            throw unreadable(file.name(), e);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED, file.name() + " cannot be read: " + e, e);
        }
    }

    private static VitrineException unreadable(String name, CsvParseException e) {
        Throwable cause = e;
        while (cause != null) {
            if (cause instanceof VitrineException own) {
                return own;
            }
            cause = cause.getCause();
        }
        return new VitrineException(
                DataError.FILE_MALFORMED, name + " is not readable CSV: " + e.getMessage(), e);
    }

    /** Where the scan for a quote that is never closed is. */
    private enum Within {
        START,
        PLAIN,
        QUOTED,
        CLOSED
    }

    /** The line of the quote that is not closed, or not within a record's length; 0 for none. */
    static long openQuote(InputFile file, CsvConfig config, Charset encoding) {
        DecodingReader text = new DecodingReader(file, encoding);
        long longest = file.limits().record().bytes();
        char[] chars = new char[1 << 14];
        Within within = Within.START;
        long line = 1;
        long opened = 0;
        long inside = 0;
        boolean afterReturn = false;
        int read;
        while ((read = text.read(chars, 0, chars.length)) > 0) {
            for (int i = 0; i < read; i++) {
                char c = chars[i];
                boolean quote = c == config.quote();
                boolean ends = c == config.delimiter() || c == '\n' || c == '\r';
                if (within == Within.QUOTED) {
                    within = quote ? Within.CLOSED : Within.QUOTED;
                    if (++inside > longest) {
                        return opened;
                    }
                } else if (quote && within == Within.CLOSED) {
                    within = Within.QUOTED;
                } else if (quote && within == Within.START) {
                    within = Within.QUOTED;
                    opened = line;
                    inside = 0;
                } else {
                    within = ends ? Within.START : Within.PLAIN;
                }
                line += c == '\r' || (c == '\n' && !afterReturn) ? 1 : 0;
                afterReturn = c == '\r';
            }
        }
        return within == Within.QUOTED ? opened : 0;
    }

    private static List<String> names(String file, CsvConfig config, CsvRecord first) {
        List<String> names = new ArrayList<>();
        if (config.header()) {
            first.getFields().forEach(field -> names.add(field.strip()));
        } else if (!config.columns().isEmpty()) {
            names.addAll(config.columns());
        } else {
            for (int i = 1; i <= first.getFieldCount(); i++) {
                names.add("c" + i);
            }
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new VitrineException(
                        DataError.FILE_MALFORMED, file + " has two columns called '" + name + "'");
            }
        }
        return names;
    }

    private static void emit(
            String file, List<String> names, CsvRecord record, String bad, Row.Sink sink) {
        Origin origin = new Origin(file, record.getStartingLineNumber());
        if (!bad.isEmpty()) {
            sink.broken(origin, bad, raw(record));
            return;
        }
        if (record.getFieldCount() != names.size()) {
            sink.broken(
                    origin,
                    "has " + record.getFieldCount() + " fields, expected " + names.size(),
                    raw(record));
            return;
        }
        Map<String, Object> values = new LinkedHashMap<>(names.size() * 2);
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), record.getField(i));
        }
        sink.row(new Row(origin, values));
    }

    /** The record written again by RFC 4180. */
    private static String raw(CsvRecord record) {
        return record.getFields().stream()
                .map(field ->
                        field.matches("(?s).*[\",\\r\\n].*")
                                ? '"' + field.replace("\"", "\"\"") + '"'
                                : field)
                .collect(Collectors.joining(","));
    }
}
