package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Dispensable;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.retrieval.table.ContentSource;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FactorSource;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of one release, and how they answer together. The same class is judged in training and
 * serves.
 *
 * @param behaviour empty when the shop had no behaviour to learn from
 * @param content empty when no product says anything about itself
 * @param sequence empty when what comes next could not be learned, or knowing it brings nothing
 */
public record ModelSet(
        Optional<Behaviour> behaviour, Optional<Content> content, Optional<Sequence> sequence) {
    public static final String LINEAR = "linear";
    public static final String FILTER = "filter";
    public static final String FACTORS = "factors";
    public static final String NEIGHBOURS = "neighbours";
    public static final String CONTENT = "content";
    public static final String SEQUENCE = "sequence";
    public static final String SESSIONS = "sessions";

    /** Proposes nothing: it puts in order what the others propose. */
    public static final String RANKER = "ranker";

    /** Proposes nothing: it says how likely a shopper turns to an item. */
    public static final String PAIRS = "pairs";

    /** Proposes nothing to shelves: search asks it for what is meant. */
    public static final String ENCODER = "encoder";

    /** Items that each part proposes. */
    static final int DEPTH = 200;

    static final long VECTOR_SEED = 64;

    /**
     * What was learned from behaviour.
     *
     * @param linear weights from item to item
     * @param filter a graph filter as weights from item to item; empty in a large catalogue
     * @param factors implicit ALS
     * @param factorVectors its item factors, and those of items that came later
     * @param neighbours cosine over shoppers
     * @param cold gives a product that nobody had met a factor; empty where products say nothing
     * @param sessions what each person turned to in turn; empty where nobody turned to two
     *     products, or asking it brings nothing
     */
    public record Behaviour(
            ItemTable linear,
            Optional<ItemTable> filter,
            FactorModel factors,
            VectorTable factorVectors,
            ItemTable neighbours,
            Optional<FeatureVectors> cold,
            Optional<NearestSessions> sessions) {
        /** The same with other sessions, or without. */
        Behaviour with(Optional<NearestSessions> others) {
            return new Behaviour(linear, filter, factors, factorVectors, neighbours, cold, others);
        }

        /** Has an effect only on a product that no factor was learned of. */
        private void put(int item, Product product) {
            if (cold.isPresent() && !isLearned(factors, item)) {
                float[] factor = cold.get().of(product);
                if (!zero(factor)) {
                    factorVectors.put(item, factor);
                }
            }
        }

        static boolean isLearned(FactorModel factors, int item) {
            return item < factors.items() && !zero(factors.factor(item));
        }
    }

    /** What products say about themselves. */
    public record Content(ContentModel model, VectorTable vectors) {}

    /**
     * What comes next after what a shopper turned to.
     *
     * @param graph the file of the network
     * @param model asks that graph
     * @param vectors its items, to search in
     * @param features gives a product that nobody had met its vector; empty where products say
     *     nothing
     */
    public record Sequence(
            Path graph,
            SequenceModel model,
            VectorTable vectors,
            Optional<FeatureVectors> features) {
        /** Has an effect only on a product that the model was not fitted on. */
        private void put(int item, Product product) {
            features.flatMap(told -> model.describe(item, told.of(product)))
                    .ifPresent(vector -> vectors.put(item, vector));
        }
    }

    /** The same without a sequence model and without sessions, where these weigh nothing. */
    ModelSet weighing(Map<String, Float> weights) {
        return new ModelSet(
                (weight(weights, SESSIONS) > 0 ? this : withoutSessions()).behaviour(),
                content,
                weight(weights, SEQUENCE) > 0 ? sequence : Optional.empty());
    }

    ModelSet withoutSessions() {
        return new ModelSet(behaviour.map(b -> b.with(Optional.empty())), content, sequence);
    }

    /** The table of a factor model's items. */
    static VectorTable vectorsOf(FactorModel model) {
        return VectorTable.build(
                Similarity.INNER_PRODUCT,
                model.dimensions(),
                model.items(),
                (item, vector) -> {
                    System.arraycopy(
                            model.factors(),
                            item * model.dimensions(),
                            vector,
                            0,
                            model.dimensions());
                    return !zero(vector);
                },
                VECTOR_SEED);
    }

    static boolean zero(float[] vector) {
        for (float value : vector) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * What proposes for a shopper's history.
     *
     * @param weights by part; a part without one weighs nothing
     */
    public Blend personal(Map<String, Float> weights) {
        List<Blend.Part> parts = new ArrayList<>();
        behaviour.ifPresent(b -> {
            parts.add(new Blend.Part(LINEAR, b.linear(), weight(weights, LINEAR)));
            b.filter()
                    .ifPresent(f -> parts.add(new Blend.Part(FILTER, f, weight(weights, FILTER))));
            parts.add(
                    new Blend.Part(
                            FACTORS,
                            new FactorSource(b.factors(), b.factorVectors()),
                            weight(weights, FACTORS)));
            b.sessions()
                    .ifPresent(s ->
                            parts.add(
                                    new Blend.Part(
                                            SESSIONS,
                                            new Dispensable(s),
                                            weight(weights, SESSIONS))));
        });
        sequence.ifPresent(s ->
                parts.add(
                        new Blend.Part(
                                SEQUENCE,
                                new Dispensable(new SequenceSource(s.model(), s.vectors())),
                                weight(weights, SEQUENCE))));
        content.ifPresent(c ->
                parts.add(
                        new Blend.Part(
                                CONTENT,
                                new ContentSource(c.vectors()),
                                weight(weights, CONTENT))));
        return new Blend(parts, DEPTH);
    }

    /** What proposes items like those of a page: by content first, then by who chose both. */
    public Blend similar() {
        List<Blend.Part> parts = new ArrayList<>();
        content.ifPresent(
                c -> parts.add(new Blend.Part(CONTENT, new ContentSource(c.vectors()), 1f)));
        behaviour.ifPresent(b -> parts.add(new Blend.Part(NEIGHBOURS, b.neighbours(), 0.7f)));
        return new Blend(parts, DEPTH);
    }

    private static float weight(Map<String, Float> weights, String part) {
        return weights.getOrDefault(part, 0f);
    }

    /** Gives new and changed products their vectors, so that they can be proposed at once. */
    public void apply(List<ProductChange> changes) {
        for (ProductChange change : changes) {
            if (change.product().isPresent()) {
                Product product = change.product().get();
                behaviour.ifPresent(b -> b.put(change.number(), product));
                content.ifPresent(c -> put(c, change.number(), product));
                sequence.ifPresent(s -> s.put(change.number(), product));
            }
        }
    }

    private static void put(Content to, int item, Product product) {
        float[] vector = to.model().embed(product);
        if (!zero(vector)) {
            to.vectors().put(item, vector);
        }
    }
}
