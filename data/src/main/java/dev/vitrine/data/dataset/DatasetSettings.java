package dev.vitrine.data.dataset;

import dev.vitrine.data.cleaning.CleaningSettings;
import dev.vitrine.data.split.SplitSpec;

/** How a data set is made. */
public record DatasetSettings(SplitSpec split, CleaningSettings cleaning) {
    /** Time cut at the last tenth and the tenth before it, with the usual rules. */
    public static final DatasetSettings DEFAULTS =
            new DatasetSettings(new SplitSpec.TimeFractions(0.1, 0.1), CleaningSettings.DEFAULTS);
}
