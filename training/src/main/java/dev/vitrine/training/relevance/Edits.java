package dev.vitrine.training.relevance;

import java.util.Arrays;

/**
 * How many letters have to be put in, left out, replaced or swapped with their neighbour to make
 * one word of another (Damerau 1964, each place changed once).
 */
final class Edits {
    private Edits() {}

    /**
     * @param most beyond which {@code most + 1} is returned
     */
    static int between(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) > most) {
            return most + 1;
        }
        int width = b.length() + 1;
        int[] before = new int[width];
        int[] above = new int[width];
        int[] row = new int[width];
        Arrays.setAll(above, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j < width; j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int cost =
                        Math.min(above[j - 1] + (same ? 0 : 1), Math.min(above[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost = Math.min(cost, before[j - 2] + 1);
                }
                row[j] = cost;
                least = Math.min(least, cost);
            }
            if (least > most) {
                return most + 1;
            }
            int[] free = before;
            before = above;
            above = row;
            row = free;
        }
        return Math.min(above[b.length()], most + 1);
    }
}
