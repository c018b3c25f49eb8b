package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/api.md lists the commands that there are. */
class CommandListTest {
    private static final Pattern COMMAND =
            Pattern.compile("`(vitrine(?: [a-z]+)+)(?: \\[?[-A-Z][^`]*)?`");

    @Test
    void theListForPeopleHasEveryCommand() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "api.md"))) {
            if (line.startsWith("| `vitrine ")) {
                Matcher command = COMMAND.matcher(line.split(" \\| ", 2)[0]);
                while (command.find()) {
                    listed.add(command.group(1));
                }
            }
        }
        Set<String> known = new TreeSet<>();
        leaves(new CommandLine(new Main()), known);
        assertThat(listed).isEqualTo(known);
    }

    private static void leaves(CommandLine command, Set<String> into) {
        if (command.getSubcommands().isEmpty()) {
            into.add(command.getCommandSpec().qualifiedName());
        }
        command.getSubcommands().values().forEach(each -> leaves(each, into));
    }
}
