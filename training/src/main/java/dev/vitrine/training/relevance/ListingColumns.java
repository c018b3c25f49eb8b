package dev.vitrine.training.relevance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the other pairs of the listing say of one, without their ratings: the other titles of its
 * term, the other terms of its product, and terms that are nearly the same.
 */
final class ListingColumns {
    /** Columns that are compared within a term. */
    private static final List<String> COMPARED =
            List.of(
                    "match.weightShare",
                    "match.alikeWeight",
                    "match.titleShare",
                    "place.headAlike",
                    "cosine.words",
                    "cosine.letters",
                    "cosine.meaning",
                    "cosine.bm25");

    private static final int NEAR_TERMS = 12;
    private static final double LEAST_NEAR = .25;

    private final Texts texts;
    private final Listing listing;
    private final CosineColumns spaces;
    private final Columns columns;
    private final int[][] byTerm;
    private final int[][] byProduct;

    ListingColumns(Texts texts, CosineColumns spaces, Columns columns) {
        this.texts = texts;
        this.listing = texts.listing();
        this.spaces = spaces;
        this.columns = columns;
        this.byTerm = listing.byTerm();
        this.byProduct = listing.byProduct();
    }

    void add() {
        counts();
        for (String name : COMPARED) {
            compare(name);
        }
        others();
        wordsOfOthers();
        terms();
        nearTerms();
    }

    /** Where the product stands in the catalogue. */
    void addOrder() {
        float[] order = columns.add("order.product");
        float[] rank = columns.add("order.rankInTerm");
        for (int[] group : byTerm) {
            for (int row : group) {
                long own = listing.order()[listing.product()[row]];
                order[row] = own;
                for (int other : group) {
                    rank[row] +=
                            listing.order()[listing.product()[other]] < own ? 1f / group.length : 0;
                }
            }
        }
    }

    private void counts() {
        float[] ofTerm = columns.add("counts.titlesOfTerm");
        float[] ofProduct = columns.add("counts.termsOfProduct");
        for (int row = 0; row < listing.size(); row++) {
            ofTerm[row] = byTerm[listing.term()[row]].length;
            ofProduct[row] = byProduct[listing.product()[row]].length;
        }
    }

    private void compare(String name) {
        String own = name.replace('.', '-');
        float[] values = columns.column(name);
        float[] mean = columns.add("compared.mean-" + own);
        float[] above = columns.add("compared.above-" + own);
        float[] below = columns.add("compared.below-" + own);
        for (int[] group : byTerm) {
            double sum = 0;
            float most = Float.NEGATIVE_INFINITY;
            for (int row : group) {
                sum += values[row];
                most = Math.max(most, values[row]);
            }
            for (int row : group) {
                mean[row] = (float) (sum / group.length);
                above[row] = values[row] - mean[row];
                below[row] = most - values[row];
            }
        }
    }

    /** How like the other titles of its term a title is. */
    private void others() {
        float[] mean = columns.add("others.meanWords");
        float[] meaning = columns.add("others.meanMeaning");
        float[] most = columns.add("others.mostWords");
        float[] least = columns.add("others.leastMeaning");
        float[] within = columns.add("others.termMeaning");
        float[] rank = columns.add("others.rankMeaning");
        for (int[] group : byTerm) {
            double all = 0;
            for (int row : group) {
                int title = listing.product()[row];
                least[row] = Float.NaN;
                mean[row] = Float.NaN;
                meaning[row] = Float.NaN;
                most[row] = Float.NaN;
                for (int other : group) {
                    if (other != row) {
                        int second = listing.product()[other];
                        float byWord = (float) spaces.words().cosine(title, second);
                        float byMeaning = (float) spaces.meaning().cosine(title, second);
                        mean[row] = plus(mean[row], byWord / (group.length - 1));
                        meaning[row] = plus(meaning[row], byMeaning / (group.length - 1));
                        most[row] = Float.isNaN(most[row]) ? byWord : Math.max(most[row], byWord);
                        least[row] =
                                Float.isNaN(least[row])
                                        ? byMeaning
                                        : Math.min(least[row], byMeaning);
                    }
                }
                all += Float.isNaN(meaning[row]) ? 0 : meaning[row] / group.length;
            }
            for (int row : group) {
                within[row] = group.length == 1 ? Float.NaN : (float) all;
                for (int other : group) {
                    rank[row] += meaning[other] > meaning[row] ? 1f / group.length : 0;
                }
            }
        }
    }

    private static float plus(float sum, float value) {
        return Float.isNaN(sum) ? value : sum + value;
    }

