package dev.vitrine.training.clicks;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.List;

/**
 * Cases that a click model is fitted to or asked about: numbers, and categories as codes.
 *
 * @param numbers names of the numbers
 * @param values row by row, NaN where one is missing, never infinite
 * @param fields the categories
 * @param codes row by row, one for each field, from 0 to its size less one
 * @param labels one for each row: whether it happened
 */
public record ClickRows(
        List<String> numbers, float[] values, List<Field> fields, int[] codes, boolean[] labels) {
    /**
     * A category.
     *
     * @param size how many codes it has
     */
    public record Field(String name, int size) {
        public Field {
            if (size < 1) {
                throw new VitrineException(
                        TrainingError.SETTING_INVALID,
                        "the category " + name + " has " + size + " codes, expected one at least");
            }
        }

        /** A code for a text that has no number: the same for the same text, by its hash. */
        public int hashed(String text) {
            int hash = text.hashCode() * 0x9E3779B9;
            return Math.floorMod(hash ^ hash >>> 16, size);
        }
    }

    public ClickRows {
        numbers = List.copyOf(numbers);
        fields = List.copyOf(fields);
        if (numbers.isEmpty() && fields.isEmpty()
                || values.length != (long) numbers.size() * labels.length
                || codes.length != (long) fields.size() * labels.length) {
            throw unsuitable(
                    values.length
                            + " numbers and "
                            + codes.length
                            + " codes for "
                            + labels.length
                            + " rows of "
                            + numbers.size()
                            + " numbers and "
                            + fields.size()
                            + " categories");
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.isInfinite(values[i])) {
                throw unsuitable(
                        "the number "
                                + numbers.get(i % numbers.size())
                                + " of row "
                                + i / numbers.size()
                                + " is infinite");
            }
        }
        for (int i = 0; i < codes.length; i++) {
            Field field = fields.get(i % fields.size());
            if (codes[i] < 0 || codes[i] >= field.size()) {
                throw unsuitable(
                        "the category "
                                + field.name()
                                + " of row "
                                + i / fields.size()
                                + " is "
                                + codes[i]
                                + ", expected 0 to "
                                + (field.size() - 1));
            }
        }
    }

    public int rows() {
        return labels.length;
    }

    int positives() {
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        return positives;
    }

    /**
     * Refuses rows without both labels.
     *
     * @param what the rows are for
     */
    void requireBoth(String what) {
        if (positives() == 0 || positives() == rows()) {
            throw unsuitable(
                    "of the "
                            + rows()
                            + " rows to "
                            + what
                            + " "
                            + positives()
                            + " are positive, but both kinds are needed");
        }
    }

    /** Refuses numbers that no row has. */
    void requireNumbers() {
        for (int i = 0; i < numbers.size(); i++) {
            boolean found = false;
            for (int row = 0; row < rows() && !found; row++) {
                found = !Float.isNaN(values[row * numbers.size() + i]);
            }
            if (!found) {
                throw unsuitable("the number " + numbers.get(i) + " is missing in every row");
            }
        }
    }

    /** The same with 0 for numbers that no row has, which a fit then learns nothing of. */
    public ClickRows filled() {
        int width = numbers.size();
        float[] all = values.clone();
        for (int i = 0; i < width; i++) {
            boolean found = false;
            for (int at = i; at < all.length && !found; at += width) {
                found = !Float.isNaN(all[at]);
            }
            for (int at = i; at < all.length && !found; at += width) {
                all[at] = 0;
            }
        }
        return new ClickRows(numbers, all, fields, codes, labels);
    }

    static VitrineException unsuitable(String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE,
                "a click model cannot be fitted to these rows: " + why);
    }

    /** Some of the rows. */
    public ClickRows pick(int[] rows) {
        float[] pickedValues = new float[rows.length * numbers.size()];
        int[] pickedCodes = new int[rows.length * fields.size()];
        boolean[] pickedLabels = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int of = rows[i];
            System.arraycopy(
                    values, of * numbers.size(), pickedValues, i * numbers.size(), numbers.size());
            System.arraycopy(
                    codes, of * fields.size(), pickedCodes, i * fields.size(), fields.size());
            pickedLabels[i] = labels[of];
        }
        return new ClickRows(numbers, pickedValues, fields, pickedCodes, pickedLabels);
    }
}
