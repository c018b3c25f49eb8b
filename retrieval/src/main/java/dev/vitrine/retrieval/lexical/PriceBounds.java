package dev.vitrine.retrieval.lexical;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bounds of price ranges that divide the catalogue into about equal parts at round numbers. */
record PriceBounds(List<Double> bounds) {
    private static final int PARTS = 6;
    private static final int SAMPLE = 4_096;

    static PriceBounds of(SegmentColumns[] columns) {
        long documents = 0;
        for (SegmentColumns segment : columns) {
            documents += segment.prices.length;
        }
        int step = (int) Math.max(1, documents / SAMPLE);
        double[] sample = new double[(int) (documents / step) + columns.length + 1];
        int size = 0;
        for (SegmentColumns segment : columns) {
            for (int i = 0; i < segment.prices.length; i += step) {
                if (segment.prices[i] > 0) {
                    sample[size++] = segment.prices[i];
                }
            }
        }
        Arrays.sort(sample, 0, size);
        List<Double> bounds = new ArrayList<>();
        for (int part = 1; part < PARTS && size > 0; part++) {
            double bound = round(sample[(int) ((long) size * part / PARTS)]);
            if (bounds.isEmpty() || bound > bounds.getLast()) {
                bounds.add(bound);
            }
        }
        return new PriceBounds(List.copyOf(bounds));
    }

    /** The nearest of 1, 2, 5 and their multiples by powers of ten. */
    static double round(double price) {
        double power = Math.pow(10, Math.floor(Math.log10(price)));
        double lead = price / power;
        double rounded = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
        return rounded * power;
    }
}
