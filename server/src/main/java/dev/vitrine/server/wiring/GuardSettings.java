package dev.vitrine.server.wiring;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.inference.admission.AdmissionSettings;
import dev.vitrine.inference.admission.LadderSettings;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What requests to models are let in, from {@code models} in the server's configuration.
 *
 * @param maxWait how long a request may wait for its run; default one second
 * @param maxInside requests to one model that run or wait at once; default 1,024
 * @param clientRequestsPerSecond of each client that {@code clients} does not name; default 0 for
 *     any number
 * @param clients requests a second by the name of a key; 0 for any number
 * @param ladderHigh the pressure, 0 to 1, from which on ladders go down; default 0.8
 * @param ladderLow the pressure up to which they go up again; default 0.4
 * @param ladderDownAfter how long the pressure has to be high; default half a second
 * @param ladderUpAfter how long it has to be low; default five seconds
 */
public record GuardSettings(
        Duration maxWait,
        int maxInside,
        double clientRequestsPerSecond,
        Map<String, Double> clients,
        double ladderHigh,
        double ladderLow,
        Duration ladderDownAfter,
        Duration ladderUpAfter) {
    public GuardSettings {
        require("maxWait", !maxWait.isNegative(), "maxWait must not be negative, found " + maxWait);
        require("maxInside", maxInside >= 1, "maxInside must be 1 or more, found " + maxInside);
        clients = Map.copyOf(clients);
        require(
                "clientRequestsPerSecond",
                clientRequestsPerSecond >= 0,
                "clientRequestsPerSecond must be 0 (any number) or more, found "
                        + clientRequestsPerSecond);
        clients.forEach((name, rate) ->
                require(
                        "clients",
                        rate >= 0,
                        "clients: '" + name + "' must be 0 (any number) or more, found " + rate));
        require(
                "ladderHigh",
                ladderLow >= 0 && ladderLow < ladderHigh && ladderHigh <= 1,
                "0 <= ladderLow < ladderHigh <= 1 must hold, found "
                        + ladderLow
                        + " and "
                        + ladderHigh);
        require(
                "ladderUpAfter",
                !ladderDownAfter.isNegative() && ladderUpAfter.isPositive(),
                "ladderDownAfter must not be negative and ladderUpAfter must be positive, found "
                        + ladderDownAfter
                        + " and "
                        + ladderUpAfter);
    }

    @JsonCreator
    public GuardSettings(
            @JsonProperty("maxWait") @Nullable Duration maxWait,
            @JsonProperty("maxInside") @Nullable Integer maxInside,
            @JsonProperty("clientRequestsPerSecond") @Nullable Double clientRequestsPerSecond,
            @JsonProperty("clients") @Nullable Map<String, Double> clients,
            @JsonProperty("ladderHigh") @Nullable Double ladderHigh,
            @JsonProperty("ladderLow") @Nullable Double ladderLow,
            @JsonProperty("ladderDownAfter") @Nullable Duration ladderDownAfter,
            @JsonProperty("ladderUpAfter") @Nullable Duration ladderUpAfter) {
        this(
                maxWait == null ? AdmissionSettings.DEFAULT.maxWait() : maxWait,
                maxInside == null ? AdmissionSettings.DEFAULT.maxInside() : maxInside.intValue(),
                clientRequestsPerSecond == null ? 0 : clientRequestsPerSecond.doubleValue(),
                clients == null ? Map.of() : clients,
                ladderHigh == null ? LadderSettings.DEFAULT.high() : ladderHigh.doubleValue(),
                ladderLow == null ? LadderSettings.DEFAULT.low() : ladderLow.doubleValue(),
                ladderDownAfter == null ? LadderSettings.DEFAULT.downAfter() : ladderDownAfter,
                ladderUpAfter == null ? LadderSettings.DEFAULT.upAfter() : ladderUpAfter);
    }

    public static GuardSettings defaults() {
        return new GuardSettings(null, null, null, null, null, null, null, null);
    }

    AdmissionSettings admission() {
        return new AdmissionSettings(maxInside, maxWait);
    }

    /** When ladders, of models and of the shop, are stepped down and up. */
    public LadderSettings ladder() {
        return new LadderSettings(ladderHigh, ladderLow, ladderDownAfter, ladderUpAfter);
    }

    private static void require(String key, boolean holds, String otherwise) {
        if (!holds) {
            throw VitrineException.field(ConfigError.CONFIG_INVALID, key, otherwise);
        }
    }
}
