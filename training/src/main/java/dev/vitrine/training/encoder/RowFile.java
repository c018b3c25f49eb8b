package dev.vitrine.training.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.text.TextPairs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows to fine-tune with, one JSON object a line: {@code {"query": "…", "product": "…"}} for pairs,
 * {@code {"history": ["…"], "item": "…", "liked": true}} for likes.
 */
final class RowFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_TEXT = 100_000;
    private static final int MOST_ROWS = 10_000_000;

    private RowFile() {}

    /** Reads pairs; each text is kept once. */
    static TextPairs pairs(Path file) {
        List<String> texts = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        List<int[]> pairs = new ArrayList<>();
        each(
                file,
                (row, line) ->
                        pairs.add(
                                new int[] {
                                    place(text(file, line, row, "query"), texts, places),
                                    place(text(file, line, row, "product"), texts, places)
                                }));
        return new TextPairs(
                texts,
                pairs.stream().mapToInt(pair -> pair[0]).toArray(),
                pairs.stream().mapToInt(pair -> pair[1]).toArray());
    }

    private static int place(String text, List<String> texts, Map<String, Integer> places) {
        return places.computeIfAbsent(
                text,
                added -> {
                    texts.add(added);
                    return texts.size() - 1;
                });
    }

    /** Reads likes. */
    static LikeRows likes(Path file) {
        List<Question> questions = new ArrayList<>();
        List<Boolean> liked = new ArrayList<>();
        each(
                file,
                (row, line) -> {
                    JsonNode answer = row.path("liked");
                    if (!answer.isBoolean()) {
                        throw invalid(file, line, "liked is neither true nor false");
                    }
                    questions.add(
                            new Question(history(file, line, row), text(file, line, row, "item")));
                    liked.add(answer.booleanValue());
                });
        boolean[] answers = new boolean[liked.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = liked.get(i);
        }
        return new LikeRows(questions, answers);
    }

    private static List<String> history(Path file, int line, JsonNode row) {
        JsonNode history = row.path("history");
        if (!history.isArray()) {
            throw invalid(file, line, "history is no list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode one : history) {
            if (!one.isString()) {
                throw invalid(file, line, "history is no list of texts");
            }
            texts.add(one.stringValue());
        }
        return texts;
    }

    private static String text(Path file, int line, JsonNode row, String name) {
        JsonNode value = row.path(name);
        if (!value.isString() || value.stringValue().isBlank()) {
            throw invalid(file, line, name + " is no text");
        }
        if (value.stringValue().length() > LONGEST_TEXT) {
            throw invalid(file, line, name + " has more than " + LONGEST_TEXT + " characters");
        }
        return value.stringValue();
    }

    private static void each(Path file, ObjIntConsumer<JsonNode> sink) {
        int line = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (line > MOST_ROWS) {
                    throw invalid(file, line, "at most " + MOST_ROWS + " rows are read");
                }
                if (!text.isBlank()) {
                    sink.accept(row(file, line, text), line);
                }
            }
        } catch (CharacterCodingException e) {
            throw invalid(file, line + 1, "it is not UTF-8");
        } catch (IOException e) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE, "cannot read " + file + ": " + e, e);
        }
    }

    private static JsonNode row(Path file, int line, String text) {
        try {
            JsonNode row = JSON.readTree(text);
            if (row.isObject()) {
                return row;
            }
        } catch (JacksonException e) {
            throw invalid(file, line, "it is no JSON: " + e.getOriginalMessage());
        }
        throw invalid(file, line, "it is no JSON object");
    }

    private static VitrineException invalid(Path file, int line, String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE, file.getFileName() + ", line " + line + ": " + why);
    }
}