    /** Which of its words the other titles have: those of the title, and those it lacks. */
    private void wordsOfOthers() {
        float[] shared = columns.add("others.shareOfWords");
        float[] head = columns.add("others.shareOfHead");
        float[] lacking = columns.add("others.shareOfMissing");
        float[] complete = columns.add("others.complete");
        float[] first = columns.add("others.shareOfFirst");
        float[] found = columns.column("match.share");
        for (int[] group : byTerm) {
            Map<Integer, Integer> counts = new HashMap<>();
            Map<Integer, Integer> heads = new HashMap<>();
            for (int row : group) {
                int title = listing.product()[row];
                Arrays.stream(texts.titleStems(title))
                        .distinct()
                        .forEach(stem -> counts.merge(stem, 1, Integer::sum));
                heads.merge(head(title), 1, Integer::sum);
            }
            for (int row : group) {
                int title = listing.product()[row];
                int[] stems = texts.titleStems(title);
                float others = Math.max(1, group.length - 1);
                double sum = 0;
                double weights = 0;
                for (int stem : stems) {
                    sum += texts.idf(stem) * (counts.getOrDefault(stem, 1) - 1) / others;
                    weights += texts.idf(stem);
                }
                shared[row] =
                        group.length == 1 ? Float.NaN : (float) (sum / Math.max(1e-6, weights));
                head[row] =
                        group.length == 1
                                ? Float.NaN
                                : (heads.getOrDefault(head(title), 1) - 1) / others;
                first[row] =
                        group.length == 1 || stems.length == 0
                                ? Float.NaN
                                : (counts.getOrDefault(stems[0], 1) - 1) / others;
                for (int asked : texts.termStems(listing.term()[row])) {
                    if (Arrays.stream(stems).noneMatch(stem -> stem == asked)) {
                        lacking[row] =
                                Math.max(lacking[row], counts.getOrDefault(asked, 0) / others);
                    }
                }
                for (int other : group) {
                    complete[row] += other != row && found[other] >= 1 ? 1 / others : 0;
                }
            }
        }
    }

    private int head(int title) {
        int place = texts.titles().get(title).headWord();
        return place < 0 ? -1 : texts.titleStems(title)[place];
    }

    /** How like the other terms of its product a term is. */
    private void terms() {
        float[] most = columns.add("terms.mostLetters");
        float[] mean = columns.add("terms.meanMeaning");
        for (int[] group : byProduct) {
            for (int row : group) {
                most[row] = group.length == 1 ? Float.NaN : 0;
                mean[row] = group.length == 1 ? Float.NaN : 0;
                int term = spaces.term(listing.term()[row]);
                for (int other : group) {
                    if (other != row) {
                        int second = spaces.term(listing.term()[other]);
                        most[row] =
                                (float) Math.max(most[row], spaces.letters().cosine(term, second));
                        mean[row] +=
                                (float) spaces.meaning().cosine(term, second) / (group.length - 1);
                    }
                }
            }
        }
    }

    /** How like the titles of terms that are nearly the same a title is. */
    private void nearTerms() {
        float[] like = columns.add("near.titles");
        float[] head = columns.add("near.heads");
        float[] count = columns.add("near.terms");
        float[] nearest = columns.add("near.nearest");
        Nearest near = new Nearest(spaces.letters(), spaces.term(0), listing.terms().size());
        int width = spaces.meaning().width();
        for (int term = 0; term < byTerm.length; term++) {
            List<Nearest.Hit> hits = near.of(term, NEAR_TERMS, LEAST_NEAR);
            float[] centre = new float[width];
            Map<Integer, Double> heads = new HashMap<>();
            double weights = 0;
            for (Nearest.Hit hit : hits) {
                for (int pair : byTerm[hit.row()]) {
                    double weight = hit.cosine() / byTerm[hit.row()].length;
                    int title = listing.product()[pair];
                    for (int d = 0; d < width; d++) {
                        centre[d] += (float) weight * spaces.meaning().value(title, d);
                    }
                    heads.merge(head(title), weight, Double::sum);
                    weights += weight;
                }
            }
            DenseRows.normalize(centre, 0, width);
            for (int row : byTerm[term]) {
                int title = listing.product()[row];
                double cosine = 0;
                for (int d = 0; d < width; d++) {
                    cosine += centre[d] * spaces.meaning().value(title, d);
                }
                like[row] = hits.isEmpty() ? Float.NaN : (float) cosine;
                head[row] =
                        hits.isEmpty()
                                ? Float.NaN
                                : (float) (heads.getOrDefault(head(title), 0.0) / weights);
                count[row] = hits.size();
                nearest[row] = hits.isEmpty() ? 0 : (float) hits.getFirst().cosine();
            }
        }
    }
}
