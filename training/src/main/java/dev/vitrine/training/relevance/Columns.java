package dev.vitrine.training.relevance;

import dev.vitrine.training.trees.TreeRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Features of pairs, one column each, by name. The part of a name before its point is its group.
 */
final class Columns {
    private final int rows;
    private final Map<String, float[]> columns = new LinkedHashMap<>();

    Columns(int rows) {
        this.rows = rows;
    }

    /** A new column, to be filled. */
    float[] add(String name) {
        float[] column = new float[rows];
        if (columns.put(name, column) != null) {
            throw new IllegalArgumentException("there are two columns " + name);
        }
        return column;
    }

    float[] column(String name) {
        float[] column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name + " in " + columns.keySet());
        }
        return column;
    }

    List<String> names() {
        return List.copyOf(columns.keySet());
    }

    int size() {
        return rows;
    }

    /** Some rows of all columns but those of the groups named. */
    TreeRows rows(int[] picked, float[] labels, List<String> without) {
        List<String> names = new ArrayList<>();
        for (String name : columns.keySet()) {
            if (!without.contains(name.substring(0, name.indexOf('.')))) {
                names.add(name);
            }
        }
        float[] features = new float[Math.multiplyExact(picked.length, names.size())];
        float[] pickedLabels = new float[picked.length];
        for (int i = 0; i < names.size(); i++) {
            float[] column = column(names.get(i));
            for (int row = 0; row < picked.length; row++) {
                features[row * names.size() + i] = column[picked[row]];
            }
        }
        for (int row = 0; row < picked.length; row++) {
            pickedLabels[row] = labels[picked[row]];
        }
        return new TreeRows(names, features, pickedLabels, new int[0]);
    }
}
