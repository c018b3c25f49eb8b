package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/api.md lists the commands that there are, and what they take. */
class CommandListTest {
    private static final Pattern COMMAND =
            Pattern.compile("`(vitrine(?: [a-z][a-z-]*)+)(?: \\[?[-A-Z][^`]*)?`");

    private static final Set<String> HELP = Set.of("--help", "--version");

    @Test
    void theListForPeopleHasEveryCommandWithItsOptions() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "api.md"))) {
            if (line.startsWith("| `vitrine ")) {
                Matcher command = COMMAND.matcher(line.split(" \\| ", 2)[0]);
                while (command.find()) {
                    listed.merge(command.group(1), line, String::concat);
                }
            }
        }
        Map<String, CommandSpec> known = new TreeMap<>();
        leaves(new CommandLine(new Main()), known);
        assertThat(listed.keySet()).isEqualTo(known.keySet());
        known.forEach((name, command) -> {
            for (OptionSpec option : command.options()) {
                if (!option.inherited()
                        && !option.hidden()
                        && !HELP.contains(option.longestName())) {
                    assertThat(listed.get(name)).as(name).contains(option.longestName());
                }
            }
        });
    }

    /** Lists of commands show the first line of each description alone. */
    @Test
    void theFirstLineOfADescriptionIsAWholeSentence() {
        everyCommand(
                new CommandLine(new Main()),
                command ->
                        assertThat(command.usageMessage().description())
                                .as(command.qualifiedName())
                                .isNotEmpty()
                                .satisfies(lines ->
                                        assertThat(lines[0].strip())
                                                .matches("(?s)[A-Z].*[a-z0-9)'%]\\.")));
    }

    private static void everyCommand(CommandLine command, Consumer<CommandSpec> look) {
        look.accept(command.getCommandSpec());
        command.getSubcommands().values().forEach(each -> everyCommand(each, look));
    }

    private static void leaves(CommandLine command, Map<String, CommandSpec> into) {
        if (command.getSubcommands().isEmpty()) {
            into.put(command.getCommandSpec().qualifiedName(), command.getCommandSpec());
        }
        command.getSubcommands().values().forEach(each -> leaves(each, into));
    }
}
