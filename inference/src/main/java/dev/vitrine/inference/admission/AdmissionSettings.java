package dev.vitrine.inference.admission;

import java.time.Duration;

/**
 * What a model lets in.
 *
 * @param maxInside requests inside at once, whatever the limit has learned
 * @param maxWait how long a request may wait for its run; one whose own deadline is shorter waits
 *     as long as that
 */
public record AdmissionSettings(int maxInside, Duration maxWait) {
    public static final AdmissionSettings DEFAULT =
            new AdmissionSettings(1024, Duration.ofSeconds(1));

    public AdmissionSettings {
        if (maxInside < 1 || maxWait.isNegative()) {
            throw new IllegalArgumentException("maxInside " + maxInside + ", maxWait " + maxWait);
        }
    }
}
