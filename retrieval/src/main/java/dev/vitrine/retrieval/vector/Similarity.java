package dev.vitrine.retrieval.vector;

/** What makes an item's vector fit to a query. */
public enum Similarity {
    /** The sum of the products of the components. */
    INNER_PRODUCT,
    /** The inner product of both scaled to length one, from -1 to 1; 0 where one is all zeros. */
    COSINE
}
