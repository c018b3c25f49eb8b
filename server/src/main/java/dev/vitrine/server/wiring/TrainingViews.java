package dev.vitrine.server.wiring;

import dev.vitrine.server.http.TrainingPort;
import dev.vitrine.server.pipeline.TrackedProgress;
import dev.vitrine.server.pipeline.TrainingRunner;
import java.util.Locale;

/** Shows how training stands, and starts it when asked. */
public record TrainingViews(TrainingRunner runner) implements TrainingPort {
    @Override
    public TrainingView status() {
        TrainingRunner.Status status = runner.status();
        TrackedProgress.Look look = runner.look();
        return new TrainingView(
                status.state().name().toLowerCase(Locale.ROOT),
                look.step(),
                look.done(),
                look.total(),
                look.unit(),
                look.ratePerSecond(),
                Double.isNaN(look.secondsLeft()) ? -1 : look.secondsLeft(),
                status.startedAt(),
                status.finishedAt(),
                runner.nextAt(),
                runner.newEvents(),
                status.message(),
                look.steps());
    }

    @Override
    public TrainingView start(String who) {
        runner.ask(who);
        return status();
    }
}
