package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registering process is killed at random points; what it reported is there and whole. */
class ReleaseStoreCrashTest {
    private static final int KILLS = 4;

    @TempDir Path temp;

    @Test
    void whatWasReportedSurvivesKill() throws Exception {
        long seed = 20_260_101;
        Random random = new Random(seed);
        List<String> reported = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            reported.addAll(runAndKill(5 + random.nextInt(20), random.nextInt(30)));
            verify(reported, seed);
        }
        assertThat(reported).hasSizeGreaterThan(KILLS);
    }

    private List<String> runAndKill(int lines, int delayMillis) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Registering.class.getName(),
                                temp.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> reported = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                assertThat(line).as("a report from the child process").isNotNull();
                reported.add(line);
            }
            TimeUnit.MILLISECONDS.sleep(delayMillis);
            process.destroyForcibly().waitFor();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                reported.add(line);
            }
        } catch (IOException e) {
            assertThat(process.isAlive()).isFalse();
        }
        return reported;
    }

    private void verify(List<String> reported, long seed) {
        ArtifactStore artifacts = ArtifactStore.open(temp.resolve("artifacts"));
        try (ReleaseStore store = ReleaseStore.open(temp.resolve("registry.db"))) {
            for (String id : reported) {
                Release release = store.get(id);
                for (ModelVersion model : release.manifest().models().values()) {
                    artifacts.open(model.artifact());
                }
            }
            for (ArtifactHash hash : artifacts.list()) {
                artifacts.open(hash);
            }
            List<LiveChange> history = store.history(Integer.MAX_VALUE);
            assertThat(store.live().map(Release::id))
                    .as("seed %s", seed)
                    .contains(history.getFirst().next());
            for (int i = 1; i < history.size(); i++) {
                assertThat(history.get(i - 1).previous()).contains(history.get(i).next());
            }
        }
    }

    /** The child: stores, registers and switches until it is killed; prints what is live. */
    static final class Registering {
        private Registering() {}

        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[0]);
            ArtifactStore artifacts = ArtifactStore.open(home.resolve("artifacts"));
            ReleaseStore store = ReleaseStore.open(home.resolve("registry.db"));
            while (true) {
                Path weights = home.resolve("weights-" + ProcessHandle.current().pid());
                Files.writeString(weights, "weights " + store.list().size());
                ArtifactHash hash = artifacts.put(weights);
                ModelManifest base = Releases.model("linear", 1);
                ModelVersion model =
                        store.register(
                                new ModelManifest(
                                        base.name(),
                                        base.kind(),
                                        hash,
                                        base.dataset(),
                                        base.codeVersion(),
                                        base.parameters(),
                                        base.metrics(),
                                        base.parents(),
                                        base.createdAt(),
                                        base.createdBy()));
                Release next = store.register(Releases.release(model, model.version()));
                Optional<String> live = store.live().map(Release::id);
                if (store.compareAndSetLive(live, next.id(), "child", "test")) {
                    System.out.println(next.id());
                    System.out.flush();
                }
            }
        }
    }
}
