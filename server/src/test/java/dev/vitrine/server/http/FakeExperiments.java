package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One experiment, fixed and small. */
record FakeExperiments() implements ExperimentsPort {
    private static final ExperimentView ONE =
            new ExperimentView(
                    "mixed",
                    "more categories on the first shelf",
                    "arms",
                    List.of("recommended-for-you"),
                    1,
                    List.of(
                            new ArmView("control", .5, Map.of()),
                            new ArmView("mixed", .5, Map.of("diversity", "0.8"))),
                    List.of("clicked"),
                    "clicked",
                    .05,
                    20_000,
                    .95,
                    "running",
                    "ada",
                    1,
                    2,
                    0,
                    "",
                    "",
                    Optional.of(
                            new ResultsView(
                                    "early",
                                    "too early",
                                    List.of(),
                                    List.of(new CountView("control", 3, 4, 2)),
                                    new RatioView(List.of(3L, 4L), 1, false),
                                    Optional.empty(),
                                    List.of(),
                                    Optional.empty(),
                                    0,
                                    0,
                                    null)));

    @Override
    public List<ExperimentView> list() {
        return List.of(ONE);
    }

    @Override
    public ExperimentView get(String id) {
        return ONE;
    }

    @Override
    public ExperimentView create(String plan, String who) {
        return ONE;
    }

    @Override
    public ExperimentView start(String id, String who) {
        return ONE;
    }

    @Override
    public ExperimentView stop(String id, String who, String why) {
        return ONE;
    }

    @Override
    public void delete(String id, String who) {}

    @Override
    public EstimateView estimate(String question) {
        return new EstimateView(1, 2, 3, 4, Optional.empty(), Optional.empty(), "few");
    }
}
