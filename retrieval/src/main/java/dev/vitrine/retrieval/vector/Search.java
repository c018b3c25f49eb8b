package dev.vitrine.retrieval.vector;

import dev.vitrine.retrieval.candidate.TopItems;

/**
 * One search over the chunks of a table, and the scratch space for it; used by one thread at a
 * time.
 *
 * <ol>
 *   <li>Count the allowed rows. When they are few, score each of them exactly; done.
 *   <li>Estimate an even sample of the blocks, to find the threshold that about {@link #wanted}
 *       rows exceed.
 *   <li>Estimate all blocks that hold an allowed row, collecting what exceeds the threshold.
 *   <li>Score what was collected exactly and offer it to the result.
 * </ol>
 *
 * <p>How many are wanted grows with the root of k and slowly with the rows: on 64-dimensional
 * factors of a million items 7,000 hold over 99 in 100 of the 100 best
 * (docs/decisions/008-vector-retrieval.md).
 */
final class Search {
    /** Scoring one row exactly costs about as much as estimating this many. */
    private static final long EXACT_COST = 16;

    /** The sample is large enough to hold about this many of the wanted rows. */
    private static final int SAMPLE_HITS = 256;

    private static final int BATCH = 256;

    private final Kernel kernel;
    private final Rotation rotation;
    private final int planes;
    private final int stride;
    private final BitQuery bits;
    private final float[] vector;
    private final float[] query;
    private final float[] estimates;
    private final long[] hits;
    private final float[] scores = new float[BATCH];
    private final Candidates candidates = new Candidates();
    private final TopItems sample = new TopItems(SAMPLE_HITS);

    Search(Kernel kernel, Rotation rotation, int dimensions) {
        this.kernel = kernel;
        this.rotation = rotation;
        this.planes = VectorTable.planes(dimensions);
        this.stride = VectorTable.stride(dimensions);
        int chunkRows = 1 << VectorTable.chunkBits(dimensions);
        this.estimates = new float[chunkRows];
        this.hits = new long[chunkRows / Chunk.BLOCK];
        this.bits = new BitQuery(planes);
        this.vector = new float[dimensions];
        this.query = new float[stride];
    }

    /** How many rows to score exactly for the best {@code k} of {@code rows}. */
    static int wanted(int k, long rows) {
        double wanted = Math.sqrt(k) * (450 + Math.pow(rows, 0.4));
        return (int) Math.min(rows, Math.max(wanted, 4.0 * k));
    }

    /** Where the query goes before {@link #run}. */
    float[] vector() {
        return vector;
    }

    void run(Rows table, long[] allowed, TopItems best) {
        System.arraycopy(vector, 0, query, 0, vector.length);
        long rows = count(table, allowed);
        int wanted = wanted(best.capacity(), rows);
        long all = (long) table.chunks().length << table.chunkBits();
        if (rows * EXACT_COST <= all + wanted * EXACT_COST) {
            scoreAll(table, allowed, best);
            return;
        }
        bits.set(vector, rotation);
        float threshold = sampleThreshold(table, allowed, wanted);
        collect(table, allowed, wanted, threshold);
        if (candidates.size() < wanted / 2) {
            // The sample misled (rows in an order that the stride of the sample hits); take all.
            collect(table, allowed, wanted, Float.NEGATIVE_INFINITY);
        }
        scoreCandidates(table, best);
    }

    /**
     * First all scores of a batch, then all offers: a row is a cache miss, and misses overlap only
     * when no branch that waits for one is between them.
     */
    private void scoreCandidates(Rows table, TopItems best) {
        for (int begin = 0; begin < candidates.size(); begin += BATCH) {
            int count = Math.min(BATCH, candidates.size() - begin);
            for (int i = 0; i < count; i++) {
                scores[i] = score(table, candidates.item(begin + i));
            }
            for (int i = 0; i < count; i++) {
                best.offer(candidates.item(begin + i), scores[i]);
            }
        }
    }

    private static long count(Rows table, long[] allowed) {
        long rows = 0;
        for (int c = 0; c < table.chunks().length; c++) {
            Chunk chunk = table.chunks()[c];
            for (int b = 0; b < chunk.present.length; b++) {
                rows += Long.bitCount(chunk.present(b) & word(allowed, table, c, b));
            }
        }
        return rows;
    }

    private static long word(long[] allowed, Rows table, int chunk, int block) {
        int word = (chunk << table.chunkBits() - 6) + block;
        return word < allowed.length ? allowed[word] : 0;
    }

    private void scoreAll(Rows table, long[] allowed, TopItems best) {
        for (int c = 0; c < table.chunks().length; c++) {
            Chunk chunk = table.chunks()[c];
            for (int b = 0; b < chunk.present.length; b++) {
                long hits = chunk.present(b) & word(allowed, table, c, b);
                int first = (c << table.chunkBits()) + (b << 6);
                for (; hits != 0; hits &= hits - 1) {
                    int item = first + Long.numberOfTrailingZeros(hits);
                    best.offer(item, score(table, item));
                }
            }
        }
    }

    private float score(Rows table, int item) {
        Chunk chunk = table.chunks()[item >>> table.chunkBits()];
        int row = item & (1 << table.chunkBits()) - 1;
        return kernel.dot(query, chunk.values, row * stride, stride) * chunk.scales[row];
    }

    private float sampleThreshold(Rows table, long[] allowed, int wanted) {
        sample.clear();
        int perChunk = 1 << table.chunkBits() - 6;
        int blocks = table.chunks().length * perChunk;
        double every = Math.max(1, (double) wanted / SAMPLE_HITS);
        for (double at = every / 2; at < blocks; at += every) {
            int c = (int) at / perChunk;
            int b = (int) at % perChunk;
            Chunk chunk = table.chunks()[c];
            hits[b] = chunk.present(b) & word(allowed, table, c, b);
            estimate(chunk, b, b + 1, sample.threshold());
            for (long left = hits[b]; left != 0; left &= left - 1) {
                int row = (b << 6) + Long.numberOfTrailingZeros(left);
                sample.offer(row, estimates[row]);
            }
        }
        return sample.threshold();
    }

    private void collect(Rows table, long[] allowed, int wanted, float threshold) {
        candidates.reset(2 * wanted, threshold);
        for (int c = 0; c < table.chunks().length; c++) {
            Chunk chunk = table.chunks()[c];
            int blocks = chunk.present.length;
            for (int b = 0; b < blocks; b++) {
                hits[b] = chunk.present(b) & word(allowed, table, c, b);
            }
            estimate(chunk, 0, blocks, candidates.threshold());
            for (int b = 0; b < blocks; b++) {
                for (long left = hits[b]; left != 0; left &= left - 1) {
                    int row = (b << 6) + Long.numberOfTrailingZeros(left);
                    candidates.add((c << table.chunkBits()) + row, estimates[row]);
                }
            }
        }
    }

    private void estimate(Chunk chunk, int from, int to, float threshold) {
        kernel.estimate(chunk, from, to, planes, bits.ints, bits.total, threshold, hits, estimates);
    }
}
