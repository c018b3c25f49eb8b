package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.QueryPlan.Alternative;
import dev.vitrine.retrieval.lexical.QueryPlan.Group;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.BytesRef;

/**
 * Says how well a title answers a query: how much of the query is in it, whether in the same order
 * without gaps, and how little else there is. Reads {@link TitleTerms}; one search each; not
 * thread-safe.
 */
final class TitleScorer {
    private static final int SHORT_TITLE = 4;

    private final Weights weights;
    private final int[][][] hashes;
    private final float[] idf;
    private final float idfSum;

    /** By group, bit p is set when the group is found at place p of the title. */
    private final long[] places;

    private final boolean[] inBrand;

    TitleScorer(List<Group> groups, Weights weights) {
        this.weights = weights;
        hashes = new int[groups.size()][][];
        idf = new float[groups.size()];
        float sum = 0;
        for (int g = 0; g < groups.size(); g++) {
            List<Alternative> alternatives = groups.get(g).alternatives();
            hashes[g] = new int[alternatives.size()][];
            for (int a = 0; a < alternatives.size(); a++) {
                List<String> terms = alternatives.get(a).terms();
                hashes[g][a] = new int[terms.size()];
                for (int t = 0; t < terms.size(); t++) {
                    hashes[g][a][t] = TitleTerms.hash(terms.get(t));
                }
            }
            idf[g] = groups.get(g).idf();
            sum += idf[g];
        }
        idfSum = sum;
        places = new long[groups.size()];
        inBrand = new boolean[groups.size()];
    }

    /** The factor for a title: 1 when nothing of the query is in it. */
    float factor(BytesRef title) {
        if (hashes.length == 0 || title.length == 0) {
            return 1f;
        }
        read(title);
        float covered = 0;
        long matched = 0;
        int pairs = 0;
        for (int g = 0; g < places.length; g++) {
            if (places[g] != 0 || inBrand[g]) {
                covered += idf[g];
            }
            matched |= places[g];
            if (g > 0 && (places[g] & (places[g - 1] << 1)) != 0) {
                pairs++;
            }
        }
        int words = Math.max(SHORT_TITLE, title.bytes[title.offset]);
        float coverage = idfSum > 0 ? covered / idfSum : 0;
        float adjacency = places.length > 1 ? (float) pairs / (places.length - 1) : 0;
        float density = Math.min(1f, (float) Long.bitCount(matched) / words);
        return (1 + weights.coverage() * coverage)
                * (1 + weights.adjacency() * adjacency)
                * (1 + weights.density() * density);
    }

    /** True when the group was found in the title or brand that was scored last. */
    boolean found(int group) {
        return places[group] != 0 || inBrand[group];
    }

    private void read(BytesRef title) {
        Arrays.fill(places, 0);
        Arrays.fill(inBrand, false);
        for (int g = 0; g < hashes.length; g++) {
            for (int[] alternative : hashes[g]) {
                if (find(title, alternative, g)) {
                    break;
                }
            }
        }
    }

    private boolean find(BytesRef title, int[] alternative, int group) {
        long last = 0;
        boolean brand = false;
        for (int hash : alternative) {
            last = 0;
            boolean found = false;
            int end = title.offset + title.length;
            for (int at = title.offset + 1; at + 5 <= end; at += 5) {
                if (hashAt(title.bytes, at) == hash) {
                    int place = title.bytes[at + 4];
                    found = true;
                    if (place == TitleTerms.BRAND_PLACE) {
                        brand = true;
                    } else {
                        last |= 1L << place;
                    }
                }
            }
            if (!found) {
                return false;
            }
        }
        places[group] = last;
        inBrand[group] = brand;
        return true;
    }

    private static int hashAt(byte[] bytes, int at) {
        return bytes[at] << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
