package dev.vitrine.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What docs/models.md says of the speed of models is what docs/results says. {@code
 * -Dvitrine.regenerate=true} writes it anew.
 */
class HowFastTest {
    private static final String START = "<!-- how fast: generated from docs/results -->\n";
    private static final String END = "<!-- end of how fast -->";
    private static final String NONE = "No result is kept yet.\n";

    /** A row: the result, what the names of its figures end with, and what was measured. */
    private record Row(String result, String suffix, String model) {}

    private static final List<Row> ROWS =
            List.of(
                    new Row("infer-ranker", "", "ranker 100 × 64, 512 and 256 units"),
                    new Row("infer-ranker", "Small", "ranker 100 × 64, 128 and 64 units"),
                    new Row("infer-encoder", "", "encoder 12 × 384, 64 tokens"),
                    new Row("infer-encoder", "SixLayers", "encoder 6 × 384, 64 tokens"));

    /** A column: its head, the figure, and how it is written. */
    private record Column(String head, String figure, String format) {}

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("bare/s", "bareRequestsPerSecond", "%.0f"),
                    new Column("HTTP/s", "httpRequestsPerSecond", "%.0f"),
                    new Column("of bare", "httpRatioToBare", "%.2f"),
                    new Column("gRPC/s", "grpcRequestsPerSecond", "%.0f"),
                    new Column("of bare", "grpcRatioToBare", "%.2f"),
                    new Column("goodput to plain", "plainServerGoodputRatio", "%.2f"),
                    new Column("to own peak at 1.5", "goodputRatioToPeakAt150Percent", "%.2f"),
                    new Column("overhead p50 µs", "overheadP50Us", "%.0f"));

    private static final List<Column> OVERLOAD =
            List.of(
                    new Column("goodput to peak", "goodputRatio", "%.2f"),
                    new Column("accepted p99 ms", "acceptedP99Ms", "%.1f"),
                    new Column("refusal p99 ms", "refusalP99Ms", "%.2f"),
                    new Column("recovery s", "recoverySeconds", "%.2f"),
                    new Column("memory after to before", "residentGrowth", "%.2f"));

    /** What batching was measured with, as the names of its figures call it. */
    private static final Map<String, String> SHARED = new LinkedHashMap<>();

    static {
        SHARED.put("RankerRow", "ranker 1 × 64, 512 and 256 units");
        SHARED.put("RankerSmall", "ranker 100 × 64, 128 and 64 units");
        SHARED.put("Ranker", "ranker 100 × 64, 512 and 256 units");
        SHARED.put("Encoder6Short", "encoder 6 × 384, 16 tokens");
        SHARED.put("Encoder6", "encoder 6 × 384, 64 tokens");
        SHARED.put("Encoder12", "encoder 12 × 384, 64 tokens");
    }

    private static final List<Column> BATCHING =
            List.of(
                    new Column("learned/s", "learnedPerSecond", "%.0f"),
                    new Column("always/s", "alwaysPerSecond", "%.0f"),
                    new Column("never/s", "neverPerSecond", "%.0f"),
                    new Column("to the better", "ratioToBest", "%.2f"),
                    new Column("learned p99 ms", "learnedP99Ms", "%.2f"),
                    new Column("always p99 ms", "alwaysP99Ms", "%.2f"),
                    new Column("never p99 ms", "neverP99Ms", "%.2f"));

    @Test
    void theGuideToModelsShowsWhatWasMeasured() throws IOException {
        Path root = ResultsTableTest.root();
        Path guide = root.resolve("docs/models.md");
        String text = Files.readString(guide);
        int from = text.indexOf(START);
        int to = text.indexOf(END);
        assertThat(from).as("docs/models.md has the mark " + START).isPositive();
        assertThat(to).as("docs/models.md has the mark " + END).isGreaterThan(from);
        String wanted =
                text.substring(0, from)
                        + START
                        + shown(root.resolve("docs/results"))
                        + text.substring(to);
        if (Boolean.getBoolean("vitrine.regenerate")) {
            Files.writeString(guide, wanted);
        }
        assertThat(Files.readString(guide))
                .as("run this test with -Dvitrine.regenerate=true and look at the difference")
                .isEqualTo(wanted);
    }

    @Test
    void sharedRunsHaveALineForEachModelAndLoad(@TempDir Path results) throws IOException {
        StringBuilder figures = new StringBuilder();
        for (String load :
                List.of("RankerAt1", "RankerAt32", "RankerRowAt4", "Encoder6At2", "Encoder12At2")) {
            int each = 1;
            for (Column column : BATCHING) {
                figures.append('"').append(column.figure).append(load).append("\":");
                figures.append(each++).append(".25,");
            }
        }
        Files.writeString(
                results.resolve("batching.json"),
                "{\"figures\":{" + figures + "\"worstRatioToBest\":4.25,\"hiccupP99Ms\":0.1}}");
        String numbers = " | 1 | 2 | 3 | 4.25 | 5.25 | 6.25 | 7.25 |\n";
        assertThat(shown(results))
                .isEqualTo(
                        head("sharing runs", BATCHING)
                                + ("| ranker 1 × 64, 512 and 256 units, 4 at once" + numbers)
                                + ("| ranker 100 × 64, 512 and 256 units, 1 at once" + numbers)
                                + ("| ranker 100 × 64, 512 and 256 units, 32 at once" + numbers)
                                + ("| encoder 6 × 384, 64 tokens, 2 at once" + numbers)
                                + ("| encoder 12 × 384, 64 tokens, 2 at once" + numbers)
                                + "\n");
    }

    private static String shown(Path results) throws IOException {
        StringBuilder served = new StringBuilder();
        for (Row row : ROWS) {
            JsonNode result = result(results, row.result);
            if (result.has("bareRequestsPerSecond" + row.suffix)) {
                served.append(line(row.model, COLUMNS, row.suffix, result));
            }
        }
        StringBuilder shown = new StringBuilder();
        if (!served.isEmpty()) {
            shown.append(head("model", COLUMNS)).append(served).append('\n');
        }
        JsonNode overload = result(results, "overload");
        if (overload.has("goodputRatio")) {
            shown.append(head("ten times too much", OVERLOAD))
                    .append(line("encoder 12 × 384, 64 tokens", OVERLOAD, "", overload))
                    .append('\n');
        }
        StringBuilder shared = shared(result(results, "batching"));
        if (!shared.isEmpty()) {
            shown.append(head("sharing runs", BATCHING)).append(shared).append('\n');
        }
        return shown.isEmpty() ? NONE : shown.toString();
    }

    /** A line for each model and number of clients, in the order they were measured. */
    private static StringBuilder shared(JsonNode batching) {
        StringBuilder lines = new StringBuilder();
        SHARED.forEach((model, text) -> {
            String load = "ratioToBest" + model + "At";
            for (String figure : batching.propertyNames()) {
                if (figure.startsWith(load)) {
                    String clients = figure.substring(load.length());
                    String first = text + ", " + clients + " at once";
                    lines.append(line(first, BATCHING, model + "At" + clients, batching));
                }
            }
        });
        return lines;
    }

    private static JsonNode result(Path results, String name) throws IOException {
        Path file = results.resolve(name + ".json");
        String json = Files.exists(file) ? Files.readString(file) : "{}";
        return JsonMapper.builder().build().readTree(json).path("figures");
    }

    private static String head(String first, List<Column> columns) {
        StringBuilder head = new StringBuilder("| ").append(first).append(" |");
        columns.forEach(column -> head.append(' ').append(column.head).append(" |"));
        return head.append("\n|---|").append("---|".repeat(columns.size())).append('\n').toString();
    }

    private static String line(String first, List<Column> columns, String suffix, JsonNode result) {
        StringBuilder line = new StringBuilder("| ").append(first).append(" |");
        for (Column column : columns) {
            JsonNode figure = result.path(column.figure + suffix);
            line.append(' ')
                    .append(
                            figure.isNumber()
                                    ? String.format(Locale.ROOT, column.format, figure.asDouble())
                                    : "–")
                    .append(" |");
        }
        return line.append('\n').toString();
    }
}
