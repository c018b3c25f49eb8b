package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.applications.search.ItemLookup;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.applications.search.SearchResponse;
import dev.vitrine.applications.search.Searcher;
import dev.vitrine.applications.search.Signals;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.text.MeaningSearch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the log to the search box: a shop finds what its people call by names of their own. */
class SearchByMeaningTest {
    @TempDir private static Path folder;

    private static TrainedShop trained;

    @BeforeAll
    static void make() throws IOException {
        trained =
                TrainedShop.of(
                        folder,
                        NicknameShop.products(),
                        NicknameShop.events(2_500, .7),
                        NicknameShop.END);
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    private static Searcher searcher(ServingRelease release, Optional<MeaningSearch> meaning) {
        Catalog catalog = trained.shop().catalog();
        ItemLookup items =
                new ItemLookup() {
                    @Override
                    public String idOf(int item) {
                        return catalog.idOf(item);
                    }

                    @Override
                    public Optional<Product> get(int item) {
                        return catalog.get(item);
                    }
                };
        return new Searcher(release.index(), items, Signals.NONE, meaning);
    }

    private static List<String> ids(SearchResponse response) {
        return response.results().stream().map(SearchResponse.Result::id).toList();
    }

    @Test
    void theEncoderIsJudgedAndRegistered() {
        ReleaseManifest manifest = trained.release().manifest();
        assertThat(manifest.leftOut()).doesNotContainKey(ModelSet.ENCODER);
        ModelVersion model = Objects.requireNonNull(manifest.models().get(ModelSet.ENCODER));
        Map<String, Double> metrics = model.manifest().metrics();
        assertThat(metrics.get("ndcgAt10")).isGreaterThan(metrics.get("wordsNdcgAt10"));
        assertThat(model.manifest().parameters()).containsKeys("gain", "weight", "leastCosine");
        assertThat(trained.steps()).anyMatch(step -> step.startsWith("kept: NDCG@10 on"));
    }

    @Test
    void whatSharesNoWordIsFoundByWhatPeopleChose() throws Exception {
        trained.serving((release, recommender) -> {
            Searcher words = searcher(release, Optional.empty());
            Searcher fused = searcher(release, release.meaning());
            for (int kind = 0; kind < NicknameShop.KINDS.size(); kind++) {
                SearchRequest request = SearchRequest.of(NicknameShop.NICKNAMES.get(kind));
                SearchResponse without = words.search(request);
                assertThat(without.totalSize()).isZero();
                assertThat(without.byMeaning()).isFalse();
                SearchResponse found = fused.search(request);
                assertThat(found.match()).isEqualTo(LexicalResult.Match.SIMILAR);
                assertThat(found.byMeaning()).isTrue();
                String name = NicknameShop.KINDS.get(kind);
                assertThat(ids(found)).hasSizeGreaterThanOrEqualTo(10);
                assertThat(ids(found).subList(0, 10)).allMatch(id -> id.startsWith(name));
                SearchResponse cheap = fused.search(request.withFilter("price <= 5"));
                assertThat(cheap.results())
                        .isNotEmpty()
                        .allMatch(result -> result.product().orElseThrow().price() <= 5);
            }
        });
    }

    @Test
    void aProductThatCameAMomentAgoIsFoundByItsMeaning() throws Exception {
        trained.serving((release, recommender) -> {
            Searcher fused = searcher(release, release.meaning());
            String fresh = NicknameShop.id(2, 777);
            trained.shop().upsert(List.of(NicknameShop.product(2, 777)));
            release.index().refresh();
            SearchRequest request =
                    SearchRequest.of(NicknameShop.NICKNAMES.get(2)).withPage(100, "");
            assertThat(ids(fused.search(request))).contains(fresh);
            trained.shop().upsert(List.of(Product.builder(fresh).title("green violin").build()));
            release.index().refresh();
            SearchRequest other = SearchRequest.of(NicknameShop.NICKNAMES.get(7)).withPage(100, "");
            assertThat(ids(fused.search(other))).contains(fresh);
            trained.shop().delete(fresh);
            release.index().refresh();
            assertThat(ids(fused.search(other))).isNotEmpty().doesNotContain(fresh);
        });
    }

    @Test
    void aReleaseOfBeforeIsServedByWords() throws Exception {
        ReleaseManifest own = trained.release().manifest();
        Map<String, ModelVersion> models = new HashMap<>(own.models());
        models.remove(ModelSet.ENCODER);
        Release before;
        try (ReleaseStore releases = ReleaseStore.open(trained.home().registry())) {
            before =
                    releases.register(
                            ReleaseDraft.of(own)
                                    .createdAt(own.createdAt().minusMillis(1))
                                    .models(models)
                                    .manifest());
        }
        trained.serving(
                before,
                (release, recommender) -> {
                    assertThat(release.meaning()).isEmpty();
                    Searcher searcher = searcher(release, release.meaning());
                    SearchResponse found = searcher.search(SearchRequest.of("kettle"));
                    assertThat(found.totalSize()).isEqualTo(NicknameShop.OF_A_KIND);
                    assertThat(found.byMeaning()).isFalse();
                });
    }
}
