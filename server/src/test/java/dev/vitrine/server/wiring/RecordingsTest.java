package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingsTest {
    private static final int THREADS = 4;

    @TempDir Path folder;

    private static InferCall call() {
        return InferCall.of(
                "ranker",
                OptionalLong.empty(),
                new InferRequest(
                        "",
                        Map.of("x", Tensor.of(new long[] {1}, new float[] {1})),
                        List.of(),
                        false));
    }

    @Test
    void ofManyThatBeginAtOnceOneIsKept() throws Exception {
        try (Recordings recordings = new Recordings(folder);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < 200; round++) {
                CountDownLatch all = new CountDownLatch(THREADS);
                List<Future<Path>> begun = new ArrayList<>();
                for (int t = 0; t < THREADS; t++) {
                    begun.add(
                            threads.submit(() -> {
                                all.countDown();
                                all.await();
                                return recordings.begin("ranker", 2);
                            }));
                }
                for (Future<Path> one : begun) {
                    one.get();
                }
                assertThat(recorded(recordings, 5)).isEqualTo(2);
            }
        }
    }

    /** Lines of the file after so many more requests. */
    private int recorded(Recordings recordings, int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            recordings.answered(call());
        }
        return Files.readAllLines(folder.resolve("ranker.jsonl")).size();
    }

    @Test
    void oneThatIsFullEndsNoneThatBeganMeanwhile() throws Exception {
        try (Recordings recordings = new Recordings(folder);
                ExecutorService threads = Executors.newFixedThreadPool(1)) {
            for (int round = 0; round < 500; round++) {
                recordings.begin("ranker", 1);
                CountDownLatch both = new CountDownLatch(2);
                Future<?> last =
                        threads.submit(() -> {
                            both.countDown();
                            both.await();
                            recordings.answered(call());
                            return true;
                        });
                both.countDown();
                both.await();
                recordings.begin("ranker", 3);
                last.get();
                assertThat(recorded(recordings, 3)).isEqualTo(3);
            }
        }
    }

    @Test
    void whatHasEndedKeepsItsFile() throws IOException {
        try (Recordings recordings = new Recordings(folder)) {
            recordings.begin("ranker", 3);
            recordings.answered(call());
            recordings.begin("ranker", 0);
            assertThat(recorded(recordings, 2)).isEqualTo(1);
        }
    }
}
