package dev.vitrine.training.evaluation;

import dev.vitrine.data.DataError;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.sequence.ItemFeatures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Readers of the public evaluation files: gzip-compressed lines of small whole numbers separated by
 * spaces or tabs. Ids must be below {@value #HIGHEST_ID}, so that a broken line cannot ask for an
 * absurd amount of memory.
 */
public final class PublicFiles {
    static final int HIGHEST_ID = 10_000_000;

    /** Where the attributes of the items of {@link #sequences} are, if any are known. */
    private static final String ATTRIBUTES = "item2attributes.json.gz";

    private PublicFiles() {}

    /**
     * What a line has to be.
     *
     * @param first the lowest id, which becomes number 0
     * @param least numbers on a line
     * @param most numbers on a line
     */
    private record Form(String what, int first, int least, int most) {
        static final Form ROW = new Form("a user and items", 0, 1, Integer.MAX_VALUE);
        static final Form PERSON = new Form("a user and items", 1, 1, Integer.MAX_VALUE);
        static final Form PAIR = new Form("a user and an item", 1, 2, 2);
        static final Form SESSION = new Form("the items of a session", 1, 1, Integer.MAX_VALUE);
        static final Form QUESTION =
                new Form("items and the one that came next", 1, 2, Integer.MAX_VALUE);
    }

    /** {@code train.txt.gz} and {@code test.txt.gz}: {@code user item item ...}, ids from 0. */
    public static TopNSplit topN(String name, Path folder) {
        List<int[]> train = lines(folder.resolve("train.txt.gz"), Form.ROW);
        List<int[]> test = lines(folder.resolve("test.txt.gz"), Form.ROW);
        int rows = 0;
        int columns = 0;
        for (List<int[]> part : List.of(train, test)) {
            for (int[] line : part) {
                rows = Math.max(rows, line[0] + 1);
                for (int i = 1; i < line.length; i++) {
                    columns = Math.max(columns, line[i] + 1);
                }
            }
        }
        return new TopNSplit(name, matrix(train, rows, columns), matrix(test, rows, columns));
    }

    /**
     * {@code train_sessions.txt.gz}: a session per line; {@code test_prefix_target.tsv.gz}: the
     * last number of a line is the target. Ids start at 1 and become item numbers from 0.
     */
    public static SessionSplit sessions(String name, Path folder) {
        int[][] sessions =
                lines(folder.resolve("train_sessions.txt.gz"), Form.SESSION).toArray(int[][]::new);
        int[][] cases =
                lines(folder.resolve("test_prefix_target.tsv.gz"), Form.QUESTION)
                        .toArray(int[][]::new);
        int[][] prefixes = new int[cases.length][];
        int[] targets = new int[cases.length];
        int items = 0;
        for (int[] session : sessions) {
            items = Math.max(items, highest(session) + 1);
        }
        for (int i = 0; i < cases.length; i++) {
            items = Math.max(items, highest(cases[i]) + 1);
            prefixes[i] = Arrays.copyOf(cases[i], cases[i].length - 1);
            targets[i] = cases[i][cases[i].length - 1];
        }
        return new SessionSplit(name, items, sessions, prefixes, targets);
    }

    /** {@code sequences.txt.gz}: {@code user item item ...}, oldest first, ids from 1. */
    public static SequenceSplit sequences(String name, Path folder) {
        List<int[]> lines = lines(folder.resolve("sequences.txt.gz"), Form.PERSON);
        int items = 0;
        int[][] sequences = new int[lines.size()][];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = Arrays.copyOfRange(lines.get(i), 1, lines.get(i).length);
            items = Math.max(items, highest(sequences[i]) + 1);
        }
        return new SequenceSplit(name, items, sequences);
    }

    /** {@code interactions.txt.gz}: {@code user item} per line, oldest first, ids from 1. */
    public static SequenceSplit interactions(String name, Path folder) {
        List<int[]> lines = lines(folder.resolve("interactions.txt.gz"), Form.PAIR);
        int people = 0;
        int items = 0;
        for (int[] line : lines) {
            people = Math.max(people, line[0] + 1);
            items = Math.max(items, line[1] + 1);
        }
        int[] lengths = new int[people];
        for (int[] line : lines) {
            lengths[line[0]]++;
        }
        int[][] sequences = new int[people][];
        for (int person = 0; person < people; person++) {
            sequences[person] = new int[lengths[person]];
        }
        int[] at = new int[people];
        for (int[] line : lines) {
            sequences[line[0]][at[line[0]]++] = line[1];
        }
        return new SequenceSplit(name, items, sequences);
    }

    /**
     * {@code item2attributes.json.gz}: an object with the attribute numbers of each item; both
     * count from 1.
     *
     * @return what is known of the items; nothing where there is no such file
     */
    public static ItemFeatures features(Path folder, int items) {
        Path file = folder.resolve(ATTRIBUTES);
        if (!Files.exists(file)) {
            return ItemFeatures.NONE;
        }
        int[][] attributes = attributes(file, items);
        int count = 0;
        for (int[] each : attributes) {
            count = Math.max(count, highest(each) + 1);
        }
        return ItemFeatures.alike(count, attributes, 0);
    }

    /** Numbers from 0 of each item, none for one that is not named. */
    private static int[][] attributes(Path file, int items) {
        int[][] attributes = new int[items][0];
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            JsonNode whole = JsonMapper.shared().readTree(in);
            if (!whole.isObject()) {
                throw malformed(file, "expected a JSON object of items");
            }
            for (Map.Entry<String, JsonNode> entry : whole.properties()) {
                int item = number(entry.getKey(), items);
                if (item == 0) {
                    throw malformed(
                            file,
                            "item '"
                                    + entry.getKey()
                                    + "': the items of the sequences are 1 to "
                                    + items);
                }
                attributes[item - 1] = attributes(file, entry);
            }
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            String at =
                    place == null
                            ? ""
                            : "line "
                                    + place.getLineNr()
                                    + ", column "
                                    + place.getColumnNr()
                                    + ": ";
            throw malformed(file, at + "no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(file, String.valueOf(e.getMessage()));
        }
        return attributes;
    }

    private static int[] attributes(Path file, Map.Entry<String, JsonNode> item) {
        JsonNode list = item.getValue();
        int[] found = new int[list.size()];
        boolean good = list.isArray();
        for (int i = 0; good && i < found.length; i++) {
            found[i] = number(list.get(i).toString(), HIGHEST_ID) - 1;
            good = found[i] >= 0;
        }
        if (!good) {
            throw malformed(
                    file,
                    "item "
                            + item.getKey()
                            + ": expected a list of whole numbers from 1 to "
                            + HIGHEST_ID);
        }
        return found;
    }

    /** A whole number from 1 to {@code most}; 0 for anything else. */
    private static int number(String text, int most) {
        try {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= most ? number : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static VitrineException malformed(Path file, String why) {
        return new VitrineException(DataError.FILE_MALFORMED, file + ": " + why);
    }

    private static InteractionMatrix matrix(List<int[]> lines, int rows, int columns) {
        int[][] byRow = new int[rows][0];
        int entries = 0;
        for (int[] line : lines) {
            int[] merged = Arrays.copyOf(byRow[line[0]], byRow[line[0]].length + line.length - 1);
            System.arraycopy(line, 1, merged, byRow[line[0]].length, line.length - 1);
            byRow[line[0]] = Arrays.stream(merged).sorted().distinct().toArray();
        }
        for (int[] row : byRow) {
            entries += row.length;
        }
        int[] start = new int[rows + 1];
        int[] column = new int[entries];
        float[] value = new float[entries];
        Arrays.fill(value, 1f);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(byRow[row], 0, column, start[row], byRow[row].length);
            start[row + 1] = start[row] + byRow[row].length;
        }
        return new InteractionMatrix(rows, columns, start, column, value);
    }

    private static int highest(int[] numbers) {
        int highest = -1;
        for (int number : numbers) {
            highest = Math.max(highest, number);
        }
        return highest;
    }

    /** Non-empty lines as numbers from 0. */
    private static List<int[]> lines(Path file, Form form) {
        List<int[]> lines = new ArrayList<>();
        int number = 0;
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file), 1 << 16),
                                StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    int[] numbers = numbers(line, file, number, form.first());
                    if (numbers.length < form.least() || numbers.length > form.most()) {
                        throw new VitrineException(
                                DataError.FILE_MALFORMED,
                                file
                                        + ", line "
                                        + number
                                        + ": expected "
                                        + form.what()
                                        + ", found numbers: "
                                        + numbers.length);
                    }
                    lines.add(numbers);
                }
            }
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "no file " + file, e);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    file + " after line " + number + ": " + e.getMessage(),
                    e);
        }
        return lines;
    }

    private static int[] numbers(String line, Path file, int lineNumber, int first) {
        int[] numbers = new int[line.length() / 2 + 1];
        int count = 0;
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c == ' ' || c == '\t') {
                at++;
                continue;
            }
            int from = at;
            long value = 0;
            while (at < line.length() && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
                value = Math.min(HIGHEST_ID, value * 10 + line.charAt(at++) - '0');
            }
            boolean ends = at == line.length() || line.charAt(at) == ' ' || line.charAt(at) == '\t';
            if (!ends || value < first || value >= HIGHEST_ID) {
                throw new VitrineException(
                        DataError.FILE_MALFORMED,
                        file
                                + ", line "
                                + lineNumber
                                + ", character "
                                + ((ends ? from : at) + 1)
                                + ": expected whole numbers from "
                                + first
                                + " to "
                                + (HIGHEST_ID - 1)
                                + " separated by spaces");
            }
            numbers[count++] = (int) value - first;
        }
        return Arrays.copyOf(numbers, count);
    }
}
