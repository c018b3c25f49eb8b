package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vitrine benchmark NAME}: runs a measurement and writes its result. */
@Command(
        name = "benchmark",
        description = "Runs a repeatable measurement; --list names them all.",
        mixinStandardHelpOptions = true)
final class BenchmarkCommand implements Callable<Integer> {
    @Mixin private final DataFolder data = new DataFolder();

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "which one")
    @Nullable String name;

    @Parameters(
            index = "1..*",
            paramLabel = "NAME=VALUE",
            description = "for the measurement; --list says what each takes")
    List<String> arguments = new ArrayList<>();

    @Option(names = "--list", description = "name all measurements")
    boolean list;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "write the result as JSON to FILE, or to standard output")
    @Nullable String json;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "where to keep files while measuring; a real disk, not memory")
    Path work = Path.of(System.getProperty("user.dir"), "target", "benchmark");

    @Override
    public Integer call() throws Exception {
        List<Benchmark> all = find();
        String wanted = name;
        if (list || wanted == null) {
            all.forEach(b ->
                    System.err.printf(
                            Locale.ROOT,
                            "%-16s %s (about %s)%s%n",
                            b.name(),
                            b.description(),
                            b.duration(),
                            b.arguments().isEmpty() ? "" : "; " + Arguments.shapes(b.arguments())));
            return list ? 0 : 2;
        }
        Benchmark benchmark =
                all.stream()
                        .filter(b -> b.name().equals(wanted))
                        .findFirst()
                        .orElseThrow(() ->
                                new VitrineException(
                                        ServerError.USAGE,
                                        "no measurement is called '"
                                                + wanted
                                                + "'; there are: "
                                                + all.stream()
                                                        .map(Benchmark::name)
                                                        .collect(Collectors.joining(", "))));
        Arguments parsed = Arguments.parse(benchmark.arguments(), arguments);
        Files.createDirectories(work);
        Path scratch = Files.createTempDirectory(work, benchmark.name());
        try {
            measure(benchmark, parsed, scratch);
        } finally {
            delete(scratch);
        }
        return 0;
    }

    private void measure(Benchmark benchmark, Arguments parsed, Path scratch) throws Exception {
        Instant date = Instant.now();
        String commit = ResultFile.commit();
        long start = System.nanoTime();
        Figures figures =
                benchmark.run(
                        new Benchmark.Context(
                                data.folder(), scratch, parsed, Terminal.progress(), System.err));
        double seconds = (System.nanoTime() - start) / 1e9;
        Terminal.figures(figures);
        String command =
                Stream.concat(
                                Stream.of("vitrine", "benchmark", benchmark.name()),
                                arguments.stream())
                        .collect(Collectors.joining(" "));
        Terminal.result(
                json, ResultFile.json(benchmark.name(), command, commit, date, seconds, figures));
    }

    /** All measurements on the class path, by name. */
    static List<Benchmark> find() {
        return ServiceLoader.load(Benchmark.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(Benchmark::name, b -> b))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
