package dev.vitrine.server.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ReplacedFile;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
 * @param mapping hash of the shop.yaml by which all that could be read was read; empty for sources
 *     without one, and for imports of earlier versions
 * @param folder where the files were; empty where there are none
 * @param setAside bytes of the file of what was set aside that belong to what is durable; null for
 *     imports of earlier versions
 * @param rules of those that were set aside, how many by which rule
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
        @JsonProperty("parameter") long parameter,
        @JsonProperty("mapping") String mapping,
        @JsonProperty("folder") String folder,
        @JsonProperty("setAside") @Nullable Long setAside,
        @JsonProperty("rules") Map<String, Long> rules) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ENDING = ".json";

    /** Takes files of earlier versions, which lack some fields. */
    public ImportRecord {
        mapping = mapping == null ? "" : mapping;
        folder = folder == null ? "" : folder;
        rules = rules == null ? Map.of() : Map.copyOf(rules);
    }

    /** What was set aside of an import. */
    record Aside(long records, Map<String, Long> rules, @Nullable Long bytes) {}

    boolean done() {
        return finishedAt > 0;
    }

    /** What is about to be read, of which nothing was read yet. */
    static ImportRecord begin(
            String id,
            String source,
            String fingerprint,
            long now,
            long offset,
            long parameter,
            String mapping,
            String folder,
            long setAside) {
        return new ImportRecord(
                id,
                source,
                fingerprint,
                now,
                0,
                0,
                0,
                0,
                0,
                offset,
                parameter,
                mapping,
                folder,
                setAside,
                Map.of());
    }

    ImportRecord at(
            long newProducts, long newEvents, long newAccepted, long newOffset, Aside aside) {
        return new ImportRecord(
                id,
                source,
                fingerprint,
                startedAt,
                finishedAt,
                newProducts,
                newEvents,
                newAccepted,
                aside.records(),
                newOffset,
                parameter,
                mapping,
                folder,
                aside.bytes(),
                aside.rules());
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
                parameter,
                mapping,
                folder,
                setAside,
                rules);
    }

    /** After some of what was set aside was taken in, or once more not. */
    ImportRecord replayed(SetAsideReplay.Outcome outcome) {
        Map<String, Long> left = new TreeMap<>(rules);
        outcome.before().forEach((rule, count) -> left.merge(rule, -count, Long::sum));
        outcome.after().forEach((rule, count) -> left.merge(rule, count, Long::sum));
        left.values().removeIf(count -> count <= 0);
        Aside aside = new Aside(Math.max(0, rejected - outcome.accepted()), left, setAside);
        return at(products, events, accepted + outcome.accepted(), offset, aside);
    }

    /** From now on read by another mapping. */
    ImportRecord by(Mapping other) {
        return new ImportRecord(
                id,
                source,
                fingerprint,
                startedAt,
                finishedAt,
                products,
                events,
                accepted,
                rejected,
                offset,
                parameter,
                other.hash(),
                other.folder().toString(),
                setAside,
                rules);
    }

    /** Writes it durably in place of what was there. */
    void save(Path directory) {
        ReplacedFile.write(directory.resolve(id + ENDING), JSON.writeValueAsBytes(this));
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
