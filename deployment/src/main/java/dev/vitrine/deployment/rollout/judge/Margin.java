package dev.vitrine.deployment.rollout.judge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import org.jspecify.annotations.Nullable;

/**
 * How much worse a rate may be. Each bound is the larger of an absolute and a relative one.
 *
 * @param tolerate difference of rates (0 to 1) below which a candidate never fails
 * @param tolerateRelative the same as a part of the baseline's rate
 * @param exclude difference that has to be ruled out before it passes
 * @param excludeRelative the same as a part of the baseline's rate
 */
public record Margin(
        double tolerate, double tolerateRelative, double exclude, double excludeRelative) {
    @JsonCreator
    public Margin(
            @JsonProperty("tolerate") double tolerate,
            @JsonProperty("tolerateRelative") double tolerateRelative,
            @JsonProperty("exclude") double exclude,
            @JsonProperty("excludeRelative") double excludeRelative) {
        this.tolerate = part("tolerate", tolerate);
        this.tolerateRelative = part("tolerateRelative", tolerateRelative);
        this.exclude = part("exclude", exclude);
        this.excludeRelative = part("excludeRelative", excludeRelative);
        if (exclude < tolerate || excludeRelative < tolerateRelative) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "exclude",
                    "what has to be excluded is at least what is tolerated, found " + this);
        }
        if (exclude == 0 && excludeRelative == 0) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "exclude",
                    "a harm of 0 cannot be excluded: give exclude or excludeRelative");
        }
    }

    static Margin or(@Nullable Margin given, Margin otherwise) {
        return given == null ? otherwise : given;
    }

    /** What is tolerated beside a baseline's rate. */
    double tolerated(double rate) {
        return Math.max(tolerate, tolerateRelative * rate);
    }

    /** What has to be excluded beside a baseline's rate. */
    double excluded(double rate) {
        return Math.max(exclude, excludeRelative * rate);
    }

    private static double part(String field, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    field,
                    field + " is a part from 0 to 1, found " + value);
        }
        return value;
    }
}
