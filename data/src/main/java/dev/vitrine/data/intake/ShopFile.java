package dev.vitrine.data.intake;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One file of a shop, with what is known of its layout.
 *
 * @param name relative to the data directory
 */
record ShopFile(String name, Path path, FileFormat format, CsvConfig csv, Charset encoding) {
    private static final int SHOWN_COLUMNS = 40;

    /**
     * The files that names and globs stand for, in the order given and by name within a glob.
     *
     * @throws VitrineException FILE_NOT_FOUND when one stands for none
     */
    static List<ShopFile> find(
            Path data,
            List<String> names,
            @Nullable FileFormat format,
            CsvConfig csv,
            String encoding) {
        List<ShopFile> files = new ArrayList<>();
        for (String name : names) {
            for (Path path : paths(data, name)) {
                String shown = data.relativize(path).toString();
                FileFormat seen = format == null ? detect(path, shown) : format;
                files.add(new ShopFile(shown, path, seen, csv, Charset.forName(encoding)));
            }
        }
        return files;
    }

    private static List<Path> paths(Path data, String name) {
        if (!Files.isDirectory(data)) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "there is no data directory " + data);
        }
        Path exact = data.resolve(name);
        if (!exact.normalize().startsWith(data.normalize())) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID, name + " is outside the data directory " + data);
        }
        if (Files.isRegularFile(exact)) {
            return List.of(exact);
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
        try (Stream<Path> all = Files.walk(data, 8)) {
            List<Path> found =
                    all.filter(Files::isRegularFile)
                            .filter(path -> matcher.matches(data.relativize(path)))
                            .sorted()
                            .toList();
            if (found.isEmpty()) {
                throw new VitrineException(
                        DataError.FILE_NOT_FOUND,
                        "no file in " + data + " is called or matches '" + name + "'");
            }
            return found;
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "cannot look through " + data + ": " + e, e);
        }
    }

    private static FileFormat detect(Path path, String name) {
        try (InputFile in = InputFile.open(path, name, InputLimits.DEFAULTS)) {
            byte[] first = new byte[4096];
            int length = 0;
            int read;
            while (length < first.length
                    && (read = in.read(first, length, first.length - length)) > 0) {
                length += read;
            }
            if (length >= 4 && new String(first, 0, 4, StandardCharsets.US_ASCII).equals("PAR1")) {
                return FileFormat.PARQUET;
            }
            String text = new String(first, 0, length, StandardCharsets.UTF_8).strip();
            String start = text.startsWith("\uFEFF") ? text.substring(1).strip() : text;
            return start.startsWith("{") || start.startsWith("[")
                    ? FileFormat.JSON
                    : FileFormat.CSV;
        }
    }

    void open(Consumer<InputFile> body) {
        try (InputFile in = InputFile.open(path, name, InputLimits.DEFAULTS)) {
            body.accept(in);
        }
    }

    /** Reads all rows. */
    void rows(Row.Sink sink) {
        switch (format) {
            case CSV -> csv(sink);
            case JSON -> open(in -> JsonRows.read(in, false, sink));
            case JSON_MAP -> open(in -> JsonRows.read(in, true, sink));
            case PARQUET -> parquet(plain -> ParquetRows.read(plain, name, sink));
            case SEQUENCE ->
                    throw new VitrineException(
                            DataError.MAPPING_INVALID, name + " holds sequences, not rows");
        }
    }

    private void csv(Row.Sink sink) {
        try {
            open(in -> CsvRows.read(in, csv, encoding, sink));
        } catch (VitrineException e) {
            if (e.getCause() instanceof CsvParseException) {
                open(in -> nameOpenQuote(in, e));
            }
            throw e;
        }
    }

    private void nameOpenQuote(InputFile in, VitrineException e) {
        long line = CsvRows.openQuote(in, csv, encoding);
        if (line > 0) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    name + " line " + line + ": the quote that opens here is not closed",
                    e);
        }
    }

    /** Parquet is read from its end, so a packed file is unpacked beside first. */
    private void parquet(Consumer<Path> body) {
        try (InputFile in = InputFile.open(path, name, InputLimits.DEFAULTS)) {
            if (!in.compressed()) {
                body.accept(path);
                return;
            }
            Path plain = Files.createTempFile("vitrine-", ".parquet");
            try {
                Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
                body.accept(plain);
            } finally {
                Files.deleteIfExists(plain);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.STORE_FAILED, "cannot unpack " + name + ": " + e, e);
        }
    }

    /**
     * Checks that the file has the columns that a mapping needs. JSON need not name a column in
     * every record, so there all records are looked at until each was met.
     *
     * @throws VitrineException MAPPING_INVALID naming the column, the file, and what it has
     */
    void check(Set<String> needed) {
        if (needed.isEmpty() || format == FileFormat.SEQUENCE) {
            return;
        }
        Set<String> missing = new LinkedHashSet<>(needed);
        Set<String> present = new TreeSet<>();
        try {
            rows(new ColumnCheck(missing, present));
        } catch (ColumnCheck.Enough e) {
            // Seen as much as is needed to know.
            if (missing.isEmpty()) {
                return;
            }
        }
        if (!missing.isEmpty() && !present.isEmpty()) {
            List<String> shown = present.stream().limit(SHOWN_COLUMNS).toList();
            throw VitrineException.field(
                    DataError.MAPPING_INVALID,
                    missing.iterator().next(),
                    name
                            + " has no column '"
                            + missing.iterator().next()
                            + "'; its columns are "
                            + String.join(", ", shown)
                            + (present.size() > SHOWN_COLUMNS ? ", ..." : ""));
        }
    }
}
