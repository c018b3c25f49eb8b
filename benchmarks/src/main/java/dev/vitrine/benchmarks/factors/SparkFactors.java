package dev.vitrine.benchmarks.factors;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.evaluation.TopNSplit;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Ranks with the user and item factors that the peer wrote, its own users as they are. */
final class SparkFactors implements ItemScorer {
    private final Map<IntBuffer, Integer> rowOfHistory = new HashMap<>();
    private final float[][] users;
    private final float[][] items;
    private final DenseKernels kernels = DenseKernels.best();

    private SparkFactors(Path folder, InteractionMatrix train) throws IOException {
        users = factors(folder.resolve("users"), train.rows());
        items = factors(folder.resolve("items"), train.columns());
        // Two people with the same history have the same factor, so the history tells the row.
        for (int row = 0; row < train.rows(); row++) {
            rowOfHistory.put(IntBuffer.wrap(train.row(row)), row);
        }
    }

    static Recommender read(Path folder, TopNSplit split) throws IOException {
        return Recommender.of(new SparkFactors(folder, split.train()));
    }

    @Override
    public int items() {
        return items.length;
    }

    @Override
    public void score(History history, float[] scores) {
        Integer row = rowOfHistory.get(IntBuffer.wrap(history.items()));
        float[] user = row == null ? new float[0] : users[row];
        for (int i = 0; i < items.length; i++) {
            int width = Math.min(user.length, items[i].length);
            scores[i] = kernels.dot(user, 0, items[i], 0, width);
        }
    }

    private static float[][] factors(Path file, int rows) throws IOException {
        float[][] factors = new float[rows][0];
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int rank = in.readInt();
            while (true) {
                int row;
                try {
                    row = in.readInt();
                } catch (EOFException end) {
                    return factors;
                }
                float[] factor = new float[rank];
                for (int k = 0; k < rank; k++) {
                    factor[k] = in.readFloat();
                }
                factors[row] = factor;
            }
        }
    }
}
