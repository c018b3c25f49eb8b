package dev.vitrine.data.intake;

import java.util.ArrayList;
import java.util.List;

/** Category paths written as one text, such as {@code Home > Kitchen}. */
final class CategoryPath {
    private CategoryPath() {}

    /** The levels from the root; empty levels are dropped. */
    static List<String> split(String text, String separator) {
        List<String> levels = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int to = text.indexOf(separator, from);
            if (to < 0) {
                to = text.length();
            }
            String level = text.substring(from, to).strip();
            if (!level.isEmpty()) {
                levels.add(level);
            }
            from = to + separator.length();
        }
        return levels;
    }
}
