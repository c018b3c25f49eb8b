package dev.vitrine.deployment.rollout;

import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of {@link Slots} and {@link NodeReport}: a checksum and JSON, one line, so that
 * what was cut off by a crash or changed on the disk is never taken for a row.
 */
public final class SlotsJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final int SEAL = 8;

    private SlotsJson() {}

    public static String write(Slots slots) {
        return sealed(slots);
    }

    public static String write(NodeReport report) {
        return sealed(report);
    }

    /**
     * @throws VitrineException ROLLOUT_CORRUPT when it was cut off or changed
     */
    public static Slots read(String stored) {
        return read(stored, Slots.class, "state of a rollout");
    }

    /**
     * @throws VitrineException ROLLOUT_CORRUPT when it was cut off or changed
     */
    public static NodeReport readReport(String stored) {
        return read(stored, NodeReport.class, "report of a node");
    }

    private static String sealed(Object value) {
        String json = JSON.writeValueAsString(value);
        return seal(json) + json;
    }

    private static <T> T read(String stored, Class<T> type, String what) {
        if (stored.length() <= SEAL
                || !stored.substring(0, SEAL).equals(seal(stored.substring(SEAL)))) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CORRUPT,
                    "the stored "
                            + what
                            + " was cut off or changed ("
                            + stored.length()
                            + " characters)");
        }
        try {
            return JSON.readValue(stored.substring(SEAL), type);
        } catch (JacksonException e) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CORRUPT,
                    "the stored " + what + " cannot be read: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static String seal(String json) {
        CRC32C sum = new CRC32C();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
