package dev.vitrine.data.catalog;

import java.util.Optional;

/**
 * One change of the catalogue, in the order of {@code sequence}.
 *
 * @param sequence grows by at least one with every change; epochs of an index remember the one they
 *     were built at
 * @param number the item number: dense from 0, given once, never used again
 * @param product what it is now; empty when it was deleted
 */
public record ProductChange(long sequence, int number, String id, Optional<Product> product) {}
