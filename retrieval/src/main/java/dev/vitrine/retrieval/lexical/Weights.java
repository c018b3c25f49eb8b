package dev.vitrine.retrieval.lexical;

/**
 * How much each thing that is known of a product counts beside its text. All but {@code soldOut}
 * are added to 1 and multiplied with the text score, for a value of 1.
 *
 * @param soldOut what is left of the score of a product that is out of stock
 * @param coverage the query's words stand in the title or brand, weighted by what they say
 * @param adjacency neighbours of the query are neighbours in the title
 * @param density the title has little beside the query's words
 */
record Weights(
        float popularity,
        float clicks,
        float personal,
        float soldOut,
        float coverage,
        float adjacency,
        float density) {
    static final Weights DEFAULT = new Weights(0.5f, 1f, 0.5f, 0.5f, 0.5f, 0.5f, 0.3f);
}
