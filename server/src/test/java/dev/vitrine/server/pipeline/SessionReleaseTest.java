package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.event.Event;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.candidate.Blend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release of a shop where whole sessions tell what comes next, from the log to the shelf. */
class SessionReleaseTest {
    @TempDir private static Path folder;

    private static TrainedShop trained;

    @BeforeAll
    static void make() throws IOException {
        trained =
                TrainedShop.of(
                        folder.resolve("shop"),
                        SessionShop.products(),
                        SessionShop.events(),
                        SessionShop.END);
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    private static ReleaseManifest manifest() {
        return trained.release().manifest();
    }

    private static RecommendResponse shelf(
            Recommender recommender, ServingRelease release, String visitor, Effort effort) {
        return recommender.recommend(
                release,
                ServingConfig.RECOMMENDED_FOR_YOU,
                new RecommendRequest(visitor, "", List.of(), "", List.of(), 3, "", 0, true),
                effort);
    }

    /** The first products of a way, up to the two in which it meets another. */
    private static void look(String visitor, int[] way) {
        List<Event> events = new ArrayList<>();
        for (int place = 0; place < SessionShop.MEET + 2; place++) {
            long time = SessionShop.END.toEpochMilli() - 60_000L * (10 - place);
            events.add(SessionShop.view(visitor, way[place], time));
        }
        assertThat(trained.shop().write(events)).isEmpty();
    }

    @Test
    void sessionsAreJudgedChosenAndRegistered() {
        ModelVersion model =
                Objects.requireNonNull(
                        manifest().models().get(ModelSet.SESSIONS),
                        () -> trained.steps().toString());
        assertThat(manifest().thresholds().get("blend." + ModelSet.SESSIONS)).isPositive();
        assertThat(manifest().leftOut()).doesNotContainKey(ModelSet.SESSIONS);
        Map<String, Double> figures = model.manifest().metrics();
        assertThat(figures.get("ndcgAt20"))
                .as(trained.steps().toString())
                .isGreaterThan(ndcg(ModelSet.LINEAR))
                .isGreaterThan(ndcg("popularity"));
        Map<String, String> parameters = model.manifest().parameters();
        assertThat(ShopSessions.SEARCHES)
                .extracting(Object::toString)
                .contains(parameters.get("settings"));
        assertThat(parameters)
                .containsEntry("products", Integer.toString(SessionShop.events().size()));
    }

    private static double ndcg(String model) {
        return Objects.requireNonNull(
                Objects.requireNonNull(manifest().judged().orElseThrow().models().get(model))
                        .figures()
                        .get("ndcgAt20"));
    }

    /**
     * Two visitors whose last two products agree are shown what their own sessions lead to, more
     * often than where sessions are not asked.
     */
    @Test
    void whatCameBeforeTheLastProductsDecidesWhatIsShown() throws Exception {
        trained.serving((release, recommender) -> {
            Shown with = shown("with", release, recommender);
            trained.serving(
                    withoutSessions(),
                    (before, other) -> {
                        Shown without = shown("without", before, other);
                        String told = with + " beside " + without + " " + trained.steps();
                        assertThat(with.right()).as(told).isGreaterThan(SessionShop.WAYS / 3);
                        assertThat(with.right()).as(told).isGreaterThan(without.right() * 6 / 5);
                        assertThat(with.pairs()).as(told).isGreaterThan(without.pairs());
                        assertThat(with.proposed()).as(told).isGreaterThan(SessionShop.WAYS / 4);
                        assertThat(with.because()).as(told).isGreaterThan(SessionShop.WAYS * 3 / 4);
                    });
        });
    }

    /**
     * What visitors see first who went a way up to where it meets another.
     *
     * @param right those who are shown what their way leads to
     * @param pairs pairs of ways that meet whose visitors both are
     * @param proposed those to whom the sessions propose it
     * @param because those who are told for which of their products
     */
    private record Shown(int right, int pairs, int proposed, int because) {}

    private static Shown shown(String name, ServingRelease release, Recommender recommender) {
        int[][] ways = SessionShop.ways();
        boolean[] right = new boolean[ways.length];
        int proposed = 0;
        int because = 0;
        for (int w = 0; w < ways.length; w++) {
            look(name + w, ways[w]);
            RecommendResponse.Result first =
                    shelf(recommender, release, name + w, Effort.FULL).results().getFirst();
            right[w] = first.id().equals(SessionShop.id(ways[w][SessionShop.MEET + 2]));
            proposed += first.reasons().contains("proposed-by:" + ModelSet.SESSIONS) ? 1 : 0;
            because += first.reasons().stream().anyMatch(r -> r.startsWith("because-of:")) ? 1 : 0;
        }
        int all = 0;
        int pairs = 0;
        for (int w = 0; w < ways.length; w++) {
            all += right[w] ? 1 : 0;
            pairs += w % 2 == 1 && right[w] && right[w - 1] ? 1 : 0;
        }
        return new Shown(all, pairs, proposed, because);
    }

    @Test
    void underPressureNoSessionsAreSearched() throws Exception {
        look("pressed", SessionShop.ways()[0]);
        trained.serving((release, recommender) -> {
            RecommendResponse answer = shelf(recommender, release, "pressed", Effort.CHEAPER);
            assertThat(answer.servedBy()).isEqualTo("cheaper");
            assertThat(answer.results()).isNotEmpty();
        });
    }

    @Test
    void aReleaseThatWasMadeWithoutSessionsIsServed() throws Exception {
        look("before", SessionShop.ways()[0]);
        trained.serving(
                withoutSessions(),
                (release, recommender) -> {
                    assertThat(release.personal().parts())
                            .extracting(Blend.Part::name)
                            .contains(ModelSet.LINEAR)
                            .doesNotContain(ModelSet.SESSIONS);
                    assertThat(shelf(recommender, release, "before", Effort.FULL).servedBy())
                            .isEqualTo("personal");
                });
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        ModelVersion model = Objects.requireNonNull(manifest().models().get(ModelSet.SESSIONS));
        Path file =
                ArtifactStore.open(trained.home().artifacts())
                        .open(model.artifact())
                        .file(ModelFiles.MODEL);
        byte[] whole = Files.readAllBytes(file);
        byte[] broken = whole.clone();
        broken[broken.length / 2] ^= 1;
        try {
            Files.write(file, broken);
            assertThatThrownBy(() -> trained.serving((release, recommender) -> {}))
                    .hasMessageContaining(file.getFileName().toString());
        } finally {
            Files.write(file, whole);
        }
    }

    /** The same release as one that was made before there were sessions in releases. */
    private static Release withoutSessions() {
        ReleaseManifest own = manifest();
        Map<String, ModelVersion> models = new HashMap<>(own.models());
        models.remove(ModelSet.SESSIONS);
        Map<String, Double> thresholds = new HashMap<>(own.thresholds());
        thresholds.remove("blend." + ModelSet.SESSIONS);
        try (ReleaseStore releases = ReleaseStore.open(trained.home().registry())) {
            return releases.register(
                    ReleaseDraft.of(own)
                            .createdAt(own.createdAt().plusMillis(1))
                            .models(models)
                            .thresholds(thresholds)
                            .manifest());
        }
    }
}
