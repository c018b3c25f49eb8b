package dev.vitrine.training.spectral;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.training.linear.NativeMatrix;
import dev.vitrine.training.linear.Parallel;

/**
 * The normalised matrix {@code A = Du^-a R Di^-b} of people and items in both directions, with its
 * item-to-item smoothing {@code L = A'A}.
 */
final class Adjacency {
    private static final int BLOCK = 64;

    private final InteractionMatrix byPerson;
    private final InteractionMatrix byItem;
    private final float[] itemScale;

    private Adjacency(InteractionMatrix byPerson, float[] itemScale) {
        this.byPerson = byPerson;
        this.byItem = byPerson.transpose();
        this.itemScale = itemScale;
    }

    static Adjacency of(InteractionMatrix train, float personPower, float itemPower) {
        int[] counts = new int[train.columns()];
        for (int item : train.column()) {
            counts[item]++;
        }
        float[] itemScale = new float[counts.length];
        for (int item = 0; item < counts.length; item++) {
            itemScale[item] = (float) Math.pow(Math.max(1, counts[item]), -itemPower);
        }
        float[] value = new float[train.entries()];
        for (int row = 0; row < train.rows(); row++) {
            double scale = Math.pow(Math.max(1, train.rowLength(row)), -personPower);
            for (int p = train.rowStart()[row]; p < train.rowStart()[row + 1]; p++) {
                value[p] = (float) (train.value()[p] * scale * itemScale[train.column()[p]]);
            }
        }
        return new Adjacency(
                new InteractionMatrix(
                        train.rows(), train.columns(), train.rowStart(), train.column(), value),
                itemScale);
    }

    /** The same with {@code L} divided by a positive number. */
    Adjacency smoothingDividedBy(float divisor) {
        float root = (float) (1 / Math.sqrt(divisor));
        float[] value = byPerson.value().clone();
        for (int p = 0; p < value.length; p++) {
            value[p] *= root;
        }
        return new Adjacency(
                new InteractionMatrix(
                        byPerson.rows(),
                        byPerson.columns(),
                        byPerson.rowStart(),
                        byPerson.column(),
                        value),
                itemScale);
    }

    int people() {
        return byPerson.rows();
    }

    int items() {
        return byPerson.columns();
    }

    /** {@code Di^-b}, one factor per item. */
    float[] itemScale() {
        return itemScale;
    }

    /**
     * {@code out = L in} for vectors of items, one place of a column per vector.
     *
     * @param between scratch with a column per person
     */
    void smooth(NativeMatrix in, NativeMatrix between, NativeMatrix out, int threads) {
        product(byPerson, in, between, threads);
        product(byItem, between, out, threads);
    }

    /** The same on the caller's thread. */
    void smooth(NativeMatrix in, NativeMatrix between, NativeMatrix out, float[] sum) {
        SparseProduct.multiply(byPerson, in, between, 0, people(), sum);
        SparseProduct.multiply(byItem, between, out, 0, items(), sum);
    }

    private static void product(
            InteractionMatrix sparse, NativeMatrix in, NativeMatrix out, int threads) {
        Parallel.blocks(
                sparse.rows(),
                BLOCK,
                threads,
                () -> {
                    float[] sum = new float[in.rows()];
                    return (from, to) -> SparseProduct.multiply(sparse, in, out, from, to, sum);
                });
    }
}
