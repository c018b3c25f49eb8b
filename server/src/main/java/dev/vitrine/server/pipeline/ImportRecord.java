package dev.vitrine.server.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the import of one source is, kept as a small file so that an import that was cut off goes
 * on where it stopped, and one that is done is not done again.
 *
 * @param id names the file, letters, digits and hyphens
 * @param source what was imported, for people
 * @param fingerprint of the files: names, sizes and times; another one is another import
 * @param startedAt epoch milliseconds
 * @param finishedAt epoch milliseconds; 0 until it is done
 * @param products records of products that are durable
 * @param events records of events that are durable
 * @param accepted of both, those that were taken in
 * @param rejected of both, those that were set aside
 * @param offset of the event log where what followed those events began; the log may hold more of
 *     the source from here on
 * @param parameter of the source, such as the end of a simulation in epoch milliseconds
 */
public record ImportRecord(
        @JsonProperty("id") String id,
        @JsonProperty("source") String source,
        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("startedAt") long startedAt,
        @JsonProperty("finishedAt") long finishedAt,
        @JsonProperty("products") long products,
        @JsonProperty("events") long events,
        @JsonProperty("accepted") long accepted,
        @JsonProperty("rejected") long rejected,
        @JsonProperty("offset") long offset,
        @JsonProperty("parameter") long parameter) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ENDING = ".json";

    boolean done() {
        return finishedAt > 0;
    }

    ImportRecord at(
            long newProducts, long newEvents, long newAccepted, long newRejected, long newOffset) {
        return new ImportRecord(
                id,
                source,
                fingerprint,
                startedAt,
                finishedAt,
                newProducts,
                newEvents,
                newAccepted,
                newRejected,
                newOffset,
                parameter);
    }

    ImportRecord finished(long now) {
        return new ImportRecord(
                id,
                source,
                fingerprint,
                startedAt,
                now,
                products,
                events,
                accepted,
                rejected,
                offset,
                parameter);
    }

    /** Writes it durably in place of what was there. */
    void save(Path directory) {
        Path file = directory.resolve(id + ENDING);
        Path part = directory.resolve(id + ".part");
        try {
            Files.createDirectories(directory);
            try (FileChannel out =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot write " + file + ": " + e, e);
        }
    }

    /** All imports of a home, newest first. */
    public static List<ImportRecord> list(Path directory) {
        List<ImportRecord> records = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return records;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).toList()) {
                records.add(JSON.readValue(Files.readAllBytes(file), ImportRecord.class));
            }
        } catch (IOException | JacksonException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    "cannot read the imports in " + directory + ": " + e,
                    e);
        }
        records.sort(Comparator.comparingLong(ImportRecord::startedAt).reversed());
        return records;
    }
}
