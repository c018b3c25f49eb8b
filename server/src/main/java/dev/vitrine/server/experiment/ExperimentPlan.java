package dev.vitrine.server.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.deployment.experiment.AnalysisSettings;
import dev.vitrine.deployment.experiment.Arm;
import dev.vitrine.deployment.experiment.Experiment;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be tried, on whom, and by what it is judged. All of it is fixed before the first
 * visitor.
 *
 * @param id its name in paths, tokens and results
 * @param description for people; may be empty
 * @param servingConfigs whose requests are answered by arms
 * @param traffic share of all visitors, above 0 to 1; a visitor is in one experiment at most
 * @param arms the control first
 * @param metrics that are compared; the primary one among them
 * @param primaryMetric decides
 * @param minimumEffect the smallest change that matters, of the control's value: .05 is 5 %
 * @param plannedVisitors in each arm; intervals are tightest at half of it
 * @param confidence of the intervals of one metric together, at all looks
 */
public record ExperimentPlan(
        String id,
        String description,
        Kind kind,
        List<String> servingConfigs,
        double traffic,
        List<ArmPlan> arms,
        List<Metric> metrics,
        Metric primaryMetric,
        double minimumEffect,
        long plannedVisitors,
        double confidence) {
    /** The serving config of the search box. */
    public static final String SEARCH = "search";

    private static final int LONGEST_ID = 60;
    private static final int LONGEST_TEXT = 100_000;
    private static final int LONGEST_DESCRIPTION = 2_000;
    private static final long MOST_PLANNED = 1_000_000_000;

    /** How arms are compared. */
    public enum Kind {
        /** Each visitor is answered by one arm. */
        ARMS,
        /** Each list holds what both of two arms propose, and clicks say whose is preferred. */
        INTERLEAVING;

        /** The name in JSON. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Kind of(String name) {
            for (Kind kind : values()) {
                if (kind.wire().equals(name)) {
                    return kind;
                }
            }
            throw invalid("kind", "kind is '" + name + "', expected arms or interleaving");
        }
    }

    public ExperimentPlan {
        servingConfigs = List.copyOf(servingConfigs);
        arms = List.copyOf(arms);
        metrics = List.copyOf(metrics);
        require(
                id.length() <= LONGEST_ID,
                "id",
                "an id has at most " + LONGEST_ID + " characters, found " + id.length());
        // Checks names, number and shares of the arms.
        new Experiment(
                id,
                "salt",
                arms.stream().map(arm -> new Arm(arm.name(), arm.share())).toList(),
                0,
                Experiment.BUCKETS,
                1);
        require(
                description.length() <= LONGEST_DESCRIPTION,
                "description",
                "at most " + LONGEST_DESCRIPTION + " characters");
        require(
                traffic >= 1.0 / Experiment.BUCKETS && traffic <= 1,
                "traffic",
                "traffic is " + traffic + ", expected a share of the visitors, above 0 to 1");
        require(
                minimumEffect >= .0001 && minimumEffect <= 10,
                "minimumEffect",
                "minimumEffect is " + minimumEffect + ", expected .0001 to 10; .05 is 5 %");
        require(
                plannedVisitors >= 100 && plannedVisitors <= MOST_PLANNED,
                "plannedVisitors",
                "plannedVisitors is " + plannedVisitors + ", expected 100 to " + MOST_PLANNED);
        new AnalysisSettings(confidence, plannedVisitors / 2.0, AnalysisSettings.USUAL_LEAST);
        require(
                metrics.contains(primaryMetric) && new HashSet<>(metrics).size() == metrics.size(),
                "metrics",
                "metrics name the primary one, and each once");
        requireServed(servingConfigs);
        for (ArmPlan arm : arms) {
            requirePossible(arm, servingConfigs);
        }
        if (kind == Kind.INTERLEAVING) {
            require(arms.size() == 2, "arms", "two arms are interleaved, not " + arms.size());
            require(
                    servingConfigs.stream().allMatch(ExperimentPlan::isShelf),
                    "servingConfigs",
                    "lists are interleaved on the serving configs of :recommend");
        }
    }

    @JsonCreator
    static ExperimentPlan of(
            @JsonProperty("id") @Nullable String id,
            @JsonProperty("description") @Nullable String description,
            @JsonProperty("kind") @Nullable Kind kind,
            @JsonProperty("servingConfigs") @Nullable List<String> servingConfigs,
            @JsonProperty("traffic") @Nullable Double traffic,
            @JsonProperty("arms") @Nullable List<ArmPlan> arms,
            @JsonProperty("metrics") @Nullable List<Metric> metrics,
            @JsonProperty("primaryMetric") @Nullable Metric primaryMetric,
            @JsonProperty("minimumEffect") @Nullable Double minimumEffect,
            @JsonProperty("plannedVisitors") @Nullable Long plannedVisitors,
            @JsonProperty("confidence") @Nullable Double confidence) {
        Metric primary =
                primaryMetric != null
                        ? primaryMetric
                        : metrics == null || metrics.isEmpty() ? Metric.CLICKED : metrics.get(0);
        Set<Metric> all = new LinkedHashSet<>(List.of(primary));
        all.addAll(metrics == null ? List.of(Metric.values()) : metrics);
        require(
                metrics == null || new HashSet<>(metrics).size() == metrics.size(),
                "metrics",
                "each metric is named once");
        return new ExperimentPlan(
                id == null ? "" : id,
                description == null ? "" : description,
                kind == null ? Kind.ARMS : kind,
                servingConfigs == null ? List.of() : servingConfigs,
                traffic == null ? 1 : traffic,
                arms == null ? List.of() : arms,
                List.copyOf(all),
                primary,
                minimumEffect == null ? .05 : minimumEffect,
                plannedVisitors == null ? 20_000 : plannedVisitors,
                confidence == null ? .95 : confidence);
    }

    /**
     * Reads a plan from JSON or YAML.
     *
     * @throws VitrineException naming what is unknown, missing, out of bounds or cannot be done
     */
    public static ExperimentPlan parse(String text, String origin) {
        require(
                text.length() <= LONGEST_TEXT,
                "plan",
                "a plan is at most " + LONGEST_TEXT + " characters, found " + text.length());
        return ConfigReader.parse(text, origin, ExperimentPlan.class);
    }

    /** Whether an arm names a release, which then has to be loaded for as long as it runs. */
    public boolean namesReleases() {
        return arms.stream().anyMatch(arm -> !arm.release().isEmpty());
    }

    /** What the statistics call it, once it has its salt and its part of the visitors. */
    Experiment drawn(String salt, int from, int to) {
        return new Experiment(id, salt, weighted(), from, to, 1);
    }

    /** The arms as the statistics know them. */
    List<Arm> weighted() {
        return arms.stream().map(arm -> new Arm(arm.name(), arm.share())).toList();
    }

    AnalysisSettings settings() {
        return new AnalysisSettings(
                confidence, plannedVisitors / 2.0, AnalysisSettings.USUAL_LEAST);
    }

    private static void requireServed(List<String> configs) {
        require(!configs.isEmpty(), "servingConfigs", "name at least one serving config");
        Set<String> seen = new HashSet<>();
        for (String config : configs) {
            require(
                    config.equals(SEARCH) || ServingConfig.of(config).isPresent(),
                    "servingConfigs",
                    "there is no serving config '" + config + "'");
            require(seen.add(config), "servingConfigs", config + " is named twice");
        }
    }

    /** Refuses what an arm asks for and some of the serving configs cannot do. */
    private static void requirePossible(ArmPlan arm, List<String> configs) {
        for (String config : configs) {
            boolean shelf = isShelf(config);
            require(
                    shelf || arm.recipe().isEmpty(),
                    "recipe",
                    "arm " + arm.name() + ": " + config + " is no shelf, and has no recipe");
            require(
                    shelf || arm.diversity().isEmpty(),
                    "diversity",
                    "arm " + arm.name() + ": " + config + " does not mix by diversity");
            require(
                    arm.ranker() || config.equals(ServingConfig.RECOMMENDED_FOR_YOU.wire()),
                    "ranker",
                    "arm " + arm.name() + ": " + config + " does not ask the ranker");
            require(
                    arm.meaning() || config.equals(SEARCH),
                    "meaning",
                    "arm " + arm.name() + ": " + config + " is no search");
            require(
                    arm.personalized() || !isHistory(config),
                    "personalized",
                    "arm " + arm.name() + ": " + config + " is what somebody did, and no more");
        }
        arm.diversity()
                .ifPresent(value ->
                        require(
                                value >= 0 && value <= 1,
                                "diversity",
                                "diversity is " + value + ", expected 0 to 1"));
        require(
                arm.recipe().isEmpty() || isShelf(arm.recipe()),
                "recipe",
                "arm " + arm.name() + ": there is no shelf '" + arm.recipe() + "'");
    }

    private static boolean isShelf(String config) {
        Optional<ServingConfig> known = ServingConfig.of(config);
        return known.isPresent() && known.get() != ServingConfig.PERSONALIZED_RANKING;
    }

    private static boolean isHistory(String config) {
        return config.equals(ServingConfig.BUY_IT_AGAIN.wire())
                || config.equals(ServingConfig.RECENTLY_VIEWED.wire());
    }

    private static void require(boolean holds, String field, String message) {
        if (!holds) {
            throw invalid(field, message);
        }
    }

    private static VitrineException invalid(String field, String message) {
        return VitrineException.field(DeploymentError.EXPERIMENT_INVALID, field, message);
    }
}
