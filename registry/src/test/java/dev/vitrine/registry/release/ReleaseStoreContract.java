package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a registry promises wherever its tables lie. */
abstract class ReleaseStoreContract {
    /** Before anything that a test registers. */
    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant LATER = Instant.parse("2200-01-01T00:00:00Z");
    private static final String CONFIG = "shop";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private ReleaseStore store;

    /** Opens the registry of this test once more, as another process would. */
    abstract ReleaseStore again();

    /** Runs a statement beside the registry. */
    abstract void execute(String sql) throws SQLException;

    /** Has the tables say that another version of Vitrine wrote them. */
    abstract void writeAnotherFormat() throws SQLException;

    @BeforeEach
    final void open() {
        store = again();
    }

    @AfterEach
    final void close() {
        store.close();
    }

    @Test
    void countsVersionsPerModelAndReadsBackWhatWasRegistered() {
        ModelVersion first = store.register(Releases.model("linear", 1));
        ModelVersion second = store.register(Releases.model("linear", 2));
        ModelVersion other = store.register(Releases.model("factors", 3));
        assertThat(first.ref()).isEqualTo(new ModelRef("linear", 1));
        assertThat(second.ref()).isEqualTo(new ModelRef("linear", 2));
        assertThat(other.ref()).isEqualTo(new ModelRef("factors", 1));
        reopen();
        assertThat(store.models()).containsExactly(other, first, second);
        assertThat(store.models("linear")).containsExactly(first, second);
        assertThat(store.newest("linear")).contains(second);
        assertThat(store.newest("unknown")).isEmpty();
        assertThat(store.model(new ModelRef("linear", 2))).contains(second);
        assertThat(store.model(new ModelRef("linear", 3))).isEmpty();
    }

