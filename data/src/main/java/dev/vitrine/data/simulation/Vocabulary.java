package dev.vitrine.data.simulation;

import dev.vitrine.data.simulation.SimulationSettings.Language;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The words of the own catalogue, read from {@code retail.txt} beside this class. */
final class Vocabulary {
    private static final String FILE = "retail.txt";

    private final Map<String, List<String>> options = new HashMap<>();
    private final Map<String, List<List<String>>> styles = new HashMap<>();
    private final Map<String, String> kinds = new HashMap<>();
    private final List<Shelf> shelves = new ArrayList<>();
    private final List<String> goesWith = new ArrayList<>();
    private final Map<String, Integer> byLeaf = new HashMap<>();
    private final List<String> departments = new ArrayList<>();
    private final int language;

    /**
     * A leaf of the category tree.
     *
     * @param path names from the root
     * @param things what lies on it
     * @param low price of the cheapest
     * @param high price of the dearest
     * @param options names of the option groups that its products vary in
     * @param repeatDays after how many days it is bought again; 0 never
     * @param month of most demand, 1 to 12; 0 for none
     */
    record Shelf(
            List<String> path,
            int department,
            List<String> things,
            double low,
            double high,
            List<String> options,
            int repeatDays,
            int month) {}

    Vocabulary(Language language) {
        this.language = language == Language.ENGLISH ? 0 : 1;
        try (InputStream in = Objects.requireNonNull(Vocabulary.class.getResourceAsStream(FILE));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String line) {
        String[] parts = line.split("\\|", -1);
        switch (parts[0]) {
            case "option" -> options.put(parts[1], texts(parts[2]));
            case "style" ->
                    styles.computeIfAbsent(parts[1], kind -> new ArrayList<>())
                            .add(texts(parts[2]));
            case "kind" -> kinds.put(text(parts[1]), parts[2]);
            case "shelf" -> shelf(parts);
            default -> throw new IllegalStateException(FILE + ": cannot read '" + line + "'");
        }
    }

    private void shelf(String[] parts) {
        String department = text(parts[1]);
        if (!departments.contains(department)) {
            departments.add(department);
        }
        byLeaf.put(text(parts[3]), shelves.size());
        goesWith.add(text(parts[8]));
        shelves.add(
                new Shelf(
                        List.of(department, text(parts[2]), text(parts[3])),
                        departments.indexOf(department),
                        texts(parts[4]),
                        Double.parseDouble(parts[5]),
                        Double.parseDouble(parts[6]),
                        List.of(parts[7].split(",")),
                        Integer.parseInt(parts[9]),
                        Integer.parseInt(parts[10])));
    }

    private String text(String pair) {
        String[] parts = pair.split("=", -1);
        return parts[Math.min(language, parts.length - 1)];
    }

    private List<String> texts(String pairs) {
        List<String> texts = new ArrayList<>();
        for (String pair : pairs.split(";")) {
            texts.add(text(pair));
        }
        return List.copyOf(texts);
    }

    List<Shelf> shelves() {
        return shelves;
    }

    /** The shelf whose products are bought along with those of this one. */
    int goesWith(int shelf) {
        return Objects.requireNonNull(byLeaf.get(goesWith.get(shelf)), goesWith.get(shelf));
    }

    /** Words that show a style among the products of a shelf. */
    List<String> style(int style, Shelf shelf) {
        String kind = Objects.requireNonNull(kinds.get(shelf.path().getFirst()));
        return Objects.requireNonNull(styles.get(kind)).get(style);
    }

    List<String> option(String name) {
        return Objects.requireNonNull(options.get(name), name);
    }
}
