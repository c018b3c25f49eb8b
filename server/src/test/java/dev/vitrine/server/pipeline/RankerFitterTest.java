package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankerFitterTest {
    @TempDir private Path folder;

    /** Everything, by number. */
    private static final CandidateSource ALL =
            (history, allowed, best) -> {
                for (int item = 0; item < allowed.size(); item++) {
                    if (allowed.contains(item)) {
                        best.offer(item, 1f / (1 + item));
                    }
                }
            };

    /** As where an import brought each person's whole past in one piece. */
    @Test
    void aLogThatDoesNotKnowThosePeopleTeachesNothing() {
        Dataset dataset = ChainShop.dataset(folder.resolve("datasets"), ChainShop.events(200));
        ShopQuestions questions =
                ShopQuestions.of(
                        dataset,
                        Set.of(Part.TRAIN),
                        Part.VALIDATION,
                        TypeWeights.graded(),
                        HistoryRecipe.DEFAULT,
                        1_000);
        Replay silent =
                new Replay(
                        Collections.emptyIterator(),
                        FeatureSettings.defaults(),
                        id -> -1,
                        new CatalogFacts());
        try (ParallelBlocks parallel = new ParallelBlocks(1);
                RankerFitter fitter =
                        new RankerFitter(
                                dataset,
                                silent,
                                ShopClicks.none(),
                                parallel,
                                folder,
                                Progress.NONE)) {
            RankerFitter.Result result =
                    fitter.fit(new Blend(List.of(new Blend.Part("all", ALL, 1f)), 100), questions);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            RankerFitter.Result.LeftOut.class,
                            none ->
                                    assertThat(none.reason())
                                            .contains("were not known to the log")
                                            .startsWith(
                                                    questions.size() + " of " + questions.size()));
        }
        assertThat(folder.resolve(ModelSet.RANKER)).doesNotExist();
    }

    /** A release whose Transformer could not be fitted again has none of its scores. */
    @Test
    void aRankerIsNotReleasedWithoutAModelItGoesBy() {
        CandidateFeatures features = new CandidateFeatures(List.of(ModelSet.SEQUENCE));
        CandidateRanker ranker =
                new CandidateRanker(
                        features, new TreeEnsemble(features.names().size(), List.of()), in -> in);
        Trial.Outcome outcome =
                new Trial.Outcome(
                        Map.of(ModelSet.SEQUENCE, 1f),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Judgement.none(),
                        Optional.empty(),
                        new Trial.Sequence.LeftOut(Optional.empty(), "no better with it"),
                        new RankerFitter.Result.Fitted(ranker, Map.of()),
                        new PairFitter.Result.LeftOut("of no interest"));
        Map<String, String> leftOut = new HashMap<>();
        ModelSet set = new ModelSet(Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(ReleaseMaker.ranker(outcome, set, leftOut)).isEmpty();
        assertThat(leftOut)
                .containsEntry(ModelSet.RANKER, "it goes by [sequence], which was left out");
    }
}
