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
        sheet(history, allowed).offerTo(best);
    }

    /** All candidates with what each part gave them. */
    public Sheet sheet(History history, ItemMask allowed) {
        float[] weights = new float[parts.size()];
        for (int p = 0; p < weights.length; p++) {
            weights[p] = parts.get(p).weight();
        }
        return merge(proposals(history, allowed, weights), weights);
    }

    /**
     * The best of a sheet of this blend, with what each part gave them before its weight.
     *
     * @param most candidates, at least 1
     */
    public Candidates candidates(Sheet sheet, int most) {
        TopItems best = new TopItems(most);
        sheet.offerTo(best);
        best.sort();
        int[] items = new int[best.size()];
        float[] totals = new float[items.length];
        float[] scores = new float[items.length * parts.size()];
        for (int place = 0; place < items.length; place++) {
            items[place] = best.item(place);
            totals[place] = best.score(place);
            int slot = sheet.slot(items[place]);
            for (int p = 0; p < parts.size(); p++) {
                float weight = parts.get(p).weight();
                scores[place * parts.size() + p] =
                        weight > 0 ? sheet.scores[slot * parts.size() + p] / weight : 0;
            }
        }
        return new Candidates(parts.stream().map(Part::name).toList(), items, totals, scores);
    }

    /** What each part proposes, best first, before any weight. */
    public TopItems[] proposals(History history, ItemMask allowed) {
        float[] all = new float[parts.size()];
        Arrays.fill(all, 1);
        return proposals(history, allowed, all);
    }

    /** A part that weighs nothing is not asked. */
    private TopItems[] proposals(History history, ItemMask allowed, float[] weights) {
        TopItems[] proposals = new TopItems[parts.size()];
        for (int p = 0; p < proposals.length; p++) {
            proposals[p] = new TopItems(depth);
            if (weights[p] > 0) {
                parts.get(p).source().collect(history, allowed, proposals[p]);
                proposals[p].sort();
            }
        }
        return proposals;
    }

    /** Puts proposals together under weights; a part without a positive score adds nothing. */
    public static Sheet merge(TopItems[] proposals, float[] weights) {
        int candidates = 0;
        for (TopItems top : proposals) {
            candidates += top.size();
        }
        Sheet sheet = new Sheet(proposals.length, candidates);
        for (int p = 0; p < proposals.length; p++) {
            TopItems top = proposals[p];
            if (top.size() == 0 || !(top.score(0) > 0) || !(weights[p] > 0)) {
                continue;
            }
            float scale = weights[p] / top.score(0);
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

        private Sheet(int parts, int candidates) {
            this.parts = parts;
            int capacity = Integer.highestOneBit(Math.max(1, candidates) * 2 - 1) * 2;
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
