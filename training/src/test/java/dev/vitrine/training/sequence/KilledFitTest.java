package dev.vitrine.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fits in processes of their own: killed in the middle of anything, and watched for memory. */
class KilledFitTest {
    private static final int EPOCHS = 12;

    @TempDir private Path temp;

    @Test
    void endsAsIfItHadNotBeenKilled() throws Exception {
        List<String> whole = run("whole", Integer.MAX_VALUE, 0);
        assertThat(whole).hasSize(EPOCHS + 2);

        SplittableRandom random = new SplittableRandom(5);
        List<String> first = run("killed", 2, random.nextInt(40));
        assertThat(first).as("what was said before the end").doesNotContain(whole.getLast());
        List<String> second = run("killed", 3, random.nextInt(40));
        assertThat(second).doesNotContain(whole.getLast());
        List<String> last = run("killed", Integer.MAX_VALUE, 0);

        assertThat(last.size()).as("epochs that were not fitted again").isLessThan(whole.size());
        assertThat(last.getLast()).isEqualTo(whole.getLast());
    }

    /**
     * What a fit says that it takes is what its process grows by, with full and sampled softmax,
     * and not so much more that it would be refused where there is room.
     */
    @ParameterizedTest
    @CsvSource({"20000, 0, 1024", "40000, 0, 512", "60000, 256, 1024"})
    void takesNoMoreMemoryThanItSays(int items, int negatives, int tokens) throws Exception {
        List<String> said =
                child(Integer.MAX_VALUE, 0, "memory", "" + items, "" + negatives, "" + tokens);
        long took = Long.parseLong(said.get(0));
        long stated = Long.parseLong(said.get(1));
        assertThat(took).isBetween(stated / 5, stated);
    }

    private List<String> run(String name, int lines, int delayMillis) throws Exception {
        return child(lines, delayMillis, "fit", temp.resolve(name).toString());
    }

    /** What it printed; it is killed that long after so many lines. */
    private List<String> child(int lines, int delayMillis, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms256m",
                                "-Xmx256m",
                                "-XX:+AlwaysPreTouch",
                                "--enable-native-access=ALL-UNNAMED",
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Fitting.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(temp.resolve("errors").toFile()).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            String line;
            while (said.size() < lines && (line = out.readLine()) != null) {
                said.add(line);
            }
            if (said.size() == lines) {
                TimeUnit.MILLISECONDS.sleep(delayMillis);
                process.destroyForcibly();
            }
            while ((line = out.readLine()) != null) {
                said.add(line);
            }
        } catch (IOException e) {
            assertThat(lines).as("a process that nobody killed").isLessThan(Integer.MAX_VALUE);
        } finally {
            process.destroyForcibly().waitFor();
        }
        if (lines == Integer.MAX_VALUE) {
            assertThat(process.exitValue()).as(() -> errors()).isZero();
        }
        return said;
    }

    private String errors() {
        try {
            return Files.readString(temp.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The child. */
    static final class Fitting {
        private Fitting() {}

        public static void main(String[] arguments) throws IOException {
            Path work = Files.createTempDirectory("fitting");
            try (Torch torch = Torch.open(1, TorchCache.folder())) {
                if (arguments[0].equals("memory")) {
                    memory(
                            torch,
                            work,
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3]));
                } else {
                    fit(torch, work, Path.of(arguments[1]));
                }
            } finally {
                try (var left = Files.walk(work)) {
                    for (Path path : left.sorted((a, b) -> b.compareTo(a)).toList()) {
                        Files.delete(path);
                    }
                }
            }
        }

        /**
         * Prints a line for each epoch's judgement, one for the best and one for what came of it.
         */
        private static void fit(Torch torch, Path work, Path file) {
            int items = 40;
            FitSettings settings = new FitSettings(EPOCHS, EPOCHS, 1e-2, 10, 0, 5, 7);
            SequenceTrainer trainer =
                    new SequenceTrainer(
                            torch,
                            settings(0, 256),
                            settings,
                            items,
                            walks(items, 300),
                            model -> {
                                say("epoch");
                                return first(model, items);
                            },
                            work);
            LearningCurve curve =
                    new Fit(settings, new Checkpoint(file, "one fit"), Progress.NONE).run(trainer);
            say("best " + curve.best());
            int digest = 0;
            for (String name : trainer.parameters().names()) {
                digest = 31 * digest + Arrays.hashCode(trainer.parameters().values(name));
            }
            say("parameters " + digest);
        }

        /** Prints by how many bytes the process grew beside its heap, and what the fit says. */
        private static void memory(Torch torch, Path work, int items, int negatives, int tokens)
                throws IOException {
            SequenceSettings settings = settings(negatives, tokens);
            FitSettings fit = new FitSettings(1, 1, 1e-3, 2, 0, 5, 7);
            SequenceTrainer trainer =
                    new SequenceTrainer(
                            torch, settings, fit, items, walks(items, 1_000), model -> 0, work);
            new Fit(fit, null, Progress.NONE).run(trainer);
            long resident = 0;
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    resident = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            say("" + (resident - Runtime.getRuntime().maxMemory()));
            say("" + settings.bytes(items));
        }

        private static SequenceSettings settings(int negatives, int tokens) {
            return new SequenceSettings(
                    SequenceSettings.Kind.TRANSFORMER,
                    64,
                    2,
                    2,
                    128,
                    20,
                    .1,
                    .1,
                    10,
                    0,
                    negatives,
                    tokens);
        }

        private static int[][] walks(int items, int count) {
            SplittableRandom random = new SplittableRandom(3);
            int[][] walks = new int[count][];
            for (int w = 0; w < count; w++) {
                walks[w] = random.ints(3 + random.nextInt(12), 0, items).toArray();
            }
            return walks;
        }

        private static double first(SequenceModel model, int items) {
            float[] scores = new float[items];
            model.score(History.of(3), scores);
            return scores[0];
        }

        private static void say(String line) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
