package dev.vitrine.server.cli;

import dev.vitrine.deployment.experiment.Decision;
import dev.vitrine.deployment.experiment.Estimator;
import dev.vitrine.deployment.experiment.OffPolicy;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.experiment.Estimate;
import dev.vitrine.server.experiment.ExperimentPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code vitrine experiment}: which of several answers is better, on a running server. */
@Command(
        name = "experiment",
        description = {
            "Answers visitors of a running server in several ways, and says which is better.",
            "docs/experiments.md says what a plan may hold."
        },
        mixinStandardHelpOptions = true)
final class ExperimentCommand {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PATH = "/v1/experiments";

    @Command(
            name = "create",
            description = "Makes an experiment of a plan in JSON or YAML; nobody is in it yet.",
            mixinStandardHelpOptions = true)
    int create(
            @Mixin RunningServer server,
            @Parameters(paramLabel = "FILE", description = "the plan") Path file,
            @Option(names = "--start", description = "and has visitors answered by it")
                    boolean start,
            @Option(names = "--json", description = "print it as JSON") boolean json)
            throws IOException {
        String text = Files.readString(file);
        String id = ExperimentPlan.parse(text, file.toString()).id();
        try (ServerOperator operator = server.operator()) {
            JsonNode made = operator.send(PATH, PlanFile.parse(text, file), "make " + id);
            RunningServer.show(start ? started(operator, id) : made, json, ExperimentCommand::show);
            return 0;
        }
    }

    /** A plan that cannot be started now may be later, so it stays, and that is said. */
    private static JsonNode started(ServerOperator operator, String id) {
        try {
            return operator.ask("POST", of(id) + ":start", "start " + id);
        } catch (VitrineException e) {
            throw new VitrineException(
                    e.code(),
                    e.getMessage()
                            + ". It was made and stays a draft: start it later (vitrine experiment"
                            + " start "
                            + id
                            + ") or forget it (vitrine experiment delete "
                            + id
                            + ")",
                    e);
        }
    }

    @Command(
            name = "list",
            description = "Prints all experiments, newest first.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin RunningServer server,
            @Option(names = "--json", description = "print them as JSON") boolean json) {
        return server.list(
                PATH + "?pageSize=1000",
                "list experiments",
                json,
                one ->
                        String.format(
                                Locale.ROOT,
                                "%-20s  %-8s  %s",
                                one.get("id").asString(),
                                one.get("state").asString(),
                                problem(one).isEmpty()
                                        ? one.at("/results/words")
                                                .asString(one.get("description").asString())
                                        : problem(one)),
                "there is no experiment yet");
    }

