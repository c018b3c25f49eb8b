package dev.vitrine.server.watch;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ReplacedFile;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the last evaluations, a JSON file each, whole or not there at any moment. One that cannot
 * be read is passed over and told in the log. Safe for concurrent callers, of whom one adds.
 */
public final class EvaluationStore {
    private static final System.Logger LOG = System.getLogger(EvaluationStore.class.getName());

    /** Evaluations that are kept; the oldest go. */
    static final int KEPT = 200;

    private static final Pattern NAME = Pattern.compile("evaluation-([0-9]{1,18})[.]json");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final ConcurrentSkipListMap<Long, Evaluation> kept = new ConcurrentSkipListMap<>();
    private long last;

    private EvaluationStore(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads what a folder has; it is made with the first evaluation.
     *
     * @throws VitrineException HOME_FAILED where the folder cannot be read
     */
    public static EvaluationStore open(Path folder) {
        EvaluationStore store = new EvaluationStore(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(store::take);
            } catch (IOException e) {
                throw failed("cannot read the evaluations in " + folder, e);
            }
        }
        store.forgetOld();
        return store;
    }

    private void take(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(ReplacedFile.PART)) {
            delete(file);
            return;
        }
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return;
        }
        long number = Long.parseLong(matcher.group(1));
        last = Math.max(last, number);
        read(file).ifPresent(found -> kept.put(number, found.shortened()));
    }

    private static Optional<Evaluation> read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int format = JSON.readTree(bytes).path("format").asInt(0);
            if (format != Evaluation.FORMAT) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} is passed over: it has format {1}, this Vitrine reads {2}",
                        file,
                        format,
                        Evaluation.FORMAT);
                return Optional.empty();
            }
            return Optional.of(JSON.readValue(bytes, Evaluation.class));
        } catch (IOException | JacksonException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is passed over: it cannot be read: {1}",
                    file,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Keeps an evaluation under the next number; durable on return.
     *
     * @throws VitrineException HOME_FAILED where it cannot be written
     */
    synchronized Evaluation add(Evaluation evaluation) {
        Evaluation numbered = evaluation.numbered(last + 1);
        ReplacedFile.write(file(numbered.number()), JSON.writeValueAsBytes(numbered));
        last = numbered.number();
        kept.put(last, numbered.shortened());
        forgetOld();
        return numbered;
    }

    private void forgetOld() {
        while (kept.size() > KEPT) {
            delete(file(kept.pollFirstEntry().getKey()));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete {0}: {1}", file, e.getMessage());
        }
    }

    private Path file(long number) {
        return folder.resolve("evaluation-" + number + ".json");
    }

    /** All that are kept, newest first, {@link Evaluation#shortened}. */
    public List<Evaluation> list() {
        return new ArrayList<>(kept.descendingMap().values());
    }

    /** The newest, {@link Evaluation#shortened}. */
    public Optional<Evaluation> newest() {
        return Optional.ofNullable(kept.lastEntry()).map(entry -> entry.getValue());
    }

    /** One whole evaluation. */
    public Optional<Evaluation> find(long number) {
        return kept.containsKey(number) ? read(file(number)) : Optional.empty();
    }

    private static VitrineException failed(String what, IOException why) {
        return new VitrineException(ServerError.HOME_FAILED, what + ": " + why, why);
    }
}
