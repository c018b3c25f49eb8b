package dev.vitrine.retrieval.vector;

/**
 * The chunks that a search goes through; replaced by a longer list when the table grows.
 *
 * @param chunkBits a chunk has {@code 1 << chunkBits} rows
 */
record Rows(Chunk[] chunks, int chunkBits) {}
