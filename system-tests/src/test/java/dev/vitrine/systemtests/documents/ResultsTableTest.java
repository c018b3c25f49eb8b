package dev.vitrine.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The README's table of results says what docs/results says. {@code -Dvitrine.regenerate=true}
 * writes it anew.
 */
class ResultsTableTest {
    private static final String START = "<!-- results: generated from docs/results -->\n";
    private static final String END = "<!-- end of results -->";
    private static final int SHOWN = 4;

    /** Of a model that is served. */
    private static final List<String> SERVED =
            List.of(
                    "bareRequestsPerSecond",
                    "httpRequestsPerSecond",
                    "grpcRequestsPerSecond",
                    "httpRatioToBare",
                    "grpcRatioToBare",
                    "plainServerGoodputRatio",
                    "overheadP50Us");

    /** What people ask for of a result; of the others, the first figures are shown. */
    private static final Map<String, List<String>> HEADLINES =
            Map.ofEntries(
                    Map.entry(
                            "serving",
                            List.of(
                                    "items",
                                    "retrievalRecall",
                                    "recommendP99Ms",
                                    "recommendRequestsPerSecond",
                                    "searchP99Ms",
                                    "searchRequestsPerSecond",
                                    "residentMiB",
                                    "failedRequests")),
                    Map.entry(
                            "serving-ranked",
                            List.of(
                                    "items",
                                    "recommendP99Ms",
                                    "requestsPerSecond",
                                    "failedRequests",
                                    "rankedShare",
                                    "recommendByAllP99Ms",
                                    "residentMiB")),
                    Map.entry(
                            "home-depot",
                            List.of("rmse", "ndcgAt10", "bm25NdcgAt10", "treesTextsRmse")),
                    Map.entry(
                            "retailrocket-predict",
                            List.of(
                                    "auc",
                                    "averagePrecision",
                                    "calibrationError",
                                    "accuracy",
                                    "recall",
                                    "f1",
                                    "ruleF1")),
                    Map.entry("infer-ranker", SERVED),
                    Map.entry("infer-encoder", SERVED),
                    Map.entry(
                            "overload",
                            List.of(
                                    "goodputRatio",
                                    "acceptedP99Ms",
                                    "refusalP99Ms",
                                    "recoverySeconds",
                                    "residentGrowth")),
                    Map.entry(
                            "hotswap",
                            List.of(
                                    "swaps",
                                    "failedRequests",
                                    "mixedAnswers",
                                    "p99RatioToSteady",
                                    "residentRatioAfter")),
                    Map.entry("batching", List.of("worstRatioToBest")),
                    Map.entry(
                            "crash",
                            List.of("kills", "acknowledgedEvents", "lostEvents", "restartSeconds")),
                    Map.entry(
                            "gowalla-ials",
                            List.of(
                                    "recallAt20",
                                    "trainSeconds",
                                    "sparkSeconds",
                                    "timeRatioToSpark")),
                    Map.entry(
                            "ingest",
                            List.of("fileEventsPerSecond", "httpDurableEventsPerSecond")));

    @Test
    void theReadmeShowsWhatWasMeasured() throws IOException {
        Path root = root();
        Path readme = root.resolve("README.md");
        String text = Files.readString(readme);
        int from = text.indexOf(START);
        int to = text.indexOf(END);
        assertThat(from).as("README.md has the mark " + START).isPositive();
        assertThat(to).as("README.md has the mark " + END).isGreaterThan(from);
        String wanted = text.substring(0, from) + START + table(root) + text.substring(to);
        if (Boolean.getBoolean("vitrine.regenerate")) {
            Files.writeString(readme, wanted);
        }
        assertThat(Files.readString(readme))
                .as("run this test with -Dvitrine.regenerate=true and look at the difference")
                .isEqualTo(wanted);
    }

    private static String table(Path root) throws IOException {
        StringBuilder table = new StringBuilder("| result | figures | command |\n|---|---|---|\n");
        try (Stream<Path> files = Files.list(root.resolve("docs/results"))) {
            List<Path> sorted = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
            for (Path file : sorted) {
                JsonNode result = JsonMapper.builder().build().readTree(Files.readString(file));
                table.append("| ").append(result.path("name").asString("")).append(" | ");
                int shown = 0;
                List<String> headline =
                        HEADLINES.getOrDefault(result.path("name").asString(""), List.of());
                for (var figure : result.path("figures").properties()) {
                    if (headline.isEmpty() ? shown < SHOWN : headline.contains(figure.getKey())) {
                        table.append(shown == 0 ? "" : ", ").append(figure.getKey()).append(' ');
                        table.append(figure.getValue());
                        shown++;
                    }
                }
                table.append(" | `").append(result.path("command").asString("")).append("` |\n");
            }
        }
        return table.toString();
    }

    /** The checkout. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("vitrine"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("no checkout above " + Path.of("").toAbsolutePath());
        }
        return folder;
    }
}
