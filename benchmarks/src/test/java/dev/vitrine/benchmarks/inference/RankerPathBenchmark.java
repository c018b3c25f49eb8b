package dev.vitrine.benchmarks.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What a request to the small ranker takes and allocates, as JMH states it: a minute, and only when
 * it is asked for (docs/models.md has the command).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RankerPathBenchmark {
    private Path folder = Path.of("");
    private @Nullable RankerPath path;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("ranker-path");
        path = RankerPath.open(folder);
    }

    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(path).close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Benchmark
    public byte[] answer() {
        return Objects.requireNonNull(path).answer();
    }

    @Test
    void statesWhatARequestAllocates() throws RunnerException {
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(RankerPathBenchmark.class.getName())
                                        .addProfiler(GCProfiler.class)
                                        .jvmArgs(
                                                "-Xmx512m",
                                                "-XX:+UseCompactObjectHeaders",
                                                "--add-modules=jdk.incubator.vector",
                                                "--enable-native-access=ALL-UNNAMED")
                                        .forks(2)
                                        .warmupIterations(3)
                                        .measurementIterations(5)
                                        .warmupTime(TimeValue.seconds(2))
                                        .measurementTime(TimeValue.seconds(2))
                                        .shouldFailOnError(true)
                                        .build())
                        .run();
        List<Double> bytes =
                results.stream()
                        .map(result ->
                                Objects.requireNonNull(
                                                result.getSecondaryResults()
                                                        .get("gc.alloc.rate.norm"))
                                        .getScore())
                        .toList();
        assertThat(bytes).hasSize(1).allMatch(each -> each < RequestAllocationTest.MOST);
    }
}
