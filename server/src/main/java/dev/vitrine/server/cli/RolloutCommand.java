package dev.vitrine.server.cli;

import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code vitrine rollout}: how new releases come to answer, on a running server. */
@Command(
        name = "rollout",
        description = {
            "Takes a release to where it answers everybody, by stages that are judged, on a running"
                    + " server.",
            "docs/rollouts.md says what a plan may hold."
        },
        mixinStandardHelpOptions = true)
final class RolloutCommand {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String PATH = "/v1/rollouts";

    @Command(
            name = "start",
            description = {
                "Begins a rollout of a release: by the stages of a plan, by the usual ones (a"
                        + " shadow, a canary of 5 %, ramps), or at once."
            },
            mixinStandardHelpOptions = true)
    int start(
            @Mixin RunningServer server,
            @Parameters(paramLabel = "RELEASE", description = "its id") String release,
            @Option(
                            names = "--plan",
                            paramLabel = "FILE",
                            description = "JSON or YAML with stages, judge and limits")
                    @Nullable Path plan,
            @Option(names = "--now", description = "without stages: load, warm, switch")
                    boolean now,
            @Option(names = "--wait", description = "show how it goes, until it is live or over")
                    boolean wait,
            @Option(names = "--json", description = "print the rollout as JSON") boolean json)
            throws IOException {
        if (now && plan != null) {
            throw new VitrineException(ServerError.USAGE, "--now has no plan");
        }
        ObjectNode body =
                plan == null
                        ? JSON.createObjectNode()
                        : PlanFile.parse(Files.readString(plan), plan);
        body.put("release", release);
        if (now) {
            body.putArray("stages");
        }
        RolloutPlan.parse(body.toString(), plan == null ? "the plan" : plan.toString());
        try (ServerOperator operator = server.operator()) {
            JsonNode begun = operator.send(PATH, body, "begin a rollout of " + release);
            JsonNode end = wait ? follow(operator, begun) : begun;
            RunningServer.show(end, json, RolloutCommand::show);
            return !wait || isLive(end) ? 0 : 1;
        }
    }

    /** Whether the switch is done; in settling only what was live before is still kept. */
    private static boolean isLive(JsonNode rollout) {
        String state = rollout.get("state").asString();
        return state.equals("settling") || state.equals("promoted");
    }

    /** Until it is live or has ended otherwise. */
    private static JsonNode follow(ServerOperator operator, JsonNode begun) {
        String id = begun.get("id").asString();
        String last = "";
        while (true) {
            JsonNode now = operator.ask("GET", of(id), "show rollout " + id);
            String line = now.get("state").asString() + ": " + now.get("reason").asString();
            if (!line.equals(last)) {
                System.err.println(line);
                last = line;
            }
            if (now.get("ended").asBoolean() || isLive(now)) {
                return now;
            }
            operator.pause(Duration.ofMillis(500));
        }
    }

    @Command(
            name = "list",
            description = "Prints the last rollouts, newest first.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin RunningServer server,
            @Option(names = "--json", description = "print them as JSON") boolean json) {
        return server.list(
                PATH,
                "list rollouts",
                json,
                one ->
                        String.format(
                                Locale.ROOT,
                                "%-12s  %-12s  %s  %s",
                                one.get("id").asString(),
                                one.get("state").asString(),
                                one.get("release").asString(),
                                one.get("reason").asString()),
                "there was no rollout yet");
    }

    @Command(
            name = "show",
            description = "Prints a rollout with its stages, its verdict and its history.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin RunningServer server,
            @Parameters(paramLabel = "ID", description = "as 'list' prints it") String id,
            @Option(names = "--json", description = "print it as JSON") boolean json) {
        return server.one("GET", of(id), "show rollout " + id, json, RolloutCommand::show);
    }

    @Command(
            name = "pause",
            description = "Lets a rollout stay where it is; its visitors stay with it.",
            mixinStandardHelpOptions = true)
    int pause(@Mixin Step step) {
        return step.take("pause");
    }

    @Command(
            name = "resume",
            description = "Goes on with a paused rollout.",
            mixinStandardHelpOptions = true)
    int resume(@Mixin RunningServer server, @Parameters(paramLabel = "ID") String id) {
        return change(server, id, "resume", "");
    }

    @Command(
            name = "abort",
            description = "Takes the candidate back; all are answered as before.",
            mixinStandardHelpOptions = true)
    int abort(@Mixin Step step) {
        return step.take("abort");
    }

    @Command(
            name = "promote",
            description = "Skips the stages that are left: the candidate answers everybody.",
            mixinStandardHelpOptions = true)
    int promote(@Mixin Step step) {
        return step.take("promote");
    }

