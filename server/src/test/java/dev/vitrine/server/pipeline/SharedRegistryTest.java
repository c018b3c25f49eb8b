package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutError;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.realservers.RealPostgres;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.server.Home;
import dev.vitrine.server.audit.KeptTrail;
import dev.vitrine.server.rollout.Gate;
import dev.vitrine.server.rollout.NodeIdentity;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.rollout.Visitor;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.stores.ArtifactSettings;
import dev.vitrine.server.stores.RegistrySettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each with a home of its own, around one registry in a real PostgreSQL. */
class SharedRegistryTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.system();
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** Long enough for a busy machine, short enough to wait for. */
    private static final Leases LEASES =
            new Leases(Duration.ofSeconds(2), Duration.ofSeconds(4), 0.01);

    private static final RolloutPlan.Limits LIMITS =
            new RolloutPlan.Limits(
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(2),
                    Duration.ofDays(1),
                    Duration.ofMinutes(30));

    @TempDir private Path folder;
    private final Deque<Node> nodes = new ArrayDeque<>();
    private List<Product> products = List.of();
    private Optional<Stores> stores = Optional.empty();
    private Release first;
    private Release second;

    /** A node in this process. */
    private final class Node implements AutoCloseable {
        final Home home;
        final Shop shop;
        final ReleaseStore releases;
        final Rollouts rollouts;

        Node(Path place, String name, Optional<String> refused) throws IOException {
            home = Home.open(place);
            shop = Shop.open(home, ShopSettings.defaults(), CLOCK, Progress.NONE);
            releases = stores.orElseThrow().releases(home, CLOCK);
            rollouts =
                    new Rollouts(
                            shop,
                            releases,
                            new Door(releases, refused),
                            new ReleaseLoader(
                                    home,
                                    stores.orElseThrow().artifacts(home, CLOCK),
                                    IndexSettings.DEFAULT,
                                    release -> new NoGraphs()),
                            new KeptTrail(),
                            CLOCK,
                            LIMITS,
                            NodeIdentity.of(home, Optional.of(name)).at("at-" + name),
                            LEASES);
        }

        boolean answers(Release release) {
            return rollouts.id().filter(release.id()::equals).isPresent();
        }

        /** Which release a request gets; empty where it is told to ask another node. */
        Optional<String> asked() {
            try (var answering = rollouts.answering(Visitor.NOBODY)) {
                return Optional.of(answering.release().id());
            } catch (VitrineException e) {
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            rollouts.close();
            releases.close();
            shop.close();
            home.close();
        }
    }

    /** Lets all in but perhaps one. */
    private record Door(ReleaseStore releases, Optional<String> no) implements Gate {
        @Override
        public Release admit(String id) {
            if (no.filter(id::equals).isPresent()) {
                throw new VitrineException(RegistryError.RELEASE_REFUSED, "not that one");
            }
            return releases.get(id);
        }

        @Override
        public void refused(String id, String who, String why) {}
    }

    /** For releases of products alone. */
    private record NoGraphs() implements GraphHost.Opened {
        @Override
        public ModelFiles.OpenGraph open(ModelVersion model, Path graph) {
            throw new AssertionError("no graph is in it");
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void make() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "any");
        stores =
                Optional.of(
                        new Stores(
                                new RegistrySettings(RealPostgres.database(), "postgres", password),
                                new ArtifactSettings(
                                        folder.resolve("artifacts"), null, null, null)));
        products = new SimulatedShop(5, SimulationSettings.of(40, 20, 200, NOW)).products();
        try (Home home = Home.open(folder.resolve("a"))) {
            first = ProductRelease.make(home, stores.orElseThrow(), products.subList(0, 20), NOW);
            second =
                    ProductRelease.make(
                            home,
                            stores.orElseThrow(),
                            products.subList(20, 40),
                            NOW.plusSeconds(60));
        }
        copy(folder.resolve("a"), folder.resolve("b"));
        copy(folder.resolve("a"), folder.resolve("c"));
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private Node node(String name) throws IOException {
        return node(name, name, Optional.empty());
    }

    private Node node(String place, String name, Optional<String> refused) throws IOException {
        Node node = new Node(folder.resolve(place), name, refused);
        nodes.push(node);
        return node;
    }

    /** Three that answer by the first release. */
    private List<Node> three(Optional<String> refusedByB) throws IOException {
        Node a = node("a");
        assertThat(a.rollouts.open()).as("nothing is live yet").isFalse();
        a.rollouts.promote(first.id(), "ada", "the first");
        Node b = node("b", "b", refusedByB);
        Node c = node("c");
        assertThat(b.rollouts.open()).isTrue();
        assertThat(c.rollouts.open()).isTrue();
        assertThat(List.of(a, b, c)).allMatch(node -> node.answers(first));
        return List.of(a, b, c);
    }

    private static void await(BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time until it had to be so").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static State state(Node node) {
        return node.rollouts.rollout().map(Rollout::state).orElseThrow();
    }

    @Test
    void allSwitchAtOneEpochAndGoBackTogether() throws Exception {
        List<Node> three = three(Optional.empty());
        three.get(1).rollouts.promote(second.id(), "ada", "newer");
        await(() -> three.stream().allMatch(node -> node.answers(second)));
        assertThat(state(three.get(2))).isEqualTo(State.SETTLING);
        assertThat(three.stream().map(node -> node.rollouts.table().orElseThrow().epoch()))
                .containsOnly(three.get(0).rollouts.table().orElseThrow().epoch());
        assertThat(three.get(2).rollouts.rollback(second.id(), "bob", "worse"))
                .isEqualTo(first.id());
        await(() -> three.stream().allMatch(node -> node.answers(first)));
        assertThat(three).allMatch(node -> node.asked().equals(Optional.of(first.id())));
        assertThat(three.get(0).releases.history(5)).hasSize(3);
    }

    @Test
    void oneNodeThatRefusesIsEnoughThatNoneSwitches() throws Exception {
        List<Node> three = three(Optional.of(second.id()));
        assertThatThrownBy(() -> three.get(0).rollouts.promote(second.id(), "ada", "newer"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("node b refuses release " + second.id());
        await(() -> state(three.get(0)) == State.FAILED);
        assertThat(three).allMatch(node -> node.answers(first));
        assertThat(three.get(0).releases.liveId()).contains(first.id());
    }

    @Test
    void aNodeThatIsCutOffAnswersForItsLeaseAndIsNotWaitedForLonger() throws Exception {
        List<Node> three = three(Optional.empty());
        Node lost = three.get(2);
        lost.releases.close();
        assertThat(lost.asked()).as("the shop goes on without the registry").contains(first.id());
        three.get(0).rollouts.promote(second.id(), "ada", "newer");
        assertThat(three.get(0).answers(second)).isTrue();
        assertThat(lost.asked()).as("it can't know, so it has to have stopped").isEmpty();
        assertThat(lost.rollouts.problem())
                .hasValueSatisfying(why -> assertThat(why).contains("not been heard"));
        assertThat(three.get(1).rollouts.problem()).isEmpty();
        await(() -> three.get(1).answers(second));
        await(() -> lost.rollouts.lostSince().isPresent());
    }

    @Test
    void ofTwoWhoBeginAtOnceOneWinsAndTheOtherIsTold() throws Exception {
        List<Node> three = three(Optional.empty());
        RolloutPlan plan =
                RolloutPlan.parse(
                        "{\"release\":\""
                                + second.id()
                                + "\",\"stages\":[{\"kind\":\"CANARY\",\"percent\":5}]}",
                        "plan");
        CyclicBarrier together = new CyclicBarrier(3);
        List<Future<String>> starts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (Node node : three) {
                starts.add(
                        threads.submit(() -> {
                            together.await();
                            try {
                                return node.rollouts.start(plan, "ada", "newer").id();
                            } catch (VitrineException e) {
                                assertThat(e.code()).isEqualTo(RolloutError.ROLLOUT_CONFLICT);
                                assertThat(e).hasMessageContaining("begun by ada");
                                return "told";
                            }
                        }));
            }
        }
        List<String> ends = new ArrayList<>();
        for (Future<String> start : starts) {
            ends.add(start.get());
        }
        assertThat(ends).filteredOn("told"::equals).hasSize(2);
        await(() -> state(three.get(1)) == State.CANARY);
        assertThat(three.get(1).rollouts.rollout().orElseThrow().id()).isIn(ends);
        assertThat(three.get(2).rollouts.list(10)).hasSize(1);
        String id = three.get(1).rollouts.rollout().orElseThrow().id();
        three.get(2).rollouts.abort(id, "bob", "enough");
        await(() -> state(three.get(0)) == State.ABORTED);
    }

    @Test
    void aStageAtASiteTakesPlaceAtItsNodesAlone() throws Exception {
        List<Node> three = three(Optional.empty());
        String plan =
                "{\"release\":\"%s\",\"stages\":[{\"kind\":\"canary\",\"percent\":50,"
                        + "\"audience\":{\"sites\":[\"%s\"]}}]}";
        RolloutPlan nowhere = RolloutPlan.parse(plan.formatted(second.id(), "at-d"), "plan");
        assertThatThrownBy(() -> three.get(0).rollouts.start(nowhere, "ada", ""))
                .hasMessageContaining("no node is at site 'at-d'")
                .hasMessageContaining("at-a, at-b, at-c");
        RolloutPlan there = RolloutPlan.parse(plan.formatted(second.id(), "at-b"), "plan");
        three.get(0).rollouts.start(there, "ada", "");
        await(() -> three.stream().allMatch(SharedRegistryTest::isStaged));
        assertThat(asked(three.get(1))).containsOnly(first.id(), second.id());
        assertThat(asked(three.get(0))).containsOnly(first.id());
        assertThat(asked(three.get(2))).containsOnly(first.id());
    }

    private static boolean isStaged(Node node) {
        return node.rollouts.table().orElseThrow().staged().isPresent();
    }

    /** By which releases some visitors are answered. */
    private static Set<String> asked(Node node) {
        Set<String> found = new HashSet<>();
        for (int v = 0; v < 30; v++) {
            try (var answering = node.rollouts.answering(Visitor.of("v" + v, "", () -> true))) {
                found.add(answering.release().id());
            }
        }
        return found;
    }

    @Test
    void aNodeThatComesInTheMiddleFollows() throws Exception {
        Node a = node("a");
        a.rollouts.open();
        a.rollouts.promote(first.id(), "ada", "the first");
        a.rollouts.promote(second.id(), "ada", "newer");
        Node b = node("b");
        assertThat(b.rollouts.open()).isTrue();
        assertThat(b.answers(second)).isTrue();
        assertThat(b.rollouts.rollback(second.id(), "bob", "worse")).isEqualTo(first.id());
        await(() -> a.answers(first) && state(a) == State.ROLLED_BACK);
        b.close();
        nodes.remove(b);
        a.rollouts.promote(second.id(), "ada", "after all");
        assertThat(a.answers(second)).as("who has left is not waited for").isTrue();
    }

    @Test
    void aNodeWhoseProductsHaveOtherNumbersAnswersNothingAndChangesNothing() throws Exception {
        List<Node> three = three(Optional.empty());
        try (Home other = Home.open(folder.resolve("d"));
                Shop shop = Shop.open(other, ShopSettings.defaults(), CLOCK, Progress.NONE)) {
            shop.upsert(products.reversed());
        }
        Node d = node("d");
        assertThat(d.rollouts.open()).isFalse();
        assertThat(d.asked()).isEmpty();
        assertThat(d.rollouts.problem())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("numbers its 20 products otherwise"));
        assertThat(three).allMatch(node -> node.answers(first));
        assertThatThrownBy(() -> three.get(0).rollouts.promote(second.id(), "ada", "newer"))
                .hasMessageContaining("node d refuses")
                .hasMessageContaining("numbers its 40 products otherwise");
    }

    @Test
    void twoHomesCannotBeOneNode() throws Exception {
        three(Optional.empty());
        copy(folder.resolve("b"), folder.resolve("e"));
        Node twin = node("e", "a", Optional.empty());
        assertThatThrownBy(twin.rollouts::open)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.NODE_NAME_TAKEN))
                .hasMessageContaining(folder.resolve("a").toString());
    }
}
