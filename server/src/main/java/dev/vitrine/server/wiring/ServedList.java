package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ReplacedFile;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which versions of imported models are to be served, in a file, so that a restart serves what was
 * served before. A model that the file does not name was never loaded or unloaded.
 *
 * <p>The first line is {@value #FORM}; each other is a name, the version that answers or {@code -},
 * and {@code label=version} for each label, separated by spaces, none of which may have one.
 */
final class ServedList {
    private static final String FORM = "vitrine-served-models 1";
    private static final String NONE = "-";

    private final Path file;
    private final TreeMap<String, Entry> entries;

    /**
     * What is served of a model.
     *
     * @param live the version that answers; empty when it was unloaded
     * @param labels versions by label
     */
    record Entry(OptionalLong live, Map<String, Long> labels) {
        static final Entry UNLOADED = new Entry(OptionalLong.empty(), Map.of());

        Entry {
            labels = Map.copyOf(labels);
        }
    }

    private ServedList(Path file, TreeMap<String, Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /**
     * Reads the file; where there is none, nothing is known.
     *
     * @throws VitrineException HOME_FAILED naming the line that is not as it was written
     */
    static ServedList open(Path file) {
        TreeMap<String, Entry> entries = new TreeMap<>();
        if (Files.exists(file)) {
            try {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (i == 0 ? !lines.get(i).equals(FORM) : !read(lines.get(i), entries)) {
                        throw new VitrineException(
                                ServerError.HOME_FAILED,
                                file + ", line " + (i + 1) + ": '" + lines.get(i) + "'");
                    }
                }
            } catch (IOException e) {
                throw failed("read", file, e);
            }
        }
        return new ServedList(file, entries);
    }

    private static boolean read(String line, Map<String, Entry> into) {
        String[] parts = line.split(" ", -1);
        if (parts.length < 2) {
            return false;
        }
        try {
            OptionalLong live =
                    parts[1].equals(NONE)
                            ? OptionalLong.empty()
                            : OptionalLong.of(Long.parseLong(parts[1]));
            Map<String, Long> labels = new TreeMap<>();
            for (int i = 2; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                labels.put(
                        parts[i].substring(0, equals),
                        Long.parseLong(parts[i].substring(equals + 1)));
            }
            into.put(parts[0], new Entry(live, labels));
            return true;
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    /** Empty for a model that was never loaded or unloaded. */
    synchronized Optional<Entry> of(String model) {
        return Optional.ofNullable(entries.get(model));
    }

    /** Keeps what is served of a model; durable on return. */
    synchronized void put(String model, Entry entry) {
        if (entry.equals(entries.put(model, entry))) {
            return;
        }
        List<String> lines = new ArrayList<>(List.of(FORM));
        entries.forEach((name, each) -> {
            StringBuilder line = new StringBuilder(name).append(' ');
            line.append(each.live().isPresent() ? each.live().getAsLong() : NONE);
            new TreeMap<>(each.labels())
                    .forEach((label, version) ->
                            line.append(' ').append(label).append('=').append(version));
            lines.add(line.toString());
        });
        ReplacedFile.write(
                file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static VitrineException failed(String what, Path file, IOException e) {
        return new VitrineException(
                ServerError.HOME_FAILED, "cannot " + what + " " + file + ": " + e, e);
    }
}
