package dev.vitrine.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.benchmarks.crash.CrashDriver;
import dev.vitrine.benchmarks.crash.CrashReport;
import dev.vitrine.benchmarks.crash.Moment;
import dev.vitrine.benchmarks.process.Limits;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five kills of a whole server; {@code vitrine benchmark crash} does fifty. */
class KilledServerIT {
    private static final int KILLS = 5;

    /** Seconds; an idle server takes less than two, on a machine with nothing else to do. */
    private static final double MOST_TO_STOP = 8;

    @Test
    void whatWasAcknowledgedIsThereAfterAKill(@TempDir Path folder) throws Exception {
        Path shop = CrashDriver.smallShop(folder.resolve("shop"));
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        CrashReport report;
        try (PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8)) {
            report =
                    new CrashDriver(folder.resolve("runs"), Limits.NONE, 7, out)
                            .run(KILLS, shop, 20_000);
        }
        String words = told.toString(StandardCharsets.UTF_8);
        assertThat(report.allKills()).isEqualTo(KILLS);
        assertThat(report.kills()).containsOnlyKeys(Moment.values());
        assertThat(report.acknowledgedEvents()).as(words).isGreaterThan(40_000);
        assertThat(report.acknowledgedChanges()).as(words).isPositive();
        assertThat(report.lostEvents()).as(words).isZero();
        assertThat(report.duplicatedEvents()).as(words).isZero();
        assertThat(report.lostChanges()).as(words).isZero();
        assertThat(report.failedRequests()).as(words).isZero();
        assertThat(report.incompleteAnswers()).as(words).isZero();
        assertThat(report.survivors()).as(words).isZero();
        assertThat(report.stopSeconds()).as(words).isNotEmpty().allMatch(s -> s < MOST_TO_STOP);
    }
}
