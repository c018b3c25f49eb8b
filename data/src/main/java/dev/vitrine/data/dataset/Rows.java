package dev.vitrine.data.dataset;

import dev.vitrine.data.cleaning.DenseNumbers;
import dev.vitrine.data.event.EventType;
import java.util.Arrays;

/**
 * Rows while a data set is built, in the order they came. A person is the user where one is known,
 * otherwise the visitor; a visitor that was seen with exactly one user is that user.
 */
final class Rows {
    private static final int SEVERAL = -2;
    private static final int NOBODY = -1;

    private final DenseNumbers numbers = new DenseNumbers();
    private int[] userOf = new int[0];
    private int[] person = new int[1024];
    private int[] item = new int[1024];
    private long[] time = new long[1024];
    private byte[] type = new byte[1024];
    private float[] value = new float[1024];
    private int size;

    /** Takes note of who belongs together, also from events that give no row. */
    void meet(long visitor, long user) {
        if (visitor <= 0 || user <= 0 || visitor == user) {
            return;
        }
        int v = numbers.of(visitor);
        int u = numbers.of(user);
        if (v >= userOf.length) {
            int before = userOf.length;
            userOf = Arrays.copyOf(userOf, Math.max(v + 1, before * 2));
            Arrays.fill(userOf, before, userOf.length, NOBODY);
        }
        if (userOf[v] == NOBODY) {
            userOf[v] = u;
        } else if (userOf[v] != u) {
            userOf[v] = SEVERAL;
        }
    }

    void add(long visitor, long user, int itemNumber, long at, EventType kind, double worth) {
        if (size == item.length) {
            int length = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, size * 2L));
            person = Arrays.copyOf(person, length);
            item = Arrays.copyOf(item, length);
            time = Arrays.copyOf(time, length);
            type = Arrays.copyOf(type, length);
            value = Arrays.copyOf(value, length);
        }
        person[size] = numbers.of(user > 0 ? user : visitor);
        item[size] = itemNumber;
        time[size] = at;
        type[size] = (byte) kind.ordinal();
        value[size++] = (float) worth;
    }

    /** All rows by person and time; the order of arrival decides between equal times. */
    DatasetColumns sorted() {
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            int known = person[i] < userOf.length ? userOf[person[i]] : NOBODY;
            person[i] = known >= 0 ? known : person[i];
            keys[i] = numbers.key(person[i]);
        }
        Arrays.parallelSort(keys);
        int people = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || keys[i] != keys[i - 1]) {
                keys[people++] = keys[i];
            }
        }
        long[] personNumber = Arrays.copyOf(keys, people);
        int[] rank = new int[numbers.size()];
        for (int p = 0; p < people; p++) {
            rank[numbers.find(personNumber[p])] = p;
        }
        int[] start = new int[people + 1];
        for (int i = 0; i < size; i++) {
            start[rank[person[i]] + 1]++;
        }
        for (int p = 0; p < people; p++) {
            start[p + 1] += start[p];
        }
        int[] order = new int[size];
        int[] next = Arrays.copyOf(start, people);
        for (int i = 0; i < size; i++) {
            order[next[rank[person[i]]]++] = i;
        }
        sortEachByTime(start, order);
        return gather(personNumber, start, order);
    }

    private DatasetColumns gather(long[] personNumber, int[] start, int[] order) {
        int[] items = new int[size];
        long[] times = new long[size];
        byte[] types = new byte[size];
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            int from = order[i];
            items[i] = item[from];
            times[i] = time[from];
            types[i] = type[from];
            values[i] = value[from];
        }
        return new DatasetColumns(personNumber, start, items, times, types, values, new byte[0]);
    }

    private void sortEachByTime(int[] start, int[] order) {
        int[] scratch = new int[size];
        for (int p = 0; p + 1 < start.length; p++) {
            boolean rising = true;
            for (int i = start[p] + 1; i < start[p + 1] && rising; i++) {
                rising = time[order[i - 1]] <= time[order[i]];
            }
            if (!rising) {
                mergeSort(order, scratch, start[p], start[p + 1]);
            }
        }
    }

    /** Stable, bottom up. */
    private void mergeSort(int[] order, int[] scratch, int from, int to) {
        for (long width = 1; width < to - from; width *= 2) {
            for (long left = from; left < to; left += 2 * width) {
                int middle = (int) Math.min(left + width, to);
                int right = (int) Math.min(left + 2 * width, to);
                int a = (int) left;
                int b = middle;
                for (int out = (int) left; out < right; out++) {
                    boolean takeLeft =
                            a < middle && (b >= right || time[order[a]] <= time[order[b]]);
                    scratch[out] = takeLeft ? order[a++] : order[b++];
                }
            }
            System.arraycopy(scratch, from, order, from, to - from);
        }
    }
}
