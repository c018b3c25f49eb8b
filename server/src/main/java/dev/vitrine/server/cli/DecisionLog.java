package dev.vitrine.server.cli;

import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.deployment.experiment.Decision;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Logged decisions from a file: CSV with a header, or JSON lines. Fields that are not known are
 * passed over; a row without a unit is one of its own.
 *
 * @param hasModel whether rows say what a model predicts
 */
record DecisionLog(List<Decision> decisions, boolean hasModel) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST = 5_000_000;
    private static final Set<String> NEEDED = Set.of("reward", "propensity", "target");

    /**
     * @throws VitrineException USAGE naming the line that cannot be used
     */
    static DecisionLog read(Path file) throws IOException {
        List<Decision> decisions = new ArrayList<>();
        boolean model = false;
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            List<String> header = List.of();
            String line;
            while ((line = lines.readLine()) != null) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                Map<String, String> fields;
                if (line.startsWith("{")) {
                    fields = json(line);
                } else if (header.isEmpty()) {
                    header = cells(line);
                    continue;
                } else {
                    fields = row(header, cells(line));
                }
                if (decisions.size() == MOST) {
                    throw wrong("more than " + MOST + " decisions; draw some of them");
                }
                decisions.add(decision(fields, number));
                model |= fields.containsKey("predicted");
            }
        } catch (NoSuchFileException e) {
            throw new VitrineException(ServerError.USAGE, "there is no file " + file, e);
        } catch (VitrineException e) {
            throw new VitrineException(
                    ServerError.USAGE, file + " line " + number + ": " + e.getMessage(), e);
        }
        return new DecisionLog(decisions, model);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split(",", -1)) {
            cells.add(cell.strip().replaceAll("^\"|\"$", ""));
        }
        return cells;
    }

    private static Map<String, String> row(List<String> header, List<String> cells) {
        if (cells.size() != header.size()) {
            throw wrong("found " + cells.size() + " cells under " + header.size() + " names");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            if (!cells.get(i).isEmpty()) {
                fields.put(header.get(i), cells.get(i));
            }
        }
        return fields;
    }

    private static Map<String, String> json(String line) {
        Map<String, String> fields = new HashMap<>();
        try {
            for (Map.Entry<String, JsonNode> field : JSON.readTree(line).properties()) {
                if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                    fields.put(field.getKey(), field.getValue().asString());
                }
            }
        } catch (JacksonException e) {
            throw new VitrineException(ServerError.USAGE, "not JSON: " + e.getOriginalMessage(), e);
        }
        return fields;
    }

    private static Decision decision(Map<String, String> fields, int line) {
        for (String needed : NEEDED) {
            if (!fields.containsKey(needed)) {
                throw wrong("a decision has " + needed);
            }
        }
        String unit = fields.getOrDefault("unit", "line " + line);
        return new Decision(
                VisitorHash.number(unit),
                number(fields, "reward"),
                number(fields, "propensity"),
                number(fields, "target"),
                number(fields, "predicted"),
                number(fields, "expected"));
    }

    private static double number(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "0");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new VitrineException(
                    ServerError.USAGE, name + " is no number: '" + text + "'", e);
        }
    }

    private static VitrineException wrong(String message) {
        return new VitrineException(ServerError.USAGE, message);
    }
}
