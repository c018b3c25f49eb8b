package dev.vitrine.applications.recommend;

import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.text.MeaningSearch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One release as it answers: everything that influences an answer and belongs to the release. A
 * request leases it and sees no other. Later product changes are applied to every open one.
 *
 * @param id the release
 * @param index the text index
 * @param meaning finds products by what a search means; empty where they are found by words alone
 * @param personal proposes for a shopper's history; empty when there was no behaviour to learn from
 * @param ranker puts what it proposes in order; empty where the blend's own order stands
 * @param similar proposes items like those of a history by their content and by who chose them
 * @param recipe how a shopper's past becomes a history
 * @param calibration from the scores of the parts to a probability, where no model of pairs answers
 * @param pairs says how likely a shopper turns to an item; empty where the calibration does
 * @param causes what of a history speaks for an item
 * @param freshen brings the parts beside the index up to date with changed products
 * @param closeParts frees what the parts hold
 */
public record ServingRelease(
        String id,
        ProductIndex index,
        Optional<MeaningSearch> meaning,
        Blend personal,
        Optional<CandidateRanker> ranker,
        Blend similar,
        CandidateSource content,
        HistoryRecipe recipe,
        Calibration calibration,
        Optional<PairModel> pairs,
        Causes causes,
        Consumer<List<ProductChange>> freshen,
        Runnable closeParts)
        implements AutoCloseable {

    /** The same release with the blend's own order; what it holds is closed with this one. */
    public ServingRelease unranked() {
        return ranker.isEmpty()
                ? this
                : new ServingRelease(
                        id,
                        index,
                        meaning,
                        personal,
                        Optional.empty(),
                        similar,
                        content,
                        recipe,
                        calibration,
                        pairs,
                        causes,
                        freshen,
                        closeParts);
    }

    /** Applies product changes, in order; searches see them within a second. */
    public void apply(List<ProductChange> changes) {
        freshen.accept(changes);
        index.apply(changes);
        meaning.ifPresent(m -> m.apply(changes));
    }

    @Override
    public void close() {
        try {
            index.close();
        } finally {
            closeParts.run();
        }
    }
}
