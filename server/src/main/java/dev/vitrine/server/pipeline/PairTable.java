package dev.vitrine.server.pipeline;

import dev.vitrine.applications.recommend.Calibration;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.ranking.PairFeatures;
import dev.vitrine.training.calibration.LogisticFit;
import dev.vitrine.training.clicks.ClickRows;
import dev.vitrine.training.evaluation.BinaryFigures;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.trees.TreeRows;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of people and items as rows: what models of pairs go by, what the blend's calibrated score
 * goes by, and whether it happened. People lie in the order of time, their rows together.
 */
final class PairTable {
    private static final int BLOCK = 16;
    private static final double LEAST = 1e-12;

    private final PairFeatures features;
    private final int parts;
    private final int[] firstRow;
    private final float[] values;
    private final double[][] inputs;
    private final boolean[] labels;

    private PairTable(PairFeatures features, int parts, List<ShopPairs.Asked> pairs) {
        this.features = features;
        this.parts = parts;
        firstRow = new int[pairs.size() + 1];
        for (int person = 0; person < pairs.size(); person++) {
            firstRow[person + 1] = firstRow[person] + pairs.get(person).items().length;
        }
        int rows = firstRow[pairs.size()];
        values = new float[rows * width()];
        inputs = new double[rows][];
        labels = new boolean[rows];
    }

    /**
     * Asks the retrievers of a blend, each about what a person's pairs have.
     *
     * @param features of the same retrievers
     */
    static PairTable of(
            Blend blend,
            PairFeatures features,
            List<ShopPairs.Asked> pairs,
            ParallelBlocks parallel) {
        PairTable table = new PairTable(features, blend.parts().size(), pairs);
        parallel.run(
                Math.ceilDiv(pairs.size(), BLOCK),
                () ->
                        block -> {
                            int end = Math.min(pairs.size(), (block + 1) * BLOCK);
                            for (int person = block * BLOCK; person < end; person++) {
                                table.fill(blend, pairs.get(person), table.firstRow[person]);
                            }
                        });
        return table;
    }

    private void fill(Blend blend, ShopPairs.Asked asked, int first) {
        float[] rows = features.rows(blend, asked.history(), asked.items(), asked.told());
        System.arraycopy(rows, 0, values, first * width(), rows.length);
        for (int i = 0; i < asked.items().length; i++) {
            inputs[first + i] =
                    Calibration.inputs(
                            blend,
                            asked.history(),
                            asked.items()[i],
                            asked.popularity()[i],
                            part -> Calibration.isCheap(blend.parts().get(part)));
            labels[first + i] = ShopPairs.Asked.label(i);
        }
    }

    int people() {
        return firstRow.length - 1;
    }

    int rows() {
        return labels.length;
    }

    /** Numbers of a row. */
    int width() {
        return features.names().size();
    }

    /** Rows of people from one to before another. */
    int rows(int from, int to) {
        return firstRow[to] - firstRow[from];
    }

    float[] values(int from, int to) {
        int width = width();
        return Arrays.copyOfRange(values, firstRow[from] * width, firstRow[to] * width);
    }

    boolean[] labels(int from, int to) {
        return Arrays.copyOfRange(labels, firstRow[from], firstRow[to]);
    }

    TreeRows trees(int from, int to) {
        float[] numbers = new float[rows(from, to)];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = labels[firstRow[from] + row] ? 1 : 0;
        }
        return new TreeRows(features.names(), values(from, to), numbers, new int[0]);
    }

    ClickRows clicks(int from, int to) {
        return new ClickRows(
                features.names(), values(from, to), List.of(), new int[0], labels(from, to));
    }

    /** The blend's calibration, fitted to some people; one that says nothing of too few. */
    Calibration calibration(int from, int to) {
        if (rows(from, to) == 0) {
            return Calibration.none(parts);
        }
        LogisticFit fit =
                LogisticFit.of(
                        Arrays.copyOfRange(inputs, firstRow[from], firstRow[to]), labels(from, to));
        return new Calibration(fit.weights(), fit.intercept());
    }

    /** What the blend's calibrated score says of some people. */
    double[] probabilities(Calibration calibration, int from, int to) {
        return Arrays.stream(inputs, firstRow[from], firstRow[to])
                .mapToDouble(calibration::probability)
                .toArray();
    }

    /**
     * The log loss of each of some people, the mean of their rows.
     *
     * @param probabilities of their rows
     */
    double[] losses(double[] probabilities, int from, int to) {
        double[] losses = new double[to - from];
        for (int person = from; person < to; person++) {
            for (int row = firstRow[person]; row < firstRow[person + 1]; row++) {
                double yes = probabilities[row - firstRow[from]];
                losses[person - from] -=
                        Math.log(Math.max(LEAST, labels[row] ? yes : 1 - yes))
                                / rows(person, person + 1);
            }
        }
        return losses;
    }

    /**
     * How good probabilities of all rows are; yes is what is more likely than not.
     *
     * @throws dev.vitrine.kernel.error.VitrineException DATA_UNSUITABLE without rows
     */
    BinaryFigures figures(double[] probabilities) {
        return BinaryFigures.of(probabilities, labels, .5);
    }
}
