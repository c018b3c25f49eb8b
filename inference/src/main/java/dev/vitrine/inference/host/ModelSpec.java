package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A version to be served.
 *
 * @param name letters, digits, '.', '_' and '-', at most 100
 * @param version from 1
 * @param warmup requests that it answers before others see it; may be empty
 * @param bytes of memory that it is taken to need until that is measured
 * @param fileBytes of the files that are loaded; it is not counted for less, whatever is measured
 * @param batchable that its rows are independent of each other, whatever their dimension is called
 * @param pads by input, what shorter requests are filled up with so that they share a run with
 *     longer ones; empty where lengths have to agree
 * @param policy what happens to the version before it
 */
public record ModelSpec(
        String name,
        long version,
        Path file,
        SessionSettings settings,
        List<Map<String, Tensor>> warmup,
        long bytes,
        long fileBytes,
        boolean batchable,
        Map<String, Double> pads,
        Policy policy) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** How a version takes the place of another. */
    public enum Policy {
        /** Loaded beside it: no request fails, and for a while there is memory for both. */
        LOAD_BESIDE,
        /** After it is gone: memory for one, and requests in between are told to come again. */
        UNLOAD_FIRST
    }

    public ModelSpec {
        if (!NAME.matcher(name).matches()) {
            throw VitrineException.field(
                    InferenceError.MODEL_INVALID,
                    "name",
                    "'"
                            + name
                            + "' is not a model name; expected up to 100 letters, digits, '.', '_'"
                            + " or '-'");
        }
        if (version < 1 || bytes < 0 || fileBytes < 0) {
            throw new IllegalArgumentException(
                    "version " + version + ", bytes " + bytes + ", of files " + fileBytes);
        }
        warmup = List.copyOf(warmup);
        pads = Map.copyOf(pads);
    }

    /** One whose requests are not filled up, and that is counted for what is measured. */
    public ModelSpec(
            String name,
            long version,
            Path file,
            SessionSettings settings,
            List<Map<String, Tensor>> warmup,
            long bytes,
            boolean batchable,
            Policy policy) {
        this(name, version, file, settings, warmup, bytes, 0, batchable, Map.of(), policy);
    }
}
