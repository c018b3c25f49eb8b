package dev.vitrine.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be evaluated is told, and not tried again at once. */
class QualityWatchTest {
    @TempDir private Path folder;

    private QualityWatch watch(WatchedShop watched) {
        return new QualityWatch(
                watched.shop(),
                () -> {
                    throw new VitrineException(
                            ApplicationError.NO_RELEASE, "no release is live yet");
                },
                release -> Optional.empty(),
                token -> Optional.empty(),
                () -> false,
                WatchSettings.defaults(),
                EvaluationStore.open(folder.resolve("evaluations")),
                InstantSource.fixed(WatchedShop.END));
    }

    @Test
    void withoutAReleaseNothingIsDueAndOneThatIsAskedForFails() {
        try (WatchedShop watched = new WatchedShop(folder.resolve("home"), 3, 1_000);
                QualityWatch watch = watch(watched)) {
            assertThat(watch.newEvents()).isZero();
            assertThat(watch.nextAt()).isZero();
            watch.evaluate("ada");

            assertThat(watch.status().state()).isEqualTo(QualityWatch.State.FAILED);
            assertThat(watch.status().message()).isEqualTo("no release is live yet");
            assertThat(watch.nextAt())
                    .isEqualTo(WatchedShop.END.toEpochMilli() + Duration.ofMinutes(10).toMillis());
        }
    }

    @Test
    void aServerThatDoesNotTrainSaysSo() {
        try (WatchedShop watched = new WatchedShop(folder.resolve("home"), 3, 1_000);
                QualityWatch watch = watch(watched)) {
            watch.ask("ada");

            assertThat(watch.status().message()).startsWith("this server does not train");
        }
    }
}
