package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/** The calls that the README shows under "From nothing to an answer", as it shows them. */
final class ReadmeCalls {
    private static final String SECTION = "## From nothing to an answer\n";
    private static final Pattern CURL =
            Pattern.compile(
                    "curl -s localhost:8080(?<path>/\\S+) -H 'content-type: application/json'"
                            + " \\\\\n +-d '(?<body>.*)'\n");

    /** What the shell puts in for the time. */
    private static final String NOW = "'$(date -u +%FT%TZ)'";

    /** One POST of JSON. */
    record Call(String path, String body) {}

    private ReadmeCalls() {}

    /** All of them; fails when one is written in a form that is not understood. */
    static List<Call> read(Instant now) throws IOException {
        Path readme = Path.of("README.md");
        String text = Files.readString(Files.exists(readme) ? readme : Path.of("..", "README.md"));
        int from = text.indexOf(SECTION);
        String section = text.substring(from, text.indexOf("\n## ", from + SECTION.length()));
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<Call> calls =
                CURL.matcher(section)
                        .results()
                        .map(curl ->
                                new Call(curl.group("path"), curl.group("body").replace(NOW, time)))
                        .toList();
        assertThat(calls).hasSize(section.split("curl ", -1).length - 1);
        return calls;
    }
}
