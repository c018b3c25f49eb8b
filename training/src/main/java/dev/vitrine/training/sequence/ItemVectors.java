package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** The vectors of items that are being fitted: their own, and those of their features. */
final class ItemVectors {
    private static final String OWN = "items";
    private static final String FEATURES = "features";

    private final Torch torch;
    private final Parameters parameters;
    private final int items;
    private final int width;
    private final ItemFeatures known;

    /** Features of the item that has most. */
    private final int most;

    /** Whether all vectors take part in each step, or only those that it reads. */
    private final boolean whole;

    private float[] shown = new float[0];

    /**
     * @param whole whether steps ask for {@link #all}
     */
    ItemVectors(
            Torch torch,
            Parameters parameters,
            int items,
            int width,
            ItemFeatures known,
            boolean whole) {
        if (!known.none() && known.features().length != items) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "there are " + items + " items, and features of " + known.features().length);
        }
        this.torch = torch;
        this.parameters = parameters;
        this.items = items;
        this.width = width;
        this.known = known;
        this.whole = whole;
        this.most = Arrays.stream(known.features()).mapToInt(f -> f.length).max().orElse(0);
        double deviation = 1 / Math.sqrt(width);
        if (whole) {
            parameters.normal(OWN, deviation, items, width);
        } else {
            parameters.table(OWN, deviation, items, width);
        }
        if (most > 0) {
            parameters.normal(FEATURES, deviation, known.count(), width);
        }
    }

    /**
     * Takes vectors to begin with, row by row: those of features as they are, those of items as the
     * sum of their own and their features'.
     */
    void begin(float[] vectors, float[] features) {
        if (most == 0) {
            parameters.restore(Map.of(OWN, vectors));
            return;
        }
        float[] own = vectors.clone();
        float[] told = new float[width];
        for (int item = 0; item < items; item++) {
            Arrays.fill(told, 0);
            add(features, known.features()[item], known.weights()[item], width, told, 0);
            for (int d = 0; d < width; d++) {
                own[item * width + d] -= told[d];
            }
        }
        parameters.restore(Map.of(OWN, own, FEATURES, features));
    }

    /**
     * The vectors of features as they are now, row by row; none where nothing is known of items.
     */
    float[] features() {
        return most == 0 ? new float[0] : parameters.values(FEATURES);
    }

    /** Draws whose own vectors the next step leaves out. */
    void begin(SplittableRandom random) {
        if (most == 0 || known.hidden() == 0) {
            return;
        }
        shown = new float[items];
        for (int item = 0; item < items; item++) {
            shown[item] = random.nextDouble() < known.hidden() ? 0 : 1;
        }
    }

    /** No own vector is left out from here on. */
    void showAll() {
        shown = new float[0];
    }

    /**
     * The vectors of all items.
     *
     * @return [items, width]
     */
    NDArray all() {
        NDArray own = parameters.get(OWN);
        if (most == 0) {
            return own;
        }
        return described(
                shown.length == 0 ? own : own.mul(torch.floats(shown, items, 1)),
                LongStream.range(0, items).toArray());
    }

    /**
     * The vectors of some items.
     *
     * @return [numbers, width]
     */
    NDArray of(long... numbers) {
        NDArray own =
                whole
                        ? SequenceNetwork.rows(
                                torch.longs(numbers, numbers.length), parameters.get(OWN))
                        : parameters.rows(OWN, numbers);
        if (most == 0) {
            return own;
        }
        if (shown.length > 0) {
            float[] each = new float[numbers.length];
            for (int i = 0; i < each.length; i++) {
                each[i] = shown[(int) numbers[i]];
            }
            own = own.mul(torch.floats(each, numbers.length, 1));
        }
        return described(own, numbers);
    }

    /** Own vectors, and what the features of those items add. */
    private NDArray described(NDArray own, long... numbers) {
        long[] features = new long[numbers.length * most];
        float[] weights = new float[numbers.length * most];
        for (int i = 0; i < numbers.length; i++) {
            int[] of = known.features()[(int) numbers[i]];
            for (int f = 0; f < of.length; f++) {
                features[i * most + f] = of[f];
                weights[i * most + f] = known.weights()[(int) numbers[i]][f];
            }
        }
        NDArray vectors =
                SequenceNetwork.rows(
                        torch.longs(features, numbers.length, most), parameters.get(FEATURES));
        NDArray weighted = vectors.mul(torch.floats(weights, numbers.length, most, 1));
        return own.add(weighted.sum(new int[] {1}));
    }

    /** The vectors of all items as they are now, row by row. */
    float[] values() {
        float[] values = parameters.values(OWN);
        if (most == 0) {
            return values;
        }
        float[] features = parameters.values(FEATURES);
        for (int item = 0; item < items; item++) {
            add(
                    features,
                    known.features()[item],
                    known.weights()[item],
                    width,
                    values,
                    item * width);
        }
        return values;
    }

    /** The vector of an item that was not there when the model was fitted. */
    float[] of(int[] features, float... weights) {
        float[] vector = new float[width];
        if (most > 0) {
            add(parameters.values(FEATURES), features, weights, width, vector, 0);
        }
        return vector;
    }

    private static void add(
            float[] from, int[] features, float[] weights, int width, float[] to, int at) {
        for (int f = 0; f < features.length; f++) {
            for (int d = 0; d < width; d++) {
                to[at + d] += weights[f] * from[features[f] * width + d];
            }
        }
    }
}
