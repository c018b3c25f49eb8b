package dev.vitrine.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.batch.Answered;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelMetersTest {
    private static final String VERSION = "model=\"ranker\",version=\"2\"";

    private static Answered answered(long queue, long batch, long run, int requests, long rows) {
        return new Answered(Map.of(), queue, batch, run, requests, rows);
    }

    @Test
    void countsByModelVersionAndPhaseAndUnderTritonsNames() {
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            ModelMeters meters =
                    new ModelMeters(telemetry.registry(), () -> Instant.ofEpochSecond(7));
            meters.succeeded("ranker", 2, answered(30_000, 0, 170_000, 1, 3));
            meters.succeeded("ranker", 2, answered(30_000, 10_000, 180_000, 1, 1));
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
                                    + " 420.0")
                    .contains(
                            "nv_inference_compute_input_duration_us{model=\"ranker\","
                                    + "version=\"2\"} 10.0");
            meters.succeeded("ranker", 2, answered(0, 26_000, 90_000, 2, 12));
            meters.succeeded("ranker", 2, answered(0, 26_000, 90_000, 2, 0));
            assertThat(meters.counts("ranker", 2))
                    .isEqualTo(
                            new RunCounts(
                                    4,
                                    60_000,
                                    62_000,
                                    530_000,
                                    1,
                                    7_000,
                                    List.of(
                                            new RunCounts.Batch(1, 2, 10_000, 350_000),
                                            new RunCounts.Batch(2, 1, 26_000, 90_000))));
            assertThat(meters.counts("ranker", 3)).isEqualTo(RunCounts.NONE);
            assertThat(telemetry.scrape())
                    .contains("nv_inference_exec_count{model=\"ranker\",version=\"2\"} 3.0")
                    .contains(
                            "vitrine_model_duration_seconds_bucket{model=\"ranker\","
                                    + "phase=\"batch\",version=\"2\",le=\"2.5E-5\"} 2")
                    .contains("vitrine_model_run_requests_count{" + VERSION + "} 3")
                    .contains("vitrine_model_run_requests_sum{" + VERSION + "} 4.0")
                    .contains("vitrine_model_run_requests_bucket{" + VERSION + ",le=\"1.0\"} 2")
                    .contains("vitrine_model_run_rows_sum{" + VERSION + "} 16.0")
                    .contains("vitrine_model_run_rows_bucket{" + VERSION + ",le=\"8.0\"} 2");
            meters.forget("ranker", 2);
            assertThat(telemetry.scrape()).doesNotContain("ranker");
        }
    }
}
