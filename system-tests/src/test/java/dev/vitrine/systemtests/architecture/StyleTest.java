package dev.vitrine.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md that a machine can hold. */
class StyleTest {
    private static final int LONGEST_FILE = 600;
    private static final Pattern VAGUE_PACKAGE =
            Pattern.compile(".*/(util|utils|common|manager|helper|impl|misc|base)/[^/]+");
    private static final Pattern LEFT_OVER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

    @Test
    void everyPackageHasASignpost() throws IOException {
        TreeSet<Path> without = new TreeSet<>();
        for (Path file : SourceTree.javaFiles()) {
            if (file.toString().contains("/src/main/")) {
                Path signpost = file.resolveSibling("package-info.java");
                if (!Files.exists(signpost)
                        || !Files.readString(signpost).contains("@NullMarked")) {
                    without.add(SourceTree.root().relativize(signpost));
                }
            }
        }
        assertThat(without).as("packages without a @NullMarked package-info.java").isEmpty();
    }

    @Test
    void noPackageHasAVagueName() throws IOException {
        assertThat(SourceTree.javaFiles())
                .noneMatch(file -> VAGUE_PACKAGE.matcher(file.toString()).matches());
    }

    @Test
    void filesStaySmall() throws IOException {
        List<String> large = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            int lines = Files.readAllLines(file).size();
            if (lines > LONGEST_FILE) {
                large.add(SourceTree.root().relativize(file) + " has " + lines + " lines");
            }
        }
        assertThat(large).as("files over " + LONGEST_FILE + " lines want to be two").isEmpty();
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            if (!file.endsWith("StyleTest.java")
                    && LEFT_OVER.matcher(Files.readString(file)).find()) {
                found.add(SourceTree.root().relativize(file).toString());
            }
        }
        assertThat(found).as("files that put something off without an owner").isEmpty();
    }
}
