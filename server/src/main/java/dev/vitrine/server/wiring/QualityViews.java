package dev.vitrine.server.wiring;

import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import dev.vitrine.server.http.QualityPort;
import dev.vitrine.server.http.WatchPort.AlertView;
import dev.vitrine.server.telemetry.Telemetry;
import dev.vitrine.server.watch.Evaluation;
import dev.vitrine.server.watch.QualityWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Shows how good the live release is found to be, and asks for an evaluation. */
public record QualityViews(QualityWatch watch) implements QualityPort {
    @Override
    public QualityView status() {
        QualityWatch.Status status = watch.status();
        return new QualityView(
                status.state().name().toLowerCase(Locale.ROOT),
                status.step(),
                status.startedAt(),
                status.message(),
                watch.nextAt(),
                watch.newEvents(),
                watch.settings().atLeastEvents());
    }

    @Override
    public QualityView evaluate(String who) {
        watch.ask(who);
        return status();
    }

    @Override
    public Page<Evaluation> list(PageRequest page) {
        return page.of(watch.store().list());
    }

    @Override
    public Optional<Evaluation> get(long number) {
        return watch.store().find(number);
    }

    /**
     * What the newest evaluation found wrong, as far as it is about what is live now.
     *
     * @param live the id of the live release
     */
    List<AlertView> alerts(String live) {
        List<AlertView> alerts = new ArrayList<>();
        Optional<Evaluation> about =
                watch.store().newest().filter(newest -> newest.release().equals(live));
        about.filter(found -> found.drift().state() == Evaluation.Change.STRONG)
                .ifPresent(found ->
                        alerts.add(
                                new AlertView(
                                        "drift-strong",
                                        "warning",
                                        found.at(),
                                        found.drift().words())));
        about.filter(found -> isBad(found.verdict().state()))
                .ifPresent(found ->
                        alerts.addFirst(
                                new AlertView(
                                        "quality-" + found.verdict().state().wire(),
                                        "warning",
                                        found.at(),
                                        found.verdict().words())));
        if (watch.status().state() == QualityWatch.State.FAILED) {
            alerts.add(
                    new AlertView(
                            "evaluation-failed",
                            "warning",
                            watch.status().startedAt(),
                            watch.status().message()));
        }
        return alerts;
    }

    private static boolean isBad(Evaluation.Answers answers) {
        return answers == Evaluation.Answers.WORSE
                || answers == Evaluation.Answers.NOT_BETTER_THAN_POPULARITY;
    }

    /** Adds what the newest evaluation found to the metrics; NaN before the first. */
    public void gauges(Telemetry telemetry) {
        gauge(telemetry, "at.seconds", "When it was done", found -> found.at() / 1e3);
        gauge(telemetry, "questions", "People asked about", found -> found.questions());
        for (String figure : List.of("ndcg", "recall", "hit.rate")) {
            String name = figure.equals("hit.rate") ? "hitRateAt20" : figure + "At20";
            gauge(
                    telemetry,
                    figure + ".at.20",
                    "Of the live release on what came after its data",
                    found -> of(found, name, Evaluation.Figure::value));
            gauge(
                    telemetry,
                    "popularity." + figure + ".at.20",
                    "Of the most popular products on the same questions",
                    found -> of(found, name, Evaluation.Figure::popularity));
        }
        gauge(
                telemetry,
                "bad",
                "1 where answers are worse than when made, or no better than popularity",
                found -> isBad(found.verdict().state()) ? 1 : 0);
        gauge(
                telemetry,
                "drift",
                "0 too little to say or none, 1 some, 2 strong",
                found -> Math.max(0, found.drift().state().ordinal() - 1));
    }

    private void gauge(
            Telemetry telemetry, String name, String what, Function<Evaluation, Number> value) {
        telemetry.gauge(
                "vitrine.quality." + name,
                "The newest evaluation of the live release: " + what,
                () ->
                        watch.store()
                                .newest()
                                .map(found -> value.apply(found).doubleValue())
                                .orElse(Double.NaN));
    }

    private static double of(
            Evaluation found, String name, Function<Evaluation.Figure, Double> value) {
        Evaluation.Figure figure = found.figures().get(name);
        return figure == null ? Double.NaN : value.apply(figure);
    }
}
