package dev.vitrine.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ModelMetersTest {
    @Test
    void countsByModelVersionAndPhaseAndUnderTritonsNames() {
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            ModelMeters meters = new ModelMeters(telemetry.registry());
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
            meters.forget("ranker", 2);
            assertThat(telemetry.scrape()).doesNotContain("ranker");
        }
    }
}
