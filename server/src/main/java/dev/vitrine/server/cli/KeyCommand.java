package dev.vitrine.server.cli;

import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.access.Role;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vitrine key}: makes a key; only its hash goes into the configuration. */
@Command(
        name = "key",
        description =
                "Makes a key for callers, and the lines for server.yaml. The key is shown once and"
                        + " stored nowhere.",
        mixinStandardHelpOptions = true)
final class KeyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "ROLE", description = "storefront, operator or admin")
    String role = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "how logs call it; default: the role")
    String name = "";

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description =
                    "a web origin whose pages may use it, such as https://shop.example; may be"
                            + " repeated")
    List<String> origins = List.of();

    @Override
    public Integer call() {
        Role parsed =
                Role.of(role)
                        .orElseThrow(() ->
                                new CommandLine.ParameterException(
                                        spec.commandLine(),
                                        "there is no role '"
                                                + role
                                                + "'; there are "
                                                + Arrays.stream(Role.values())
                                                        .map(Role::wire)
                                                        .collect(Collectors.joining(", "))));
        String secret = ApiKeys.newSecret(parsed, new SecureRandom());
        KeySettings settings =
                new KeySettings(
                        name.isEmpty() ? role : name, role, ApiKeys.hash(secret), origins, 0);
        StringBuilder yaml = new StringBuilder("access:\n  keys:\n");
        yaml.append("    - name: ").append(settings.name()).append('\n');
        yaml.append("      role: ").append(settings.role()).append('\n');
        yaml.append("      hash: ").append(settings.hash()).append('\n');
        if (!origins.isEmpty()) {
            yaml.append("      origins: [").append(String.join(", ", origins)).append("]\n");
        }
        System.out.println("key, shown this once: " + secret);
        System.out.println();
        System.out.println("for the file of 'vitrine up --server FILE':");
        System.out.println();
        System.out.print(yaml);
        return 0;
    }
}
