package dev.vitrine.retrieval.vector;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Vectors by item number, and the best of them for a query. A search estimates every allowed row
 * from one bit a dimension and scores the most promising per cent exactly; see {@link Search} for
 * the steps and {@link Chunk} for the layout. A million rows of 64 dimensions take 144 MB.
 *
 * <p>Any number of threads may search while others put: a new item is found by every search that
 * begins after {@link #put} returned. A search that meets a row just being replaced may score it
 * from a mix of its old and new vector. Puts wait for each other and for {@link #save}.
 */
public final class VectorTable {
    /** Item numbers from here on are refused; the arrays of fewer fit into an int. */
    public static final int MAX_ITEMS = 1 << 27;

    public static final int MAX_DIMENSIONS = 4096;

    /** Vectors longer than this are refused, so that no product of two overflows. */
    private static final float MAX_LENGTH = 1e15f;

    /** A chunk's largest array stays below half of G1's smallest region. */
    private static final int CHUNK_BYTES = 1 << 18;

    private static final int CENTRE_SAMPLE = 1 << 16;

    private final Similarity similarity;
    private final int dimensions;
    private final long seed;
    private final float[] centre;
    private final Rotation rotation;
    private final SearchPool searches;

    private final ReentrantLock writing = new ReentrantLock();
    private final float[] scaled;
    private final float[] rotated;
    private volatile Rows rows;

    VectorTable(Similarity similarity, int dimensions, long seed, float[] centre, Chunk[] chunks) {
        this.similarity = similarity;
        this.dimensions = dimensions;
        this.seed = seed;
        this.centre = centre;
        this.rotation = new Rotation(dimensions, width(dimensions), seed);
        this.searches = new SearchPool(rotation, dimensions);
        this.scaled = new float[dimensions];
        this.rotated = new float[width(dimensions)];
        this.rows = new Rows(chunks, chunkBits(dimensions));
    }

    /**
     * An empty table, to be filled by {@link #put}. Estimates are better in a table that was built
     * from rows where those have a common direction.
     *
     * @param seed of the rotation; the same seed and vectors give the same answers
     */
    public static VectorTable empty(Similarity similarity, int dimensions, long seed) {
        requireDimensions(dimensions);
        return new VectorTable(
                similarity, dimensions, seed, new float[width(dimensions)], new Chunk[0]);
    }

    /**
     * A table of the items 0 to {@code items - 1}, those that {@code source} has.
     *
     * @param seed of the rotation; the same seed and vectors give the same answers
     * @throws VitrineException VECTOR_INVALID for a vector that is not finite or too long
     */
    public static VectorTable build(
            Similarity similarity, int dimensions, int items, VectorSource source, long seed) {
        VectorTable table = like(similarity, dimensions, items, source, seed);
        float[] vector = new float[dimensions];
        for (int item = 0; item < items; item++) {
            if (source.read(item, vector)) {
                table.put(item, vector);
            }
        }
        return table;
    }

    /**
     * An empty table for rows like those of {@code source}, to be filled by {@link #put}: their
     * common direction is known.
     *
     * @param rows that {@code source} has, from 0
     * @param seed as in {@link #build}
     */
    public static VectorTable like(
            Similarity similarity, int dimensions, int rows, VectorSource source, long seed) {
        VectorTable empty = empty(similarity, dimensions, seed);
        return new VectorTable(
                similarity, dimensions, seed, empty.centre(rows, source), new Chunk[0]);
    }

    /** The rotated mean of an even sample of the rows. */
    private float[] centre(int items, VectorSource source) {
        double[] sum = new double[width(dimensions)];
        float[] vector = new float[dimensions];
        int every = Math.max(1, items / CENTRE_SAMPLE);
        int count = 0;
        for (int item = 0; item < items; item += every) {
            if (source.read(item, vector)) {
                scale(item, vector, scaled);
                rotation.apply(scaled, rotated);
                for (int d = 0; d < rotated.length; d++) {
                    sum[d] += rotated[d];
                }
                count++;
            }
        }
        float[] mean = new float[sum.length];
        for (int d = 0; d < mean.length; d++) {
            mean[d] = count == 0 ? 0 : (float) (sum[d] / count);
        }
        return mean;
    }

    public Similarity similarity() {
        return similarity;
    }

    public int dimensions() {
        return dimensions;
    }

    /** Items with a vector. */
    public int size() {
        int size = 0;
        for (Chunk chunk : rows.chunks()) {
            for (int block = 0; block < chunk.present.length; block++) {
                size += Long.bitCount(chunk.present(block));
            }
        }
        return size;
    }

    /** No item number with a vector is as high as this; what a mask of all has to cover. */
    public int capacity() {
        Rows current = rows;
        return current.chunks().length << current.chunkBits();
    }

    /** Bytes of all rows together. */
    public long bytes() {
        return capacity() * bytesEach(dimensions) + capacity() / 8;
    }

    /** Bytes that one row takes. */
    public static long bytesEach(int dimensions) {
        return 4L * planes(dimensions) + 2L * stride(dimensions) + 2 * Float.BYTES;
    }

    public boolean contains(int item) {
        Rows current = rows;
        return item >= 0
                && item < current.chunks().length << current.chunkBits()
                && chunk(current, item).has(row(current, item));
    }

    /**
     * Gives an item a vector, in place of the one it may have.
     *
     * @throws VitrineException VECTOR_INVALID for a wrong width, a component that is not finite, a
     *     length over 1e15 or an item number that is negative or not below {@link #MAX_ITEMS}
     */
    public void put(int item, float[] vector) {
        if (item < 0 || item >= MAX_ITEMS) {
            throw invalid("item number " + item + " is not between 0 and " + (MAX_ITEMS - 1));
        }
        writing.lock();
        try {
            scale(item, vector, scaled);
            Rows current = grown(item);
            Chunk chunk = chunk(current, item);
            int row = row(current, item);
            chunk.hide(row);
            writeValues(chunk, row);
            writeSigns(chunk, row);
            chunk.show(row);
        } finally {
            writing.unlock();
        }
    }

    /** Takes an item out; true when it was in. */
    public boolean remove(int item) {
        writing.lock();
        try {
            boolean was = contains(item);
            if (was) {
                chunk(rows, item).hide(row(rows, item));
            }
            return was;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Reads the vector of an item as it is stored: 16 bits a component, at length one for cosine.
     *
     * @return false when the item has none
     */
    public boolean read(int item, float[] vector) {
        if (!contains(item)) {
            return false;
        }
        Rows current = rows;
        Chunk chunk = chunk(current, item);
        int row = row(current, item);
        int at = row * stride(dimensions);
        for (int d = 0; d < dimensions; d++) {
            vector[d] = chunk.values[at + d] * chunk.scales[row];
        }
        return true;
    }

    /**
     * Offers the items of {@code allowed} that fit best to {@code query}, with their exact scores,
     * to {@code best}; its capacity says how many are sought. Allocates nothing once as many
     * searches have run at a time as ever will.
     *
     * @throws VitrineException VECTOR_INVALID as {@link #put}
     */
    public void search(float[] query, ItemMask allowed, TopItems best) {
        Search search = searches.take();
        try {
            scale(-1, query, search.vector());
            search.run(rows, allowed.words(), best);
        } finally {
            searches.give(search);
        }
    }

    /**
     * Writes the table to a file that appears under its name when it is whole and forced.
     *
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public void save(Path file) {
        writing.lock();
        try {
            VectorFile.write(file, similarity, dimensions, seed, centre, rows.chunks());
        } finally {
            writing.unlock();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws VitrineException MODEL_DAMAGED, MODEL_FORMAT or STORE_FAILED
     */
    public static VectorTable load(Path file) {
        return VectorFile.read(file);
    }

    private void scale(int item, float[] vector, float[] out) {
        if (vector.length != dimensions) {
            throw invalid(
                    name(item) + " has " + vector.length + " dimensions, expected " + dimensions);
        }
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        double length = Math.sqrt(squares);
        if (!(length <= MAX_LENGTH)) {
            throw invalid(name(item) + " has the length " + length + ", expected at most 1e15");
        }
        if (similarity == Similarity.INNER_PRODUCT || length == 0) {
            System.arraycopy(vector, 0, out, 0, dimensions);
            return;
        }
        for (int d = 0; d < dimensions; d++) {
            out[d] = (float) (vector[d] / length);
        }
    }

    private void writeValues(Chunk chunk, int row) {
        float largest = 0;
        for (float component : scaled) {
            largest = Math.max(largest, Math.abs(component));
        }
        chunk.scales[row] = largest / Short.MAX_VALUE;
        double inverse = largest == 0 ? 0 : (double) Short.MAX_VALUE / largest;
        int at = row * stride(dimensions);
        for (int d = 0; d < dimensions; d++) {
            chunk.values[at + d] = (short) Math.rint(scaled[d] * inverse);
        }
    }

    private void writeSigns(Chunk chunk, int row) {
        rotation.apply(scaled, rotated);
        int planes = planes(dimensions);
        int at = (row >>> 6) * planes * Chunk.BLOCK + (row & 63);
        double squares = 0;
        double sum = 0;
        for (int plane = 0; plane < planes; plane++) {
            int signs = 0;
            for (int bit = 0; bit < 32; bit++) {
                int d = plane * 32 + bit;
                double z = rotated[d] - centre[d];
                signs |= z < 0 ? 1 << bit : 0;
                squares += z * z;
                sum += Math.abs(z);
            }
            chunk.signs[at + plane * Chunk.BLOCK] = signs;
        }
        chunk.factors[row] = sum == 0 ? 0 : (float) (squares / sum);
    }

    private Rows grown(int item) {
        Rows current = rows;
        int needed = (item >>> current.chunkBits()) + 1;
        int present = current.chunks().length;
        if (needed <= present) {
            return current;
        }
        Chunk[] chunks = Arrays.copyOf(current.chunks(), needed);
        for (int i = present; i < needed; i++) {
            chunks[i] = newChunk(dimensions);
        }
        rows = new Rows(chunks, current.chunkBits());
        return rows;
    }

    static Chunk newChunk(int dimensions) {
        return new Chunk(1 << chunkBits(dimensions), planes(dimensions), stride(dimensions));
    }

    private static Chunk chunk(Rows rows, int item) {
        return rows.chunks()[item >>> rows.chunkBits()];
    }

    private static int row(Rows rows, int item) {
        return item & (1 << rows.chunkBits()) - 1;
    }

    /** Dimensions of signs: the next multiple of 64. */
    static int width(int dimensions) {
        return dimensions + 63 & -64;
    }

    static int planes(int dimensions) {
        return width(dimensions) / 32;
    }

    /** Shorts in a row: the next multiple of 16. */
    static int stride(int dimensions) {
        return dimensions + 15 & -16;
    }

    static int chunkBits(int dimensions) {
        int rows = CHUNK_BYTES / (2 * stride(dimensions));
        return Math.max(6, 31 - Integer.numberOfLeadingZeros(rows));
    }

    private static void requireDimensions(int dimensions) {
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw invalid(
                    "a vector has 1 to " + MAX_DIMENSIONS + " dimensions, found " + dimensions);
        }
    }

    private static String name(int item) {
        return item < 0 ? "the query" : "the vector of item " + item;
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(RetrievalError.VECTOR_INVALID, what);
    }
}
