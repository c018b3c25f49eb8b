package dev.vitrine.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.graph.RandomModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runtime gathers nothing about its use: in a process of its own, whose home would show it, and
 * whose command line is longer than what its gathering survives.
 */
class CallsNobodyTest {
    @TempDir Path folder;

    /** Opens and closes a model. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            OnnxSession.open(Path.of(arguments[0]), SessionSettings.DEFAULT).close();
        }
    }

    @Test
    void nothingIsGatheredAboutWhoRunsAModel() throws Exception {
        Path model = folder.resolve("model.onnx");
        RandomModels.ranker(4, new int[] {4}, 1).save(model);
        Path home = Files.createDirectory(folder.resolve("home"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path words = folder.resolve("words");
        ProcessBuilder child =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + temporary,
                        "-Dlong=" + "x".repeat(20_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        model.toString());
        child.environment().remove("ORT_DISABLE_TELEMETRY");
        child.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        // Where these stand it would gather nothing anyway.
        child.environment().keySet().removeIf(name -> name.endsWith("CI") || name.contains("CI_"));
        child.environment().put("HOME", home.toString());
        child.environment().put("TMPDIR", temporary.toString());
        Process process = child.redirectErrorStream(true).redirectOutput(words.toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(words)).isZero();
        assertThat(files(home)).isEmpty();
        assertThat(files(temporary)).noneMatch(name -> name.contains("mat-debug"));
    }

    private static Stream<String> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all
                    .filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList()
                    .stream();
        }
    }
}
