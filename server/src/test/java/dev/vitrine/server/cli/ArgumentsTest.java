package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final List<Argument> DECLARED =
            List.of(
                    new Argument.Whole("kills", 50, 1, 100),
                    new Argument.Whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                    new Argument.Folder("keep"));

    private static void refused(List<Argument> declared, String given, String... words) {
        assertThatThrownBy(() -> Arguments.parse(declared, List.of(given.split(" "))))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(ServerError.USAGE))
                .hasMessageContainingAll(words);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Arguments arguments = Arguments.parse(DECLARED, List.of("seed=-7"));
        assertThat(arguments.whole("kills")).isEqualTo(50);
        assertThat(arguments.number("seed")).isEqualTo(-7);
        assertThat(arguments.folder("keep")).isEmpty();
        assertThat(Arguments.parse(DECLARED, List.of("keep=a=b")).folder("keep"))
                .contains(Path.of("a=b").toAbsolutePath());
    }

    @Test
    void whatIsNotDeclaredIsRefusedWithWhatIs() {
        refused(DECLARED, "foo=3", "'foo=3'", "kills=N, seed=N, keep=DIR");
        refused(DECLARED, "kills", "'kills'", "kills=N");
        refused(DECLARED, "1000 0", "'1000'");
        refused(List.of(), "kills=3", "'kills=3'", "takes none");
    }

    @Test
    void whatIsNoSuchValueIsRefusedWithTheRange() {
        refused(DECLARED, "kills=abc", "kills", "from 1 to 100", "'abc'");
        refused(DECLARED, "kills=0", "kills", "'0'");
        refused(DECLARED, "kills=101", "kills", "'101'");
        refused(DECLARED, "kills=99999999999999999999", "kills");
        refused(DECLARED, "kills=", "kills");
        refused(DECLARED, "keep=", "keep");
        refused(DECLARED, "kills=3 kills=4", "kills", "twice");
    }
}
