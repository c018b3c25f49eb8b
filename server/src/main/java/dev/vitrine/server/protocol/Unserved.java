package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;

/**
 * What Triton takes and Vitrine does not. Passed over as unknown parameters are, it would give a
 * caller something else than was asked for; it is refused over every protocol.
 */
public final class Unserved {
    private Unserved() {}

    /**
     * Refuses a parameter of an input.
     *
     * @throws VitrineException PROTOCOL_INVALID for a region of shared memory
     */
    public static void refuseOfInput(String parameter) {
        refuseShared(parameter, "input");
    }

    /**
     * Refuses a parameter of an output.
     *
     * @throws VitrineException PROTOCOL_INVALID for classes, and a region of shared memory
     */
    public static void refuseOfOutput(String parameter) {
        refuseShared(parameter, "output");
        if (parameter.equals("classification")) {
            throw invalid("outputs go back as they are; 'classification' is not done here");
        }
    }

    private static void refuseShared(String parameter, String what) {
        if (parameter.equals("shared_memory_region")) {
            throw invalid(
                    "an " + what + " names a region of shared memory, which is not served here");
        }
    }

    /**
     * Refuses a parameter of a load: callers may send a model or its configuration there.
     *
     * @throws VitrineException PROTOCOL_INVALID for either
     */
    public static void refuseOfLoad(String parameter) {
        if (parameter.equals("config") || parameter.startsWith("file:")) {
            throw invalid(
                    "models are not taken over the network; 'vitrine model import FILE' brings"
                            + " them into the registry");
        }
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.PROTOCOL_INVALID, message);
    }
}
