package dev.vitrine.inference.admission;

import java.time.Duration;

/**
 * When a ladder is stepped down and up.
 *
 * @param high the pressure, 0 to 1, from which on it goes down
 * @param low the pressure up to which it goes up again
 * @param downAfter how long the pressure has to be high
 * @param upAfter how long it has to be low; longer when the last step up did not last
 */
public record LadderSettings(double high, double low, Duration downAfter, Duration upAfter) {
    public static final LadderSettings DEFAULT =
            new LadderSettings(0.8, 0.4, Duration.ofMillis(500), Duration.ofSeconds(5));

    public LadderSettings {
        if (!(low >= 0 && low < high && high <= 1)
                || downAfter.isNegative()
                || !upAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "low "
                            + low
                            + ", high "
                            + high
                            + ", downAfter "
                            + downAfter
                            + ", upAfter "
                            + upAfter);
        }
    }
}
