package dev.vitrine.data.split;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Instant;

/** How a data set is divided; in files {@code kind} tells which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SplitSpec.AllTrain.class, name = "all-train"),
    @JsonSubTypes.Type(value = SplitSpec.TimeFractions.class, name = "time-fractions"),
    @JsonSubTypes.Type(value = SplitSpec.TimeInstants.class, name = "time-instants"),
    @JsonSubTypes.Type(value = SplitSpec.LeaveLastOut.class, name = "leave-last-out"),
    @JsonSubTypes.Type(value = SplitSpec.ByUser.class, name = "by-user"),
})
public sealed interface SplitSpec {
    /** Everything trains. */
    record AllTrain() implements SplitSpec {}

    /**
     * Cuts time for everybody at the instants after which the given shares of all events lie: the
     * last {@code test} are the test part, the {@code validation} before them validation. Events at
     * the same millisecond are never divided.
     */
    record TimeFractions(double validation, double test) implements SplitSpec {
        public TimeFractions {
            checkShares(validation, test);
        }
    }

    /** Cuts time for everybody at two given instants. */
    record TimeInstants(Instant validationFrom, Instant testFrom) implements SplitSpec {
        public TimeInstants {
            if (testFrom.isBefore(validationFrom)) {
                throw new VitrineException(
                        DataError.DATASET_INVALID,
                        "the test part starts at "
                                + testFrom
                                + ", before the validation part at "
                                + validationFrom);
            }
        }
    }

    /**
     * For each person the last event is test, the last but one validation; people with fewer than
     * {@code leastEvents} (at least 3) train only.
     */
    record LeaveLastOut(int leastEvents) implements SplitSpec {
        public LeaveLastOut {
            leastEvents = Math.max(3, leastEvents);
        }
    }

    /** Whole people are drawn, by a seeded hash of their number, into the parts. */
    record ByUser(double validation, double test, long seed) implements SplitSpec {
        public ByUser {
            checkShares(validation, test);
        }
    }

    private static void checkShares(double validation, double test) {
        if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
            throw new VitrineException(
                    DataError.DATASET_INVALID,
                    "shares must not be negative and leave something to train on; found validation "
                            + validation
                            + " and test "
                            + test);
        }
    }
}
