package dev.vitrine.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.benchmarks.process.Tether;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a measurement has started ends with it. */
class TetherTest {
    /** A measurement that starts something long, says its number and waits. */
    static final class Measurement {
        private Measurement() {}

        public static void main(String[] arguments) throws Exception {
            Process started = new ProcessBuilder("sleep", "600").start();
            Tether.of(started);
            System.out.println(started.pid());
            Thread.sleep(Duration.ofMinutes(10));
        }
    }

    @Test
    void anInterruptedMeasurementLeavesNothingBehind() throws Exception {
        Process measurement =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Measurement.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader said = measurement.inputReader()) {
            ProcessHandle started = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            assertThat(started.isAlive()).isTrue();
            measurement.destroy();
            assertThat(measurement.waitFor(60, TimeUnit.SECONDS)).isTrue();
            started.onExit().get(10, TimeUnit.SECONDS);
            assertThat(started.isAlive()).isFalse();
        } finally {
            measurement.destroyForcibly();
        }
    }
}
