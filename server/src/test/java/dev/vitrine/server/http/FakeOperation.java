package dev.vitrine.server.http;

import dev.vitrine.server.watch.Evaluation;
import dev.vitrine.server.watch.Evaluations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** What operators see, fixed and small. */
final class FakeOperation {
    private FakeOperation() {}

    static Ports around(FakeShop shop) {
        return new Ports(
                shop,
                shop,
                shop,
                shop,
                new Jobs(),
                new Releases(),
                new Models(),
                new Data(),
                new Training(),
                new Watch(),
                new Quality(),
                new Rollouts(),
                new FakeExperiments(),
                shop.audit,
                shop.models);
    }

    private record Jobs() implements JobsPort {
        @Override
        public Optional<JobView> job(String id) {
            return jobs().stream().filter(job -> job.id().equals(id)).findFirst();
        }

        @Override
        public List<JobView> jobs() {
            return List.of(new JobView("j1", "erase", "done", 1, 2, "erased", Map.of("events", 3)));
        }
    }

    private record Releases() implements ReleasesPort {
        private static final ReleaseView ONE =
                new ReleaseView(
                        "r1",
                        "live",
                        1,
                        "d1",
                        List.of(new PartView("ranker", "ease", "3", "abc", 10)),
                        Map.of("ndcgAt10", 0.2));

        @Override
        public Page<ReleaseView> list(PageRequest page) {
            return page.of(List.of(ONE));
        }

        @Override
        public Optional<ReleaseView> get(String id) {
            return id.equals("r1") ? Optional.of(ONE) : Optional.empty();
        }

        @Override
        public ReleaseView promote(String id, String who) {
            return ONE;
        }

        @Override
        public ReleaseView rollback(String id, String who, String why) {
            return ONE;
        }
    }

    private record Rollouts() implements RolloutsPort {
        private static final RolloutView ONE =
                new RolloutView(
                        "ro1",
                        "r2",
                        "r1",
                        "ada",
                        "canary",
                        false,
                        0,
                        false,
                        List.of(new StageView("canary", 5, "", 1000, 60, 3600)),
                        JsonNodeFactory.instance.objectNode().put("release", "r2"),
                        "all 1 nodes are ready",
                        5,
                        new VerdictView(
                                "inconclusive",
                                "not certain yet",
                                10,
                                List.of(
                                        new CheckView(
                                                "errors",
                                                "",
                                                "inconclusive",
                                                .1,
                                                .1,
                                                0.0,
                                                .5,
                                                .01,
                                                true,
                                                "errors"))),
                        List.of(new MomentView(5, "loading", 0, "begun by ada")));

        @Override
        public List<RolloutView> list() {
            return List.of(ONE);
        }

        @Override
        public Optional<RolloutView> get(String id) {
            return id.equals("ro1") ? Optional.of(ONE) : Optional.empty();
        }

        @Override
        public Optional<CourseView> course(String id) {
            return id.equals("ro1")
                    ? Optional.of(
                            new CourseView(
                                    List.of(5L),
                                    List.of(10L),
                                    List.of(new LineView("errors", "", List.of(.1), List.of(.1)))))
                    : Optional.empty();
        }

        @Override
        public RolloutView start(String plan, String who) {
            return ONE;
        }

        @Override
        public RolloutView change(String id, Change change, String who, String why) {
            return ONE;
        }
    }

    private record Quality() implements QualityPort {
        private static final Evaluation ONE = Evaluations.one(7);

        @Override
        public QualityView status() {
            return new QualityView("idle", "", 0, "", 5, 3, 1000);
        }

        @Override
        public QualityView evaluate(String who) {
            return status();
        }

        @Override
        public Page<Evaluation> list(PageRequest page) {
            return page.of(List.of(ONE.shortened()));
        }

        @Override
        public Optional<Evaluation> get(long number) {
            return number == 7 ? Optional.of(ONE) : Optional.empty();
        }
    }

    private record Models() implements ModelsPort {
        private static final ModelView ONE =
                new ModelView(
                        "ease",
                        "3",
                        "ease",
                        1,
                        100,
                        "d1",
                        Map.of("ndcgAt10", 0.2),
                        Map.of("ndcgAt10", 0.1),
                        Map.of("lambda", "100"));

        @Override
        public Page<ModelView> list(PageRequest page) {
            return page.of(List.of(ONE));
        }

        @Override
        public List<ModelView> versions(String name) {
            return name.equals("ease") ? List.of(ONE) : List.of();
        }

        @Override
        public Optional<ModelView> version(String name, String version) {
            return versions(name).stream().filter(m -> m.version().equals(version)).findFirst();
        }
    }

    private record Data() implements DataPort {
        @Override
        public DataSummary summary() {
            return new DataSummary(1, 2, 3, 4, 5);
        }

        @Override
        public List<ImportView> imports() {
            return List.of(new ImportView("a.csv", "products", "done", 1, 2, 3, 2, 1, ""));
        }

        @Override
        public CleaningView cleaning() {
            return new CleaningView(
                    10, 9, List.of(new RuleCount("duplicate", "seen before", "set-aside", 1)));
        }

        @Override
        public Page<SetAsideRecord> setAside(String rule, PageRequest page) {
            return page.of(List.of(new SetAsideRecord("duplicate", "again", "a.csv", 7, 1, "{}")));
        }

        @Override
        public JobView replay(String rule) {
            return new JobView("j2", "replay", "running", 1, 0, "", Map.of());
        }

        @Override
        public Optional<DatasetView> dataset() {
            return Optional.of(
                    new DatasetView(
                            "d1",
                            1,
                            2,
                            3,
                            "global-time",
                            Map.of("train", 9L),
                            Map.of("click", 9L)));
        }
    }

    private record Training() implements TrainingPort {
        @Override
        public TrainingView status() {
            return new TrainingView(
                    "idle", "", 0, 0, "", 0, 0, 0, 0, 0, 0, "", List.of("trained in 3 s"));
        }

        @Override
        public TrainingView start(String who) {
            return status();
        }
    }

    private record Watch() implements WatchPort {
        @Override
        public List<AlertView> alerts() {
            return List.of(new AlertView("disk", "warning", 1, "nearly full"));
        }

        @Override
        public Page<EvaluationView> evaluations(PageRequest page) {
            return page.of(
                    List.of(
                            new EvaluationView(
                                    "e1",
                                    1,
                                    "d1",
                                    "full-ranking",
                                    Map.of("ease", Map.of("ndcgAt10", 0.2)),
                                    Optional.of(
                                            new JudgementView(
                                                    "ease",
                                                    40,
                                                    Map.of(),
                                                    List.of(),
                                                    new ComparisonView(
                                                            "",
                                                            "no release was live",
                                                            Optional.empty()))),
                                    Map.of("sequence", "too little to learn from"),
                                    Map.of("sequence", "4.5:0.03"))));
        }
    }
}
