package dev.vitrine.server.watch;

import java.util.List;
import java.util.Map;

/** An evaluation to test with. */
public final class Evaluations {
    private Evaluations() {}

    /** One with something of everything. */
    public static Evaluation one(long number) {
        return new Evaluation(
                Evaluation.FORMAT,
                number,
                5,
                1.5,
                "schedule",
                "r1",
                new Evaluation.Span(0, 10, 15, 20, 1, 2),
                60,
                new Evaluation.Verdict(Evaluation.Answers.AS_GOOD, "NDCG@20 is 0.2"),
                Map.of(
                        "ndcgAt20",
                        new Evaluation.Figure(.2, .1, .3, .05, .21),
                        "coverageAt20",
                        new Evaluation.Figure(.5, .4, .6, .1, null)),
                new Evaluation.Drift(
                        Evaluation.Change.STRONG,
                        "prices",
                        List.of(
                                new Evaluation.Feature(
                                        "price",
                                        "prices",
                                        "numbers",
                                        false,
                                        Evaluation.Change.STRONG,
                                        "half was below 5",
                                        100,
                                        100,
                                        .4,
                                        .3,
                                        null,
                                        .0001,
                                        List.of(new Evaluation.Row("half", 5, 10))))),
                List.of(new Evaluation.Cause("few had turned to it before", 3)),
                List.of(new Evaluation.Kind("Home", 20, 1)),
                List.of(
                        new Evaluation.Case(
                                List.of(new Evaluation.Piece("p1", "Cup")),
                                12,
                                List.of(new Evaluation.Piece("p2", "Pan")),
                                List.of(new Evaluation.Taken("p3", "Pot", 0, "few")),
                                0)),
                List.of(new Evaluation.ShelfDay("2026-06-01", "trending", 9, 2, 1)));
    }
}
