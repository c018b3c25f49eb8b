package dev.vitrine.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelMetersTest {
    @Test
    void countsByModelVersionAndPhaseAndUnderTritonsNames() {
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            ModelMeters meters =
                    new ModelMeters(telemetry.registry(), () -> Instant.ofEpochSecond(7));
            meters.succeeded("ranker", 2, 30_000, 170_000);
            meters.succeeded("ranker", 2, 30_000, 180_000);
            meters.failed("ranker", 2);
            String scraped = telemetry.scrape();
            assertThat(scraped)
                    .contains(
                            "vitrine_model_duration_seconds_bucket{model=\"ranker\",phase=\"run\","
                                    + "version=\"2\",le=\"2.0E-4\"} 2")
                    .contains(
                            "vitrine_model_duration_seconds_bucket{model=\"ranker\",phase=\"queue\","
                                    + "version=\"2\",le=\"2.5E-5\"} 0")
                    .contains("nv_inference_request_success{model=\"ranker\",version=\"2\"} 2.0")
                    .contains("nv_inference_request_failure{model=\"ranker\",version=\"2\"} 1.0")
                    .contains(
                            "nv_inference_request_duration_us{model=\"ranker\",version=\"2\"}"
                                    + " 410.0");
            meters.succeeded("ranker", 2, 0, 90_000, 2);
            meters.succeeded("ranker", 2, 0, 90_000, 2);
            assertThat(meters.counts("ranker", 2))
                    .isEqualTo(
                            new RunCounts(
                                    4,
                                    60_000,
                                    530_000,
                                    1,
                                    7_000,
                                    List.of(
                                            new RunCounts.Batch(1, 2, 350_000),
                                            new RunCounts.Batch(2, 1, 90_000))));
            assertThat(meters.counts("ranker", 3)).isEqualTo(RunCounts.NONE);
            assertThat(telemetry.scrape())
                    .contains("nv_inference_exec_count{model=\"ranker\",version=\"2\"} 3.0");
            meters.forget("ranker", 2);
            assertThat(telemetry.scrape()).doesNotContain("ranker");
        }
    }
}