    /** Where an operator steps in, and why. */
    static final class Step {
        @Mixin private final RunningServer server = new RunningServer();

        @Parameters(paramLabel = "ID")
        String id = "";

        @Option(names = "--reason", paramLabel = "TEXT")
        @Nullable String reason;

        private int take(String verb) {
            String query = reason == null ? "" : "?reason=" + ServerOperator.encoded(reason);
            return change(server, id, verb, query);
        }
    }

    private static int change(RunningServer server, String id, String verb, String query) {
        return server.one(
                "POST",
                of(id) + ":" + verb + query,
                verb + " rollout " + id,
                false,
                RolloutCommand::show);
    }

    private static String of(String id) {
        return PATH + "/" + ServerOperator.encoded(id);
    }

    private static void show(JsonNode rollout) {
        System.out.println("rollout   " + rollout.get("id").asString());
        System.out.println("release   " + rollout.get("release").asString());
        System.out.println("before    " + rollout.get("previous").asString());
        System.out.println("begun by  " + rollout.get("who").asString());
        System.out.println(
                "state     "
                        + rollout.get("state").asString()
                        + ": "
                        + rollout.get("reason").asString());
        int at = rollout.get("stage").asInt();
        int number = 0;
        for (JsonNode stage : rollout.get("stages")) {
            System.out.printf(
                    Locale.ROOT,
                    "%s %-7s %5.1f %%  %s%n",
                    number == at && !rollout.get("ended").asBoolean() ? "  ->" : "    ",
                    stage.get("kind").asString(),
                    stage.get("percent").asDouble(),
                    stage.get("segment").asString());
            number++;
        }
        JsonNode verdict = rollout.get("verdict");
        System.out.println(
                "verdict   "
                        + verdict.get("decision").asString()
                        + ": "
                        + verdict.get("reason").asString());
        for (JsonNode check : verdict.get("checks")) {
            System.out.printf(
                    Locale.ROOT,
                    "    %-13s %s%n",
                    check.get("decision").asString(),
                    check.get("words").asString());
        }
        for (JsonNode moment : rollout.get("history")) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s  %-12s  %s%n",
                    Instant.ofEpochMilli(moment.get("at").asLong()),
                    moment.get("state").asString(),
                    moment.get("reason").asString());
        }
    }

    /** {@code vitrine rollback}: takes back what was made live last, or is on its way to it. */
    @Command(
            name = "rollback",
            description = {
                "Takes a release back, on a running server.",
                "The candidate of a rollout answers nobody any more; after what is live",
                "the release before answers that was not taken back itself. Without",
                "RELEASE it is the candidate of a rollout in motion, else what is live."
            },
            mixinStandardHelpOptions = true)
    static final class Back implements Callable<Integer> {
        @Mixin private final RunningServer server = new RunningServer();

        @Parameters(
                arity = "0..1",
                paramLabel = "RELEASE",
                description = "live, or in a rollout; a guard against two who roll back at once")
        @Nullable String release;

        @Option(names = "--reason", paramLabel = "TEXT")
        @Nullable String reason;

        @Override
        public Integer call() {
            try (ServerOperator operator = server.operator()) {
                String id = release == null ? newest(operator) : release;
                String query = reason == null ? "" : "?reason=" + ServerOperator.encoded(reason);
                long start = System.nanoTime();
                JsonNode now =
                        operator.ask(
                                "POST",
                                "/v1/releases/" + ServerOperator.encoded(id) + ":rollback" + query,
                                "roll back " + id);
                System.err.printf(
                        Locale.ROOT,
                        "%s is taken back, %s answers, after %.2f s%n",
                        id,
                        now.get("id").asString(),
                        (System.nanoTime() - start) / 1e9);
                return 0;
            }
        }

        /** What is on its way to everybody, unless that is a way back; else what is live. */
        private static String newest(ServerOperator operator) {
            JsonNode rollouts = operator.ask("GET", PATH + "?pageSize=1", "list rollouts");
            for (JsonNode one : rollouts.get("items")) {
                if (!one.get("ended").asBoolean() && !isLive(one) && !one.get("back").asBoolean()) {
                    return one.get("release").asString();
                }
            }
            return live(operator);
        }

        private static String live(ServerOperator operator) {
            JsonNode releases = operator.ask("GET", "/v1/releases?pageSize=1000", "list releases");
            for (JsonNode one : releases.get("items")) {
                if (one.get("state").asString().equals("live")) {
                    return one.get("id").asString();
                }
            }
            throw new VitrineException(ServerError.RELEASE_NOT_FOUND, "nothing is live");
        }
    }
}
