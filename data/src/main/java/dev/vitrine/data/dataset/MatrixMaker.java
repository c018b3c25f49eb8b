package dev.vitrine.data.dataset;

import java.util.Arrays;

/** Makes matrices and histories out of columns. */
final class MatrixMaker {
    private MatrixMaker() {}

    static InteractionMatrix matrix(
            DatasetColumns data, int items, boolean[] parts, TypeWeights weights) {
        int people = data.personNumber().length;
        int[] rowStart = new int[people + 1];
        int[] column = new int[data.item().length];
        float[] value = new float[data.item().length];
        float[] collected = new float[items];
        int[] touched = new int[16];
        boolean sum = weights.combine() == TypeWeights.Combine.SUM;
        int entries = 0;
        for (int person = 0; person < people; person++) {
            int count = 0;
            for (int row = data.personStart()[person];
                    row < data.personStart()[person + 1];
                    row++) {
                float weight = weights.byType()[data.type()[row]];
                if (weight == 0 || !parts[data.part()[row]]) {
                    continue;
                }
                int item = data.item()[row];
                if (collected[item] == 0) {
                    if (count == touched.length) {
                        touched = Arrays.copyOf(touched, count * 2);
                    }
                    touched[count++] = item;
                }
                collected[item] =
                        sum ? collected[item] + weight : Math.max(collected[item], weight);
            }
            Arrays.sort(touched, 0, count);
            for (int i = 0; i < count; i++) {
                column[entries] = touched[i];
                value[entries++] = collected[touched[i]];
                collected[touched[i]] = 0;
            }
            rowStart[person + 1] = entries;
        }
        return new InteractionMatrix(
                people,
                items,
                rowStart,
                Arrays.copyOf(column, entries),
                Arrays.copyOf(value, entries));
    }

    static Histories histories(DatasetColumns data, boolean[] parts, TypeWeights weights) {
        int people = data.personNumber().length;
        int[] start = new int[people + 1];
        int[] item = new int[data.item().length];
        long[] time = new long[data.item().length];
        float[] weight = new float[data.item().length];
        int entries = 0;
        for (int person = 0; person < people; person++) {
            for (int row = data.personStart()[person];
                    row < data.personStart()[person + 1];
                    row++) {
                float worth = weights.byType()[data.type()[row]];
                if (worth == 0 || !parts[data.part()[row]]) {
                    continue;
                }
                item[entries] = data.item()[row];
                time[entries] = data.time()[row];
                weight[entries++] = worth;
            }
            start[person + 1] = entries;
        }
        return new Histories(
                start,
                Arrays.copyOf(item, entries),
                Arrays.copyOf(time, entries),
                Arrays.copyOf(weight, entries));
    }
}