    @Test
    void registersAReleaseOnceAndReadsItBack() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Release release = store.register(Releases.release(model, 7));
        assertThat(store.register(Releases.release(model, 7))).isEqualTo(release);
        assertThat(release).isEqualTo(Release.of(Releases.release(model, 7)));
        assertThat(release.id()).startsWith("20260102-030405-");
        Release later = store.register(Releases.release(model, 8));
        assertThat(later.id()).isNotEqualTo(release.id());
        reopen();
        assertThat(store.list()).containsExactly(release, later);
        assertThat(store.get(release.id())).isEqualTo(release);
        assertThat(store.find("nothing")).isEmpty();
        assertThat(release.manifest().artifacts())
                .containsExactly(Releases.artifact(1), Releases.artifact(1000));
    }

    /** Manifests are on disk for years: what this one hashes to must never change. */
    @Test
    void givesTheSameIdForEver() {
        ModelVersion model = new ModelVersion(1, Releases.model("linear", 1));
        assertThat(Release.of(Releases.release(model, 7)).id())
                .isEqualTo("20260102-030405-616e228fd626");
    }

    /**
     * What a release lacks is said in it; one of before, which could not say so, reads as before.
     */
    @Test
    void tellsWhatWasLeftOut() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Map<String, String> why = Map.of("ranker", "no better than the blend");
        ReleaseManifest plain = Releases.release(model, 7);
        Release told = store.register(ReleaseDraft.of(plain).leftOut(why).manifest());
        Release silent = store.register(plain);
        reopen();
        assertThat(store.get(told.id()).manifest().leftOut()).isEqualTo(why);
        assertThat(store.get(silent.id()).manifest().leftOut()).isEmpty();
    }

    /** How a training judged is kept whole; a release of before has nothing to tell. */
    @Test
    void keepsHowItWasJudged() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        ReleaseManifest plain = Releases.release(model, 7);
        Judgement.Measured measured =
                new Judgement.Measured(
                        Map.of("ndcgAt20", .25, "coverageAt20", .5),
                        Map.of("ndcgAt20", new Judgement.Interval(.2, .3)));
        Judgement judgement =
                new Judgement(
                        "blend",
                        40,
                        Map.of("blend", measured),
                        List.of(
                                new Judgement.Slice(
                                        "category:\"Tea\"", "tea", 7, Map.of("blend", measured))),
                        new Judgement.Comparison(
                                "20260101-000000-0123456789ab",
                                "",
                                new Judgement.Paired(
                                        "ndcgAt20",
                                        31,
                                        .25,
                                        .2,
                                        .05,
                                        new Judgement.Interval(-.01, .11),
                                        5,
                                        4)),
                        Map.of("sequence", "4.5:0.03 3.5:0.04"));
        Release told = store.register(ReleaseDraft.of(plain).judgement(judgement).manifest());
        Release silent = store.register(plain);
        reopen();
        assertThat(store.get(told.id()).manifest().judged()).contains(judgement);
        assertThat(store.get(silent.id()).manifest().judged()).isEmpty();
        assertThatThrownBy(() -> new Judgement.Measured(Map.of("ndcgAt20", Double.NaN), Map.of()))
                .isInstanceOf(VitrineException.class);
    }

    @Test
    void refusesAReleaseOfUnknownModels() {
        ModelVersion unknown = new ModelVersion(1, Releases.model("linear", 1));
        assertCode(
                RegistryError.MODEL_NOT_FOUND, () -> store.register(Releases.release(unknown, 7)));
        store.register(Releases.model("linear", 2));
        assertCode(
                RegistryError.MODEL_NOT_FOUND, () -> store.register(Releases.release(unknown, 7)));
        assertThat(store.list()).isEmpty();
    }

    @Test
    void switchesOnlyFromWhatWasExpectedAndRemembers() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        String one = store.register(Releases.release(model, 1)).id();
        String two = store.register(Releases.release(model, 2)).id();
        assertThat(store.live()).isEmpty();
        assertThat(set(Optional.of(one), two)).isFalse();
        assertThat(set(Optional.empty(), one)).isTrue();
        assertThat(set(Optional.empty(), two)).isFalse();
        assertThat(set(Optional.of(two), one)).isFalse();
        assertThat(set(Optional.of(one), two)).isTrue();
        reopen();
        assertThat(store.live()).map(Release::id).contains(two);
        assertThat(store.history(10))
                .extracting(LiveChange::previous, LiveChange::next, LiveChange::who)
                .containsExactly(
                        tuple(Optional.of(one), two, "test"), tuple(Optional.empty(), one, "test"));
        assertThat(store.history(10))
                .isSortedAccordingTo(Comparator.comparingLong(LiveChange::sequence).reversed())
                .allMatch(change -> change.reason().equals("because"))
                .allMatch(change -> change.at().isAfter(EARLIER));
        assertThat(store.history(1)).hasSize(1);
        assertCode(RegistryError.RELEASE_NOT_FOUND, () -> set(Optional.of(two), "no-such-release"));
    }

    @Test
    void oneOfManySwitchesWins() throws Exception {
        ModelVersion model = store.register(Releases.model("linear", 1));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            ids.add(store.register(Releases.release(model, i)).id());
        }
        assertThat(set(Optional.empty(), ids.getFirst())).isTrue();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> wins = new ArrayList<>();
            for (String id : ids.subList(1, ids.size())) {
                wins.add(
                        threads.submit(() -> {
                            try (ReleaseStore own = again()) {
                                return own.compareAndSetLive(
                                        Optional.of(ids.getFirst()), id, "t", "race");
                            }
                        }));
            }
            int won = 0;
            for (Future<Boolean> win : wins) {
                won += win.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(store.history(100)).hasSize(2);
    }

    @Test
    void refusesAManifestThatWasChanged() throws SQLException {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Release release = store.register(Releases.release(model, 1));
        execute("UPDATE release SET json = replace(json, '0.5', '0.6')");
        assertCode(RegistryError.RELEASE_CORRUPT, () -> store.get(release.id()));
    }

    @Test
    void refusesTablesOfAnotherFormat() throws SQLException {
        writeAnotherFormat();
        assertCode(RegistryError.REGISTRY_FORMAT, () -> again().close());
    }

    @Test
    void retainsTheLiveTheLastLiveAndTheLatest() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ModelVersion model = store.register(Releases.model("linear", 10 + i));
            ids.add(store.register(Releases.release(model, i)).id());
        }
        set(Optional.empty(), ids.get(0));
        set(Optional.of(ids.get(0)), ids.get(1));
        set(Optional.of(ids.get(1)), ids.get(2));
        ModelVersion unused = store.register(Releases.model("factors", 50));
        assertThat(store.retain(2, EARLIER)).hasSize(10);
        assertThat(store.list()).hasSize(8);

        Set<ArtifactHash> kept = store.retain(2, LATER);
        assertThat(store.list())
                .extracting(Release::id)
                .containsExactly(ids.get(1), ids.get(2), ids.get(6), ids.get(7));
        assertThat(kept)
                .containsExactlyInAnyOrder(
                        Releases.artifact(11),
                        Releases.artifact(12),
                        Releases.artifact(16),
                        Releases.artifact(17),
                        Releases.artifact(1000));
        assertThat(store.model(unused.ref())).isEmpty();
        assertThat(store.register(Releases.model("factors", 51)).version()).isEqualTo(2);
    }

    @Test
    void refusesWhatCannotBeARelease() {
        assertCode(RegistryError.MODEL_INVALID, () -> Releases.model("a/b", 1));
        assertCode(RegistryError.MODEL_INVALID, () -> ModelRef.parse("linear"));
        assertCode(RegistryError.MODEL_INVALID, () -> ModelRef.parse("linear/0"));
        assertCode(
                RegistryError.MODEL_INVALID,
                () ->
                        new ModelManifest(
                                "linear",
                                "linear",
                                Releases.artifact(1),
                                "",
                                "",
                                Map.of(),
                                Map.of("recall", Double.NaN),
                                List.of(),
                                LATER,
                                ""));
        assertThat(ModelRef.parse("linear/3")).isEqualTo(new ModelRef("linear", 3));
    }

    @Test
    void countsVersionsOfManyWhoRegisterAtOnce() throws Exception {
        List<Future<List<Long>>> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int thread = 0; thread < 6; thread++) {
                int from = thread * 100;
                made.add(
                        threads.submit(() -> {
                            List<Long> versions = new ArrayList<>();
                            try (ReleaseStore own = again()) {
                                for (int i = 0; i < 10; i++) {
                                    versions.add(
                                            own.register(Releases.model("linear", from + i))
                                                    .version());
                                }
                            }
                            return versions;
                        }));
            }
        }
        Set<Long> versions = new TreeSet<>();
        for (Future<List<Long>> one : made) {
            versions.addAll(one.get());
        }
        assertThat(versions).hasSize(60).contains(1L, 60L);
    }

    @Test
    void writesARowWithWhatIsLiveOrNeither() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        String one = store.register(Releases.release(model, 1)).id();
        String two = store.register(Releases.release(model, 2)).id();
        SlotStore slots = store.slots();
        assertThat(slots.row(CONFIG)).isEmpty();
        assertThat(slots.compareAndSet(CONFIG, 0, row(1), first(one), Map.of())).isTrue();
        assertThat(slots.compareAndSet(CONFIG, 0, row(1), first(two), Map.of())).isFalse();
        LiveSwitch stale = new LiveSwitch(Optional.of(two), one, "test", "because");
        assertThat(
                        slots.compareAndSet(
                                CONFIG, 1, row(2), Optional.of(stale), Map.of("r1", "never")))
                .isFalse();
        assertThat(slots.row(CONFIG)).contains(row(1));
        assertThat(slots.rollouts(5)).isEmpty();
        LiveSwitch next = new LiveSwitch(Optional.of(one), two, "test", "because");
        assertThat(slots.compareAndSet(CONFIG, 1, row(2), Optional.of(next), Map.of("r1", "begun")))
                .isTrue();
        assertThat(slots.compareAndSet(CONFIG, 2, row(3), Optional.empty(), Map.of("r2", "second")))
                .isTrue();
        assertThat(
                        slots.compareAndSet(
                                CONFIG,
                                3,
                                row(4),
                                Optional.empty(),
                                Map.of("r1", "ended", "r2", "overtaken")))
                .isTrue();
        reopen();
        assertThat(store.liveId()).contains(two);
        assertThat(store.slots().row(CONFIG)).contains(row(4));
        assertThat(store.slots().rollouts(5)).containsExactly("overtaken", "ended");
        assertThat(store.slots().rollouts(1)).containsExactly("overtaken");
        assertCode(
                RegistryError.RELEASE_NOT_FOUND,
                () ->
                        store.slots()
                                .compareAndSet(
                                        CONFIG,
                                        4,
                                        row(5),
                                        Optional.of(
                                                new LiveSwitch(
                                                        Optional.of(two), "none", "test", "")),
                                        Map.of()));
        assertThat(store.slots().row(CONFIG)).contains(row(4));
    }

    @Test
    void aReleaseOfARowIsKept() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(store.register(Releases.release(model, i)).id());
        }
        store.slots()
                .compareAndSet(
                        CONFIG,
                        0,
                        new SlotRow(1, "candidate=" + ids.get(1) + ";"),
                        first(ids.get(0)),
                        Map.of());
        store.retain(1, LATER);
        assertThat(store.ids()).containsExactly(ids.get(0), ids.get(1), ids.get(3));
    }

    @Test
    void keepsTheNewestReportOfEachNode() {
        SlotStore slots = store.slots();
        assertThat(slots.report(CONFIG, node("a", "here", 7, 1), MINUTE))
                .isEqualTo(new SlotStore.Heard(7, 1, Optional.empty()));
        slots.compareAndSet(CONFIG, 0, row(1), Optional.empty(), Map.of());
        assertThat(slots.report(CONFIG, node("a", "here", 7, 3), MINUTE))
                .isEqualTo(new SlotStore.Heard(7, 3, Optional.of(row(1))));
        assertThat(slots.report(CONFIG, node("a", "here", 7, 2), MINUTE).sequence()).isEqualTo(3);
        assertThat(slots.report(CONFIG, node("a", "here", 8, 1), MINUTE))
                .as("a process that began anew is told the number that it has to exceed")
                .isEqualTo(new SlotStore.Heard(7, 3, Optional.of(row(1))));
        assertThat(slots.report(CONFIG, node("a", "here", 8, 4), MINUTE).life()).isEqualTo(8);
        slots.report(CONFIG, node("b", "there", 9, 1), MINUTE);
        slots.report("other", node("c", "there", 9, 1), MINUTE);
        SlotStore.Board board = slots.board(CONFIG);
        assertThat(board.slots()).contains(row(1));
        assertThat(board.reports()).containsExactly("a here 8 4", "b there 9 1");
        assertThat(board.now()).isAfter(EARLIER);
        slots.leave(CONFIG, "a", "elsewhere");
        slots.leave(CONFIG, "b", "there");
        assertThat(slots.board(CONFIG).reports()).containsExactly("a here 8 4");
        slots.forget(CONFIG, MINUTE);
        assertThat(slots.board(CONFIG).reports()).hasSize(1);
        slots.forget(CONFIG, MINUTE.negated());
        assertThat(slots.board(CONFIG).reports()).isEmpty();
    }

    @Test
    void aNameIsOfOnePlaceUntilThatWasSilentForLong() {
        SlotStore slots = store.slots();
        slots.report(CONFIG, node("a", "here", 7, 5), MINUTE);
        assertThatThrownBy(() -> slots.report(CONFIG, node("a", "there", 8, 9), MINUTE))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.NODE_NAME_TAKEN))
                .hasMessageContaining("here")
                .hasMessageContaining("there");
        assertThat(slots.board(CONFIG).reports()).containsExactly("a here 7 5");
        Duration none = MINUTE.negated();
        assertThat(slots.report(CONFIG, node("a", "there", 8, 1), none).sequence()).isEqualTo(5);
        assertThat(slots.report(CONFIG, node("a", "there", 8, 6), none).life()).isEqualTo(8);
        assertCode(
                RegistryError.NODE_NAME_TAKEN,
                () -> slots.report(CONFIG, node("a", "here", 7, 7), MINUTE));
    }

    /** Without it, a node that comes while a switch is prepared could be left behind unseen. */
    @Test
    void whoWasAnsweredByAnOlderRowIsSeenByWhoReadsAfterANewerOne() throws Exception {
        int rounds = 100;
        int joiners = 3;
        AtomicLong newest = new AtomicLong(1);
        store.slots().compareAndSet(CONFIG, 0, row(1), Optional.empty(), Map.of());
        Map<String, Long> answered = new ConcurrentHashMap<>();
        TreeMap<Long, Set<String>> seen = new TreeMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(joiners)) {
            List<Future<Integer>> joins = new ArrayList<>();
            AtomicBoolean ended = new AtomicBoolean();
            for (int joiner = 0; joiner < joiners; joiner++) {
                String prefix = "n" + joiner + "-";
                joins.add(
                        threads.submit(() -> {
                            int joined = 0;
                            try (ReleaseStore own = again()) {
                                while (!ended.get()) {
                                    if (joined > newest.get()) {
                                        // Nobody is kept from writing by those who read.
                                        LockSupport.parkNanos(100_000);
                                        continue;
                                    }
                                    String name = prefix + joined++;
                                    SlotStore.Heard heard =
                                            own.slots()
                                                    .report(
                                                            CONFIG,
                                                            node(name, "here", 1, 1),
                                                            MINUTE);
                                    answered.put(name, heard.slots().orElseThrow().version());
                                }
                            }
                            return joined;
                        }));
            }
            try {
                while (answered.size() < joiners && joins.stream().noneMatch(Future::isDone)) {
                    LockSupport.parkNanos(1_000_000);
                }
                for (long version = 1; version <= rounds; version++) {
                    boolean written =
                            store.slots()
                                    .compareAndSet(
                                            CONFIG,
                                            version,
                                            row(version + 1),
                                            Optional.empty(),
                                            Map.of());
                    assertThat(written).isTrue();
                    newest.set(version + 1);
                    SlotStore.Board board = store.slots().board(CONFIG);
                    Set<String> names = new HashSet<>();
                    board.reports().forEach(text -> names.add(text.split(" ", 2)[0]));
                    seen.put(board.slots().orElseThrow().version(), names);
                }
            } finally {
                ended.set(true);
            }
            for (Future<Integer> join : joins) {
                join.get();
            }
        }
        assertThat(answered).hasSizeGreaterThan(joiners);
        answered.forEach((name, version) ->
                seen.tailMap(version, false)
                        .forEach((newer, names) ->
                                assertThat(names)
                                        .as("read at %s, %s was answered %s", newer, name, version)
                                        .contains(name)));
    }

    private static SlotRow row(long version) {
        return new SlotRow(version, "row " + version);
    }

    private static Optional<LiveSwitch> first(String release) {
        return Optional.of(new LiveSwitch(Optional.empty(), release, "test", "because"));
    }

    private static NodeRow node(String name, String place, long life, long sequence) {
        String content = name + " " + place + " " + life + " " + sequence;
        return new NodeRow(name, place, life, sequence, content);
    }

    private boolean set(Optional<String> expected, String next) {
        return store.compareAndSetLive(expected, next, "test", "because");
    }

    private void reopen() {
        store.close();
        store = again();
    }

    private static void assertCode(RegistryError code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        VitrineException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
