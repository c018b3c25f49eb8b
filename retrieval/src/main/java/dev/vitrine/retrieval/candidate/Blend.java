package dev.vitrine.retrieval.candidate;

import java.util.Arrays;
import java.util.List;

/**
 * Several sources as one: each proposes its best, its scores are divided by its highest, and an
 * item's score is the weighted sum. What is evaluated in training and what serves is this class.
 */
public final class Blend implements CandidateSource {
    private final List<Part> parts;
    private final int depth;

    /**
     * @param name for explanations
     * @param weight positive
     */
    public record Part(String name, CandidateSource source, float weight) {}

    /**
     * @param depth how many items each part proposes
     */
    public Blend(List<Part> parts, int depth) {
        this.parts = List.copyOf(parts);
        this.depth = depth;
    }

    public List<Part> parts() {
        return parts;
    }

    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        Sheet sheet = sheet(history, allowed);
        for (int slot = 0; slot < sheet.items.length; slot++) {
            if (sheet.items[slot] >= 0) {
                best.offer(sheet.items[slot], sheet.total(slot));
            }
        }
    }

    /** All candidates with what each part gave them. */
    public Sheet sheet(History history, ItemMask allowed) {
        Sheet sheet = new Sheet(parts.size(), depth);
        TopItems top = new TopItems(depth);
        for (int p = 0; p < parts.size(); p++) {
            Part part = parts.get(p);
            top.clear();
            part.source().collect(history, allowed, top);
            top.sort();
            if (top.size() == 0 || !(top.score(0) > 0)) {
                continue;
            }
            float scale = part.weight() / top.score(0);
            for (int i = 0; i < top.size() && top.score(i) > 0; i++) {
                sheet.add(top.item(i), p, top.score(i) * scale);
            }
        }
        return sheet;
    }

    /** Candidates in an open-addressing table; at most half full. */
    public static final class Sheet {
        private final int parts;
        private final int[] items;
        private final float[] scores;

        private Sheet(int parts, int depth) {
            this.parts = parts;
            int capacity = Integer.highestOneBit(Math.max(1, parts * depth) * 2 - 1) * 2;
            items = new int[capacity];
            Arrays.fill(items, -1);
            scores = new float[capacity * parts];
        }

        private void add(int item, int part, float score) {
            scores[slot(item) * parts + part] += score;
        }

        private int slot(int item) {
            int mask = items.length - 1;
            int slot = (item * 0x9E3779B9) >>> 7 & mask;
            while (items[slot] != item) {
                if (items[slot] < 0) {
                    items[slot] = item;
                    return slot;
                }
                slot = slot + 1 & mask;
            }
            return slot;
        }

        /** Offers every candidate with its total. */
        public void offerTo(TopItems best) {
            for (int slot = 0; slot < items.length; slot++) {
                if (items[slot] >= 0) {
                    best.offer(items[slot], total(slot));
                }
            }
        }

        /** The part that gave an item most; -1 when none proposed it. */
        public int leadingPart(int item) {
            int mask = items.length - 1;
            int slot = (item * 0x9E3779B9) >>> 7 & mask;
            while (items[slot] != item) {
                if (items[slot] < 0) {
                    return -1;
                }
                slot = slot + 1 & mask;
            }
            int best = 0;
            for (int p = 1; p < parts; p++) {
                if (scores[slot * parts + p] > scores[slot * parts + best]) {
                    best = p;
                }
            }
            return best;
        }

        private float total(int slot) {
            float sum = 0;
            for (int p = 0; p < parts; p++) {
                sum += scores[slot * parts + p];
            }
            return sum;
        }
    }
}
