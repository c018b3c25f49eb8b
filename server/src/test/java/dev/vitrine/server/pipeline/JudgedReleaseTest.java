package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.JudgeSettings;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainings of a shop, the second beside the release that the first one made. */
class JudgedReleaseTest {
    private static final InstantSource CLOCK = InstantSource.fixed(NoveltyShop.END);
    private static final List<Event> EVENTS = NoveltyShop.events(400, true);

    /** What the first training sees. */
    private static final int EARLY = EVENTS.size() * 17 / 20;

    @TempDir private static Path folder;

    private static Home home;
    private static Shop shop;
    private static Release first;
    private static Release second;

    @BeforeAll
    static void make() throws IOException {
        home = Home.open(folder.resolve("home"));
        shop = Shop.open(home, ShopSettings.defaults(), CLOCK, Progress.NONE);
        shop.upsert(NoveltyShop.products());
        shop.write(EVENTS.subList(0, EARLY));
        first = trained();
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK)) {
            assertThat(releases.compareAndSetLive(Optional.empty(), first.id(), "test", ""))
                    .isTrue();
        }
        shop.write(EVENTS.subList(EARLY, EVENTS.size()));
        second = trained();
    }

    @AfterAll
    static void close() {
        shop.close();
        home.close();
    }

    private static Release trained() throws IOException {
        MakerSettings settings = MakerSettings.forMachine(1, 8L << 30);
        return new ReleaseMaker(
                        home, settings, OpenDoor.keys(home, CLOCK), CLOCK, () -> 0, Progress.NONE)
                .make();
    }

    private static Judgement judged(Release release) {
        return release.manifest().judged().orElseThrow();
    }

    private static double ndcg(Map<String, Judgement.Measured> models, String name) {
        return at(at(models, name).figures(), "ndcgAt20");
    }

    private static <V> V at(Map<String, V> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    @Test
    void everyModelIsJudgedByEverySlice() {
        Judgement judgement = judged(second);
        assertThat(judgement.whole()).isEqualTo(ModelSet.RANKER);
        assertThat(judgement.models())
                .containsKeys(
                        "blend", "popularity", ModelSet.LINEAR, ModelSet.FACTORS, ModelSet.RANKER);
        Map<String, Judgement.Slice> slices =
                judgement.slices().stream()
                        .collect(Collectors.toMap(Judgement.Slice::name, slice -> slice));
        // All products are "Things", so the kinds tell them apart. Whoever wants what is newest
        // turns
        // to nothing that was met most: no question is about head items.
        assertThat(slices.keySet())
                .contains("shortHistory", "longHistory", "tailItems")
                .doesNotContain("headItems")
                .filteredOn(name -> name.startsWith("category:"))
                .hasSize(5)
                .allMatch(name -> name.matches("category:Things > Kind [0-5]"));
        assertThat(at(slices, "shortHistory").questions() + at(slices, "longHistory").questions())
                .isEqualTo(judgement.questions());
        assertThat(at(slices, "tailItems").questions()).isEqualTo(judgement.questions());
        for (Judgement.Slice slice : judgement.slices()) {
            assertThat(slice.models()).containsOnlyKeys(judgement.models().keySet());
            slice.models()
                    .forEach((name, measured) -> {
                        Judgement.Interval interval = at(measured.intervals(), "ndcgAt20");
                        assertThat(at(measured.figures(), "ndcgAt20"))
                                .as(slice.name() + " " + name)
                                .isBetween(interval.low(), interval.high());
                    });
        }
        assertThat(ndcg(judgement.models(), ModelSet.RANKER))
                .isCloseTo(at(second.manifest().thresholds(), "test.ndcgAt20"), within(1e-6));
    }

    /** Popularity shows everybody the same, and nothing rare. */
    @Test
    void whatIsShownIsLookedAtToo() {
        Map<String, Double> ours = at(judged(second).models(), ModelSet.RANKER).figures();
        Map<String, Double> popular = at(judged(second).models(), "popularity").figures();
        assertThat(at(ours, "diversityAt20")).isBetween(.1, .9);
        assertThat(at(ours, "coverageAt20")).isGreaterThan(at(popular, "coverageAt20"));
        assertThat(at(ours, "noveltyAt20")).isGreaterThan(at(popular, "noveltyAt20"));
    }

    @Test
    void theFirstTrainingHasNothingToCompareWith() {
        assertThat(judged(first).live().found()).isEmpty();
        assertThat(judged(first).live().reason()).isEqualTo("no release was live");
    }

    /** It was fitted to all but the last 15 %, of which the later part is asked about. */
    @Test
    void theSecondIsComparedWithTheFirstOnWhatNeitherHadSeen() {
        Judgement.Comparison live = judged(second).live();
        assertThat(live.release()).isEqualTo(first.id());
        Judgement.Paired pair = live.found().orElseThrow(() -> new AssertionError(live.reason()));
        assertThat(pair.questions()).isEqualTo(judged(second).questions());
        assertThat(pair.after()).isEqualTo(EVENTS.get(EARLY - 1).time());
        assertThat(pair.fitted()).isLessThan(pair.after());
        assertThat(pair.ours())
                .isCloseTo(ndcg(judged(second).models(), ModelSet.RANKER), within(2e-6));
        // With its ranker it is far above what popularity reaches on the same questions.
        assertThat(pair.theirs()).isGreaterThan(2 * ndcg(judged(second).models(), "popularity"));
        assertThat(pair.difference())
                .isBetween(pair.interval().low(), pair.interval().high())
                .isCloseTo(pair.ours() - pair.theirs(), within(3e-6));
    }

    private static ShopQuestions questions(Dataset dataset) {
        return ShopQuestions.of(
                dataset,
                Set.of(Part.TRAIN, Part.VALIDATION),
                Part.TEST,
                TypeWeights.graded(),
                HistoryRecipe.DEFAULT,
                5_000);
    }

    /** The release with another end of what it was fitted to. */
    private static Release until(Release release, long offset) {
        ReleaseManifest same = release.manifest();
        return Release.of(ReleaseDraft.of(same).logOffset(offset).manifest());
    }

    /** Compares one that answers nothing. */
    private static Judgement.Comparison compared(Release live, long room) throws IOException {
        Path work = Files.createTempDirectory(folder, "work");
        Dataset dataset = Dataset.open(home.datasets().resolve(second.manifest().dataset()));
        try (Catalog catalog = Catalog.openReadOnly(home.catalog());
                EventStore events = EventStore.openReadOnly(home.root());
                ParallelBlocks parallel = new ParallelBlocks(1)) {
            Recommender nothing = () -> (histories, count, hides, best) -> {};
            return new LiveRival(
                            Optional.of(live),
                            ArtifactStore.open(home.artifacts(), CLOCK),
                            catalog,
                            Replay.facts(catalog),
                            events,
                            events.log().endOffset(),
                            room,
                            work,
                            Progress.NONE)
                    .compare(
                            nothing,
                            questions(dataset),
                            dataset,
                            parallel,
                            new Judge(new JudgeSettings(List.of(20), 1, 64), Progress.NONE),
                            0);
        }
    }

    @Test
    void onlyQuestionsFromAfterItsDataAreAsked() throws IOException {
        ShopQuestions all =
                questions(Dataset.open(home.datasets().resolve(second.manifest().dataset())));
        int offset = EVENTS.size() - EVENTS.size() / 20;
        long after = EVENTS.get(offset - 1).time();
        long later = LongStream.range(0, all.size()).filter(q -> all.time((int) q) > after).count();
        assertThat(later).isBetween((long) LiveRival.FEWEST, all.size() - 1L);
        Judgement.Paired pair =
                compared(until(first, offset), Long.MAX_VALUE).found().orElseThrow();
        assertThat(pair.questions()).isEqualTo((int) later);
        assertThat(pair.after()).isEqualTo(after);
        assertThat(pair.ours()).isZero();
        assertThat(pair.difference()).isNegative();
    }

    @Test
    void whereTooFewAreLeftItSaysSo() throws IOException {
        Judgement.Comparison none = compared(second, Long.MAX_VALUE);
        assertThat(none.found()).isEmpty();
        assertThat(none.release()).isEqualTo(second.id());
        assertThat(none.reason())
                .matches("0 of \\d+ questions come after what it was fitted to; it takes 30");
    }

    @Test
    void whatDoesNotFitBesideTheTrainingIsNotLoaded() throws IOException {
        Judgement.Comparison none = compared(first, 1);
        assertThat(none.found()).isEmpty();
        assertThat(none.reason()).startsWith("its models take ").contains("there is memory for 0");
    }

    /** A training does not fail by what was done to the release before. */
    @Test
    void whatCannotBeReadIsNotAsked() throws IOException {
        Map<String, ModelVersion> models = new HashMap<>(first.manifest().models());
        models.put(ModelSet.FACTORS, at(first.manifest().models(), ModelSet.NEIGHBOURS));
        ReleaseManifest same = first.manifest();
        Release broken = Release.of(ReleaseDraft.of(same).models(models).manifest());
        Judgement.Comparison none = compared(broken, Long.MAX_VALUE);
        assertThat(none.found()).isEmpty();
        assertThat(none.reason()).startsWith("it could not be asked: ");
    }
}
