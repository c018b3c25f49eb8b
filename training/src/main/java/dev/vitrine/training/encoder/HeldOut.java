package dev.vitrine.training.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder.Question;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.text.TextPairs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Parts a tenth of the rows off, by which fits are judged: all rows of a query or of a history go
 * to the same side, and which one depends on its text alone.
 */
final class HeldOut {
    private static final int ONE_IN = 10;
    private static final int FEWEST = 4;
    private static final int MOST_QUERIES = 500;
    private static final int MOST_PRODUCTS = 2_000;

    private HeldOut() {}

    private static boolean isHeldOut(String text) {
        int mixed = text.hashCode() * 0x9E3779B1;
        return Integer.remainderUnsigned(mixed ^ mixed >>> 15, ONE_IN) == 0;
    }

    /** Pairs to train with, or those that are held out. */
    static TextPairs pairs(TextPairs all, boolean heldOut) {
        int[] chosen =
                chosen(
                        all.size(),
                        pair -> isHeldOut(all.texts().get(all.left()[pair])) == heldOut,
                        "queries");
        return new TextPairs(
                all.texts(),
                IntStream.of(chosen).map(pair -> all.left()[pair]).toArray(),
                IntStream.of(chosen).map(pair -> all.right()[pair]).toArray());
    }

    /** Rows to train with, or those that are held out. */
    static LikeRows likes(LikeRows all, boolean heldOut) {
        int[] chosen =
                chosen(
                        all.size(),
                        row ->
                                isHeldOut(String.join("\n", all.questions().get(row).history()))
                                        == heldOut,
                        "histories");
        List<Question> questions = new ArrayList<>();
        boolean[] liked = new boolean[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            questions.add(all.questions().get(chosen[i]));
            liked[i] = all.liked()[chosen[i]];
        }
        return new LikeRows(questions, liked);
    }

    private static int[] chosen(int rows, IntPredicate wanted, String what) {
        int[] chosen = IntStream.range(0, rows).filter(wanted).toArray();
        if (chosen.length < FEWEST) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "of "
                            + rows
                            + " rows too few are left to train or to judge by when a tenth of the "
                            + what
                            + " is held out; some hundred are a beginning");
        }
        return chosen;
    }

    /**
     * How high an encoder ranks the products of queries that are held out among their products and
     * others: the mean of one over the rank.
     */
    static final class Judge {
        private final TextPairs heldOut;
        private final List<Integer> products;
        private final int queries;

        Judge(TextPairs heldOut, TextPairs trained) {
            this.heldOut = heldOut;
            this.queries = Math.min(MOST_QUERIES, heldOut.size());
            Set<Integer> distinct = new LinkedHashSet<>();
            for (int pair = 0; pair < queries; pair++) {
                distinct.add(heldOut.right()[pair]);
            }
            IntStream.of(trained.right()).distinct().limit(MOST_PRODUCTS).forEach(distinct::add);
            this.products = distinct.stream().limit(MOST_PRODUCTS).toList();
        }

        double judge(TextEncoder encoder) {
            List<String> texts = heldOut.texts();
            float[] asked =
                    encoder.encode(
                            IntStream.range(0, queries)
                                    .mapToObj(pair -> texts.get(heldOut.left()[pair]))
                                    .toList());
            float[] given = encoder.encode(products.stream().map(texts::get).toList());
            int width = encoder.width();
            double sum = 0;
            for (int query = 0; query < queries; query++) {
                int right = products.indexOf(heldOut.right()[query]);
                float score = dot(asked, query, given, right, width);
                int rank = 1;
                for (int other = 0; other < products.size(); other++) {
                    if (other != right && dot(asked, query, given, other, width) >= score) {
                        rank++;
                    }
                }
                sum += 1.0 / rank;
            }
            return sum / queries;
        }

        private static float dot(float[] left, int row, float[] right, int column, int width) {
            float sum = 0;
            for (int d = 0; d < width; d++) {
                sum += left[row * width + d] * right[column * width + d];
            }
            return sum;
        }
    }
}
