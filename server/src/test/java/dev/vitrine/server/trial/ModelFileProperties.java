package dev.vitrine.server.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.ModelCheck;
import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a model file holds, it is taken or refused in words, in bounded memory. More tries than
 * in a build: {@code -Djqwik.tries.default=200000}.
 */
class ModelFileProperties {
    /** Of a check: its buffer, open files, an error; nothing grows with the file. */
    private static final long CHECK = 512 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<Path> FOLDERS = new ArrayList<>();

    @BeforeContainer
    static void makeFolder() throws IOException {
        FOLDERS.add(Files.createTempDirectory("models"));
    }

    @AfterContainer
    static void removeFolder() throws IOException {
        clear(FOLDERS.getFirst());
        Files.delete(FOLDERS.removeFirst());
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!each.equals(folder)) {
                    Files.delete(each);
                }
            }
        }
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void attackedFilesAreTakenOrRefused(@ForAll long seed) throws IOException {
        Path file = FOLDERS.getFirst().resolve("model.onnx");
        Files.write(file, HostileModels.attacked(seed));
        // What a first try allocates may be classes that it loads.
        if (!isCheckedWithin(file)) {
            assertThat(isCheckedWithin(file)).as("within the bound on memory").isTrue();
        }
        Path out = Files.createDirectory(FOLDERS.getFirst().resolve("out"));
        try {
            ModelSplitter.split(file, out);
            ModelCheck.check(out.resolve(ModelSplitter.GRAPH));
        } catch (VitrineException e) {
            inWords(e);
        }
        clear(FOLDERS.getFirst());
    }

    private static boolean isCheckedWithin(Path file) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            ModelCheck.check(file);
        } catch (VitrineException e) {
            inWords(e);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before < CHECK;
    }

    private static void inWords(VitrineException e) {
        assertThat(e.code()).isEqualTo(InferenceError.MODEL_INVALID);
        assertThat(e.getMessage())
                .contains("model.onnx")
                .hasSizeLessThan(3_000)
                .doesNotContain("Exception");
    }
}
