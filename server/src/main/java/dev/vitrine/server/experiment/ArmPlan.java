package dev.vitrine.server.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.applications.recommend.ServingConfig;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One way to answer. What is left out is as without an experiment.
 *
 * @param name what results call it
 * @param share of the experiment's visitors, in any unit; those of all arms are put in relation
 * @param release answers by this release whatever is live; empty for what is live
 * @param recipe a shelf that is filled in the place of the one that is asked for; empty for that
 *     itself
 * @param diversity 0 to 1, in the place of what requests say
 * @param personalized whether what is known of the visitor counts; false is a hold-out: the popular
 *     shelf
 * @param ranker whether the release's ranker puts candidates in order
 * @param meaning whether a search asks what the query means, beside its words
 */
public record ArmPlan(
        String name,
        double share,
        String release,
        String recipe,
        Optional<Double> diversity,
        boolean personalized,
        boolean ranker,
        boolean meaning) {
    /** As without an experiment. */
    public static final ArmPlan NOTHING =
            new ArmPlan("none", 1, "", "", Optional.empty(), true, true, true);

    @JsonCreator
    static ArmPlan of(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("share") @Nullable Double share,
            @JsonProperty("release") @Nullable String release,
            @JsonProperty("recipe") @Nullable String recipe,
            @JsonProperty("diversity") @Nullable Double diversity,
            @JsonProperty("personalized") @Nullable Boolean personalized,
            @JsonProperty("ranker") @Nullable Boolean ranker,
            @JsonProperty("meaning") @Nullable Boolean meaning) {
        return new ArmPlan(
                name == null ? "" : name,
                share == null ? 1 : share,
                release == null ? "" : release,
                recipe == null ? "" : recipe,
                Optional.ofNullable(diversity),
                personalized == null || personalized,
                ranker == null || ranker,
                meaning == null || meaning);
    }

    /** The shelf that is filled where {@code asked} is asked for. */
    public ServingConfig recipe(ServingConfig asked) {
        return recipe.isEmpty() ? asked : ServingConfig.of(recipe).orElse(asked);
    }

    /** What differs from an answer without an experiment, by name; empty for a plain control. */
    public Map<String, String> differs() {
        Map<String, String> differs = new TreeMap<>();
        if (!release.isEmpty()) {
            differs.put("release", release);
        }
        if (!recipe.isEmpty()) {
            differs.put("recipe", recipe);
        }
        diversity.ifPresent(value -> differs.put("diversity", value.toString()));
        if (!personalized) {
            differs.put("personalized", "false");
        }
        if (!ranker) {
            differs.put("ranker", "false");
        }
        if (!meaning) {
            differs.put("meaning", "false");
        }
        return differs;
    }
}
