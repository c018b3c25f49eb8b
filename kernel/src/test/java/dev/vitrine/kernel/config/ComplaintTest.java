package dev.vitrine.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComplaintTest {
    enum Colour {
        RED,
        BLUE
    }

    record Inner(String name) {}

    record Outer(
            Duration every,
            int count,
            double share,
            boolean on,
            Colour colour,
            List<Inner> inner,
            Inner one) {
        Outer {
            if (count < 0) {
                throw VitrineException.field(
                        ConfigError.CONFIG_INVALID, "count", "count must not be negative");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "every: 5 minutes | line 1 every: expected a duration such as PT15M",
                "count: many      | line 1 count: expected a whole number, found 'many'",
                "count: [1]       | line 1 count: expected a whole number",
                "count: 99999999999 | line 1 count: expected a whole number",
                "share: lots      | line 1 share: expected a number, found 'lots'",
                "on: perhaps      | line 1 on: expected true or false, found 'perhaps'",
                "colour: GREEN    | line 1 colour: expected one of RED, BLUE, found 'GREEN'",
                "inner: 3         | line 1 inner: expected a list",
                "one: 3           | line 1 one: expected keys and their values",
                "just text        | line 1: expected keys and their values",
                "count: \"3       | line 1: is not YAML: while scanning a quoted scalar",
            })
    void saysWhatWasExpectedInOneLine(String yaml, String words) {
        assertThatThrownBy(() -> ConfigReader.parse(yaml, "shop.yaml", Outer.class))
                .hasMessageStartingWith("shop.yaml " + words)
                .satisfies(e ->
                        assertThat(e.getMessage())
                                .hasLineCount(1)
                                .doesNotContain("java.", "Json", "deserialize", "dev.vitrine"));
    }

    @Test
    void aRecordsOwnCheckNamesTheLineOfItsField() {
        assertThatThrownBy(() ->
                        ConfigReader.parse("count: -1\non: true\n\n", "shop.yaml", Outer.class))
                .hasMessage("shop.yaml line 1: count must not be negative");
    }

    @Test
    void aFileThatIsNotThereIsNamedWithoutTheNameOfAnException() {
        assertThatThrownBy(() -> ConfigReader.read(Path.of("nowhere.yaml"), Outer.class))
                .hasMessageContaining("there is no configuration file")
                .hasMessageContaining("nowhere.yaml")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Exception"));
    }
}
