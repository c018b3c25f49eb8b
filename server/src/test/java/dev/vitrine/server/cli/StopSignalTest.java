package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    @Test
    void holdsTheEndUntilTheServerHasStoppedAndNoLonger() throws InterruptedException {
        StopSignal signal = new StopSignal(Duration.ofMinutes(5));
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        signal.onStop(() -> told.add("heard"));
        Thread server =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                signal.await();
                                told.add("closed");
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } finally {
                                signal.stopped();
                            }
                            park();
                        });
        assertThat(signal.given()).isFalse();
        signal.give();
        assertThat(signal.given()).isTrue();
        assertThat(told).contains("heard", "closed");
        assertThat(server.isAlive()).isTrue();
        server.interrupt();
        server.join();
    }

    @Test
    void waitsNoLongerThanItMayForOneThatDoesNotHear() {
        StopSignal signal = new StopSignal(Duration.ofMillis(20));
        signal.give();
        assertThat(signal.given()).isTrue();
    }

    /** As a main thread in System.exit, which the shutdown it began holds back. */
    private static void park() {
        try {
            Thread.sleep(Duration.ofHours(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
