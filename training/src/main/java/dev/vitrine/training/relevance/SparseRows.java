package dev.vitrine.training.relevance;

import dev.vitrine.data.dataset.InteractionMatrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Texts as sparse vectors of length one: what each is made of, by tf-idf (damped count times the
 * logarithm of how rare it is among the texts of the collection).
 */
final class SparseRows {
    private final Map<String, Integer> places = new HashMap<>();
    private final float[] idf;
    private final List<int[]> columns = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    /**
     * @param collection what rarity is counted in
     * @param fewest texts of the collection that must have a part for it to count
     */
    SparseRows(List<List<String>> collection, int fewest) {
        Map<String, Integer> counts = new TreeMap<>();
        for (List<String> text : collection) {
            text.stream().distinct().forEach(part -> counts.merge(part, 1, Integer::sum));
        }
        counts.forEach((part, count) -> {
            if (count >= fewest) {
                places.put(part, places.size());
            }
        });
        idf = new float[places.size()];
        counts.forEach((part, count) -> {
            Integer place = places.get(part);
            if (place != null) {
                idf[place] = (float) Math.log((collection.size() + 1.0) / (count + .5));
            }
        });
    }

    /** Adds a text and returns its row. */
    int add(List<String> parts) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        for (String part : parts) {
            Integer place = places.get(part);
            if (place != null) {
                counts.merge(place, 1, Integer::sum);
            }
        }
        int[] column = new int[counts.size()];
        float[] value = new float[counts.size()];
        int at = 0;
        double squares = 0;
        for (Map.Entry<Integer, Integer> each : counts.entrySet()) {
            column[at] = each.getKey();
            value[at] = (float) (1 + Math.log(each.getValue())) * idf[column[at]];
            squares += (double) value[at] * value[at];
            at++;
        }
        for (int i = 0; i < value.length; i++) {
            value[i] /= (float) Math.sqrt(squares);
        }
        columns.add(column);
        values.add(value);
        return columns.size() - 1;
    }

    /** Texts so far. */
    int size() {
        return columns.size();
    }

    /** The cosine of two rows; 0 where one is empty. */
    double cosine(int a, int b) {
        int[] left = columns.get(a);
        int[] right = columns.get(b);
        float[] leftValues = values.get(a);
        float[] rightValues = values.get(b);
        double sum = 0;
        for (int i = 0, j = 0; i < left.length && j < right.length; ) {
            if (left[i] == right[j]) {
                sum += leftValues[i++] * rightValues[j++];
            } else if (left[i] < right[j]) {
                i++;
            } else {
                j++;
            }
        }
        return sum;
    }

    int[] columns(int row) {
        return columns.get(row);
    }

    float[] values(int row) {
        return values.get(row);
    }

    /** How many different parts there are. */
    int width() {
        return idf.length;
    }

    /** All rows. */
    InteractionMatrix matrix() {
        int[] start = new int[size() + 1];
        for (int row = 0; row < size(); row++) {
            start[row + 1] = start[row] + columns.get(row).length;
        }
        int[] column = new int[start[size()]];
        float[] value = new float[start[size()]];
        for (int row = 0; row < size(); row++) {
            System.arraycopy(columns.get(row), 0, column, start[row], columns.get(row).length);
            System.arraycopy(values.get(row), 0, value, start[row], values.get(row).length);
        }
        return new InteractionMatrix(size(), width(), start, column, value);
    }
}
