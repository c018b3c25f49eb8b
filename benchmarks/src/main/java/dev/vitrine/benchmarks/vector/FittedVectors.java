package dev.vitrine.benchmarks.vector;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Item factors of implicit ALS fitted on simulated behaviour, and shoppers folded in as queries.
 * The behaviour: items belong to clusters of uneven size, with uneven popularity inside each and
 * one of twelve styles; a shopper likes one to five clusters, two more from the neighbourhood of
 * the first, and one style; a tenth of what a shopper does is noise. So the vectors have the
 * clusters, lengths and long tail of a shop's, which random vectors do not have.
 *
 * @param items 64 floats for each item
 * @param queries vectors of shoppers that the model was not fitted on
 */
record FittedVectors(float[] items, float[][] queries) {
    static final int DIMENSIONS = 64;

    private static final int ITEMS_PER_CLUSTER = 500;
    private static final int NEIGHBOURHOOD = 40;
    private static final int STYLES = 12;

    /**
     * The weight of all unobserved cells of a shopper together, in items. With a weight for each
     * cell that suits a small catalogue, a million items would draw all factors to zero.
     */
    private static final double UNOBSERVED_ITEMS = 500;

    /**
     * Simulates and fits.
     *
     * @param itemCount a multiple of 20,000 gives whole neighbourhoods of clusters
     */
    static FittedVectors fit(int itemCount, int queryCount, long seed, Progress progress) {
        Shop shop = new Shop(itemCount, new SplittableRandom(seed));
        int shoppers = Math.max(1_000, itemCount / 5);
        int[][] rows = new int[shoppers][];
        for (int u = 0; u < shoppers; u++) {
            rows[u] = shop.behaviour();
        }
        FactorModel model;
        try (ParallelBlocks parallel = new ParallelBlocks(2)) {
            model =
                    ImplicitFactors.fit(
                            matrix(rows, itemCount),
                            FactorSettings.DEFAULT
                                    .withDimensions(DIMENSIONS)
                                    .withUnobserved(UNOBSERVED_ITEMS / itemCount)
                                    .withRegularization(0.003)
                                    .withSweeps(6),
                            parallel,
                            progress);
        }
        float[][] queries = new float[queryCount][];
        for (int q = 0; q < queryCount; q++) {
            queries[q] = model.foldIn(History.of(shop.behaviour()));
        }
        return new FittedVectors(model.factors(), queries);
    }

    private static InteractionMatrix matrix(int[][] rows, int items) {
        int[] start = new int[rows.length + 1];
        for (int u = 0; u < rows.length; u++) {
            start[u + 1] = start[u] + rows[u].length;
        }
        int[] columns = new int[start[rows.length]];
        for (int u = 0; u < rows.length; u++) {
            System.arraycopy(rows[u], 0, columns, start[u], rows[u].length);
        }
        float[] ones = new float[columns.length];
        Arrays.fill(ones, 1f);
        return new InteractionMatrix(rows.length, items, start, columns, ones);
    }

    /** Draws from weights by bisection in their running sum. */
    private record Lottery(double[] sums) {
        static Lottery of(int count, double offset, double exponent) {
            double[] sums = new double[count];
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Math.pow(i + offset, -exponent);
                sums[i] = sum;
            }
            return new Lottery(sums);
        }

        int draw(SplittableRandom random) {
            int at = Arrays.binarySearch(sums, random.nextDouble() * sums[sums.length - 1]);
            return Math.min(at < 0 ? -at - 1 : at, sums.length - 1);
        }
    }

    private static final class Shop {
        private final SplittableRandom random;
        private final Lottery clusterLottery;
        private final int[][] members;
        private final Lottery[] memberLotteries;
        private final byte[] styles;

        Shop(int items, SplittableRandom random) {
            this.random = random;
            int clusters = Math.max(1, items / ITEMS_PER_CLUSTER / NEIGHBOURHOOD) * NEIGHBOURHOOD;
            clusterLottery = Lottery.of(clusters, 10, 0.6);
            int[] clusterOf = new int[items];
            int[] sizes = new int[clusters];
            styles = new byte[items];
            for (int i = 0; i < items; i++) {
                clusterOf[i] = i < clusters ? i : clusterLottery.draw(random);
                sizes[clusterOf[i]]++;
                styles[i] = (byte) random.nextInt(STYLES);
            }
            members = new int[clusters][];
            memberLotteries = new Lottery[clusters];
            for (int k = 0; k < clusters; k++) {
                members[k] = new int[sizes[k]];
                memberLotteries[k] = Lottery.of(sizes[k], 5, 0.7);
            }
            for (int i = items - 1; i >= 0; i--) {
                members[clusterOf[i]][--sizes[clusterOf[i]]] = i;
            }
        }

        /** The items of one new shopper, rising and distinct. */
        int[] behaviour() {
            int own = 1 + random.nextInt(5);
            int[] liked = new int[own + 2];
            for (int j = 0; j < own; j++) {
                liked[j] = clusterLottery.draw(random);
            }
            int neighbourhood = liked[0] % (members.length / NEIGHBOURHOOD);
            for (int j = own; j < liked.length; j++) {
                liked[j] =
                        neighbourhood
                                + random.nextInt(NEIGHBOURHOOD) * (members.length / NEIGHBOURHOOD);
            }
            int style = random.nextInt(STYLES);
            int length = Math.min(500, 8 + (int) (-48 * Math.log(1 - random.nextDouble())));
            int[] items = new int[length];
            for (int e = 0; e < length; e++) {
                boolean noise = random.nextInt(10) == 0;
                int cluster =
                        noise ? clusterLottery.draw(random) : liked[random.nextInt(liked.length)];
                items[e] = item(cluster, style);
            }
            return Arrays.stream(items).sorted().distinct().toArray();
        }

        private int item(int cluster, int style) {
            int item = 0;
            for (int attempt = 0; attempt < 4; attempt++) {
                item = members[cluster][memberLotteries[cluster].draw(random)];
                if (styles[item] == style || random.nextInt(4) == 0) {
                    break;
                }
            }
            return item;
        }
    }
}
