package dev.vitrine.deployment.experiment;

import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.regex.Pattern;

/** What is asked of what comes from outside. */
final class Require {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private Require() {}

    /**
     * @throws VitrineException EXPERIMENT_INVALID unless the condition holds
     */
    static void valid(boolean holds, String field, String message) {
        if (!holds) {
            throw VitrineException.field(DeploymentError.EXPERIMENT_INVALID, field, message);
        }
    }

    /**
     * @throws VitrineException MEASUREMENT_INVALID unless the condition holds
     */
    static void measured(boolean holds, String field, String message) {
        if (!holds) {
            throw VitrineException.field(DeploymentError.MEASUREMENT_INVALID, field, message);
        }
    }

    /** A name that can stand in a path, a label and a log. */
    static void name(String field, String name) {
        valid(
                NAME.matcher(name).matches(),
                field,
                "'"
                        + name
                        + "' is not a name: at most 100 letters, digits, '.', '_' and '-', a letter"
                        + " or a digit first");
    }

    static void between(String field, double value, double least, double most) {
        valid(
                value >= least && value <= most,
                field,
                field + " is " + value + " and has to be from " + least + " to " + most);
    }

    /** Neither end is allowed. */
    static void within(String field, double value, double least, double most) {
        valid(
                value > least && value < most,
                field,
                field + " is " + value + " and has to be between " + least + " and " + most);
    }
}
