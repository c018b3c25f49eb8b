package dev.vitrine.data.dataset;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.split.Part;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * Cleaned behaviour as columns, one row per event and product, with its split. Rows of a person lie
 * together in time order. People have dense numbers from 0 here; {@link #personNumber} gives the
 * durable one. Immutable and safe for any number of threads.
 */
public final class Dataset {
    private static final EventType[] TYPES = EventType.values();
    private static final Part[] PARTS = Part.values();

    private final Path directory;
    private final String hash;
    private final DatasetManifest manifest;
    private final DatasetColumns columns;

    Dataset(Path directory, String hash, DatasetManifest manifest, DatasetColumns columns) {
        this.directory = directory;
        this.hash = hash;
        this.manifest = manifest;
        this.columns = columns;
    }

    /**
     * Opens a data set and checks every file against its manifest, and the manifest against its
     * name.
     *
     * @throws dev.vitrine.kernel.error.VitrineException DATASET_INVALID naming the file at fault
     */
    public static Dataset open(Path directory) {
        return DatasetFiles.open(directory);
    }

    public Path directory() {
        return directory;
    }

    /** SHA-256 of the manifest, which has that of every file: the data set's name. */
    public String hash() {
        return hash;
    }

    public DatasetManifest manifest() {
        return manifest;
    }

    public int people() {
        return columns.personNumber().length;
    }

    /** Item numbers are below this. */
    public int items() {
        return manifest.items();
    }

    /** Number of rows. */
    public int events() {
        return columns.item().length;
    }

    /** The durable number (see data.event.People) of a person. */
    public long personNumber(int person) {
        return columns.personNumber()[person];
    }

    /** The dense number of a durable one; -1 when that person is not in this data set. */
    public int person(long personNumber) {
        int found = Arrays.binarySearch(columns.personNumber(), personNumber);
        return Math.max(found, -1);
    }

    /** The first row of a person; that of {@code people()} is {@code events()}. */
    public int start(int person) {
        return columns.personStart()[person];
    }

    public int item(int row) {
        return columns.item()[row];
    }

    /** Epoch milliseconds. */
    public long time(int row) {
        return columns.time()[row];
    }

    public EventType type(int row) {
        return TYPES[columns.type()[row]];
    }

    /** The rating of a rating, the quantity of anything else. */
    public float value(int row) {
        return columns.value()[row];
    }

    public Part part(int row) {
        return PARTS[columns.part()[row]];
    }

    /** The latest time in the given parts, epoch milliseconds; {@code Long.MIN_VALUE} if none. */
    public long latest(Set<Part> parts) {
        boolean[] wanted = wanted(parts);
        long latest = Long.MIN_VALUE;
        for (int row = 0; row < events(); row++) {
            if (wanted[columns.part()[row]]) {
                latest = Math.max(latest, columns.time()[row]);
            }
        }
        return latest;
    }

    /** People by items with the weights of what they did in the given parts. */
    public InteractionMatrix matrix(Set<Part> parts, TypeWeights weights) {
        return MatrixMaker.matrix(columns, items(), wanted(parts), weights);
    }

    /** What people did in the given parts, oldest first, types with weight 0 left out. */
    public Histories histories(Set<Part> parts, TypeWeights weights) {
        return MatrixMaker.histories(columns, wanted(parts), weights);
    }

    /**
     * The items that people turned to in {@code part}, each once with weight 1: what a model that
     * knows the parts before should have found.
     */
    public InteractionMatrix targets(Part part, TypeWeights weights) {
        InteractionMatrix found = matrix(Set.of(part), weights);
        float[] ones = new float[found.entries()];
        Arrays.fill(ones, 1f);
        return new InteractionMatrix(
                found.rows(), found.columns(), found.rowStart(), found.column(), ones);
    }

    private static boolean[] wanted(Set<Part> parts) {
        boolean[] wanted = new boolean[PARTS.length];
        for (Part part : parts) {
            wanted[part.ordinal()] = true;
        }
        return wanted;
    }
}
