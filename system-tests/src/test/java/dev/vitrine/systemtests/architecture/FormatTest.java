package dev.vitrine.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every source is formatted. A test rather than a step of the build, because the formatter needs
 * JDK 25 and Maven itself may run on an older one.
 */
class FormatTest {
    @Test
    void everySourceIsFormatted() throws Exception {
        JavaFormatterOptions options =
                JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
        Formatter formatter = new Formatter(options);
        List<String> wrong = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            String source = Files.readString(file);
            String clean = RemoveUnusedImports.removeUnusedImports(source);
            String formatted = formatter.formatSource(clean);
            if (!formatted.equals(source)) {
                wrong.add(
                        SourceTree.root().relativize(file) + ": " + difference(source, formatted));
            }
        }
        assertThat(wrong)
                .as("run 'mvn spotless:apply' with JAVA_HOME on a JDK 25 to format these")
                .isEmpty();
    }

    private static String difference(String source, String formatted) {
        List<String> is = source.lines().toList();
        List<String> should = formatted.lines().toList();
        for (int i = 0; i < Math.min(is.size(), should.size()); i++) {
            if (!is.get(i).equals(should.get(i))) {
                return "line " + (i + 1) + " should be '" + should.get(i) + "'";
            }
        }
        return "its length";
    }
}