    @Command(
            name = "show",
            description = "Prints an experiment with what it has shown so far.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin RunningServer server,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--json", description = "print it as JSON") boolean json) {
        return server.one("GET", of(id), "show " + id, json, ExperimentCommand::show);
    }

    @Command(
            name = "start",
            description = "Has visitors answered by an experiment's arms from now on.",
            mixinStandardHelpOptions = true)
    int start(@Mixin RunningServer server, @Parameters(paramLabel = "ID") String id) {
        return changed(server, of(id) + ":start", "start " + id);
    }

    @Command(
            name = "stop",
            description = "Answers all as without an experiment again, for good; its results stay.",
            mixinStandardHelpOptions = true)
    int stop(
            @Mixin RunningServer server,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--reason", paramLabel = "TEXT", description = "kept with the results")
                    @Nullable String reason) {
        String query = reason == null ? "" : "?reason=" + ServerOperator.encoded(reason);
        return changed(server, of(id) + ":stop" + query, "stop " + id);
    }

    @Command(
            name = "delete",
            description = "Forgets an experiment that does not run, and its results.",
            mixinStandardHelpOptions = true)
    int delete(@Mixin RunningServer server, @Parameters(paramLabel = "ID") String id) {
        try (ServerOperator operator = server.operator()) {
            operator.ask("DELETE", of(id), Optional.empty(), "delete " + id);
            return 0;
        }
    }

    private static int changed(RunningServer server, String path, String what) {
        return server.one("POST", path, what, false, ExperimentCommand::show);
    }

    private static String of(String id) {
        return PATH + "/" + ServerOperator.encoded(id);
    }

    private static void show(JsonNode one) {
        line("experiment", one.get("id").asString() + ", " + one.get("state").asString());
        if (!one.get("description").asString().isEmpty()) {
            line("about", one.get("description").asString());
        }
        if (!problem(one).isEmpty()) {
            line("PROBLEM", problem(one));
        }
        line("answers", words(one.get("servingConfigs")));
        if (one.get("startedAt").asLong() > 0) {
            line("started", Instant.ofEpochMilli(one.get("startedAt").asLong()).toString());
        }
        if (one.get("stoppedAt").asLong() > 0) {
            line(
                    "stopped",
                    Instant.ofEpochMilli(one.get("stoppedAt").asLong())
                            + ": "
                            + one.get("reason").asString());
        }
        JsonNode results = one.path("results");
        for (JsonNode warning : results.path("warnings")) {
            line("WARNING", warning.asString());
        }
        int place = 0;
        for (JsonNode arm : one.get("arms")) {
            JsonNode count = results.path("arms").path(place++);
            System.out.printf(
                    Locale.ROOT,
                    "  arm %-20s %5.1f %%  %s%s%n",
                    arm.get("name").asString(),
                    100 * arm.get("share").asDouble(),
                    arm.get("differs"),
                    count.isMissingNode()
                            ? ""
                            : "  " + count.get("visitors").asLong() + " visitors");
        }
        for (JsonNode metric : results.path("metrics")) {
            for (JsonNode comparison : metric.get("comparisons")) {
                System.out.printf(
                        Locale.ROOT,
                        "  %-18s %-10s %s%n",
                        metric.get("metric").asString(),
                        comparison.get("verdict").asString(),
                        comparison.get("words").asString());
            }
        }
        if (!results.isMissingNode()) {
            line("verdict", results.get("words").asString());
            if (results.get("missingVisitors").asLong() > 0) {
                line(
                        "needed",
                        "at most "
                                + results.get("missingVisitors").asLong()
                                + " visitors more, of "
                                + results.get("neededVisitors").asLong());
            }
        }
    }

    /** Why it does not run though it should, or has no results; empty where all is well. */
    private static String problem(JsonNode one) {
        return one.path("problem").asString("");
    }

    private static void line(String name, String value) {
        System.out.printf(Locale.ROOT, "%-11s %s%n", name, value);
    }

    private static String words(JsonNode list) {
        StringBuilder words = new StringBuilder();
        for (JsonNode each : list) {
            words.append(words.isEmpty() ? "" : ", ").append(each.asString());
        }
        return words.toString();
    }

    @Command(
            name = "estimate",
            description = "Says how many visitors an experiment takes; asks no server.",
            mixinStandardHelpOptions = true)
    int estimate(
            @Option(names = "--metric", paramLabel = "METRIC", defaultValue = "clicked")
                    String metric,
            @Option(
                            names = "--baseline",
                            paramLabel = "NUMBER",
                            required = true,
                            description = "what the metric is now")
                    double baseline,
            @Option(
                            names = "--deviation",
                            paramLabel = "NUMBER",
                            description = "over visitors; for metrics that are no share of them")
                    @Nullable Double deviation,
            @Option(
                            names = "--effect",
                            paramLabel = "PART",
                            defaultValue = ".05",
                            description = "of the baseline; .05 is 5 %")
                    double effect,
            @Option(names = "--confidence", paramLabel = "PART", defaultValue = ".95")
                    double confidence,
            @Option(names = "--power", paramLabel = "PART", defaultValue = ".8") double power,
            @Option(
                            names = "--shares",
                            paramLabel = "A,B",
                            split = ",",
                            defaultValue = "1,1",
                            description = "of the arms, the control first")
                    List<Double> shares,
            @Option(
                            names = "--correlation",
                            paramLabel = "NUMBER",
                            defaultValue = "0",
                            description = "of the metric with what visitors did before")
                    double correlation,
            @Option(names = "--visitors-per-day", paramLabel = "N", defaultValue = "0")
                    double visitorsPerDay,
            @Option(names = "--json", description = "print it as JSON") boolean json) {
        ObjectNode question = JSON.createObjectNode();
        question.put("metric", metric).put("baseline", baseline).put("minimumEffect", effect);
        question.put("confidence", confidence).put("power", power);
        question.put("correlation", correlation).put("visitorsPerDay", visitorsPerDay);
        shares.forEach(question.putArray("shares")::add);
        if (deviation != null) {
            question.put("deviation", deviation);
        }
        Estimate.Size size = Estimate.parse(question.toString(), "the question").size();
        if (json) {
            System.out.println(JSON.writeValueAsString(size));
            return 0;
        }
        System.out.println(size.words());
        size.days()
                .ifPresent(days ->
                        System.out.printf(
                                Locale.ROOT,
                                "%.1f days, and at most %.1f%n",
                                days,
                                size.daysWithPeeking().orElse(days)));
        return 0;
    }

    @Command(
            name = "off-policy",
            description = {
                "Says from a log of decisions with their propensities what another policy would"
                        + " have earned per decision (IPS, SNIPS, doubly robust).",
                "The file is CSV with a header, or JSON lines: reward, propensity, target (the"
                        + " chance with which the other policy decides the same), and perhaps unit"
                        + " (whom it concerned), predicted and expected (a model's reward of what"
                        + " was chosen, and of the other policy)."
            },
            mixinStandardHelpOptions = true)
    int offPolicy(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--confidence", paramLabel = "PART", defaultValue = ".95")
                    double confidence,
            @Option(
                            names = "--replicates",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "of the bootstrap")
                    int replicates,
            @Option(
                            names = "--switch-above",
                            paramLabel = "WEIGHT",
                            defaultValue = "10",
                            description = "beyond which the model alone counts")
                    double switchAbove,
            @Option(names = "--json", description = "print it as JSON") boolean json)
            throws IOException {
        DecisionLog log = DecisionLog.read(file);
        List<Decision> decisions = log.decisions();
        OffPolicy found =
                OffPolicy.of(
                        decisions, new OffPolicy.Settings(confidence, replicates, switchAbove, 1));
        if (json) {
            System.out.println(JSON.writeValueAsString(found));
            return 0;
        }
        for (Estimator estimator : Estimator.values()) {
            boolean byModel =
                    estimator == Estimator.DIRECT
                            || estimator == Estimator.DOUBLY_ROBUST
                            || estimator == Estimator.SWITCH;
            if (!byModel || log.hasModel()) {
                OffPolicy.Estimate estimate = found.of(estimator);
                System.out.printf(
                        Locale.ROOT,
                        "%-14s %12.6g   from %.6g to %.6g%n",
                        estimator.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        estimate.value(),
                        estimate.interval().low(),
                        estimate.interval().high());
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d decisions, worth %.0f of the other policy's; the mean weight is %.3f, the"
                        + " largest %.3g%n",
                decisions.size(),
                found.effectiveDecisions(),
                found.meanWeight(),
                found.largestWeight());
        warn(found);
        return 0;
    }

    private static void warn(OffPolicy found) {
        if (found.effectiveDecisions() < 300) {
            System.err.println(
                    "too few decisions are like the other policy's: intervals are too narrow, and"
                            + " ips and doubly-robust are wild");
        }
        if (Math.abs(found.meanWeight() - 1) > .1) {
            System.err.println(
                    "the mean weight is far from 1: propensities are wrong, or the log lacks what"
                            + " the other policy does");
        }
    }
}
