package dev.vitrine.retrieval.ranking;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * How likely a shopper turns to an item: a graph over {@link PairFeatures} gives log odds, and a
 * calibration, fitted to rows that the graph was not, makes a probability of them. Safe for
 * concurrent callers when the graph is.
 */
public final class PairModel {
    private static final String KIND = "pairs";
    private static final int VERSION = 1;

    private final String name;
    private final PairFeatures features;
    private final Isotonic calibration;
    private final ClickModel graph;

    /**
     * @param name of what the graph holds, as answers tell it
     * @param graph {@link ClickModel#VALUES} to {@link ClickModel#SCORE}
     */
    public PairModel(String name, PairFeatures features, Isotonic calibration, GraphRunner graph) {
        this.name = name;
        this.features = features;
        this.calibration = calibration;
        this.graph = new ClickModel(graph, features.names().size(), 0);
    }

    public String name() {
        return name;
    }

    public PairFeatures features() {
        return features;
    }

    /**
     * One probability for each row of {@link PairFeatures#rows}.
     *
     * @throws VitrineException what running the graph throws; MODEL_INVALID when a score is no
     *     number
     */
    public double[] probabilities(float[] rows) {
        double[] scores = graph.scores(rows, new int[0], rows.length / features.names().size());
        for (int row = 0; row < scores.length; row++) {
            if (!Double.isFinite(scores[row])) {
                throw new VitrineException(
                        RetrievalError.MODEL_INVALID,
                        "the model of pairs gave row " + row + " the score " + scores[row]);
            }
            scores[row] = calibration.probability(scores[row]);
        }
        return scores;
    }

    /**
     * How likely a shopper turns to an item from a moment on, in one run of the graph.
     *
     * @param history of the shopper
     * @param now epoch milliseconds
     * @throws VitrineException as {@link #probabilities}
     */
    public double probability(
            Blend blend,
            History history,
            int item,
            Shopper shopper,
            ShopState state,
            CatalogFacts facts,
            long now) {
        int[] one = {item};
        float[] told = PairFeatures.told(one, shopper, state, facts, now);
        return probabilities(features.rows(blend, history, one, told))[0];
    }

    /**
     * Writes all but the graph of a model to a file.
     *
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public static void save(String name, PairFeatures features, Isotonic calibration, Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putText(name);
            out.putTexts(features.parts());
            out.putTexts(features.names());
            out.putInt(calibration.scores().length);
            for (int i = 0; i < calibration.scores().length; i++) {
                out.putDouble(calibration.scores()[i]);
                out.putDouble(calibration.probabilities()[i]);
            }
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param graph runs the graph that was written with it
     * @throws VitrineException MODEL_DAMAGED or STORE_FAILED; MODEL_FORMAT also where it was fitted
     *     to features other than this version computes
     */
    public static PairModel load(Path file, GraphRunner graph) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            String name = in.getText();
            PairFeatures features = new PairFeatures(in.getTexts());
            List<String> names = in.getTexts();
            if (!names.equals(features.names())) {
                throw new VitrineException(
                        RetrievalError.MODEL_FORMAT,
                        file + " goes by " + names + ", expected " + features.names());
            }
            int points = in.getInt();
            if (points < 1) {
                throw in.damaged("its calibration has " + points + " points");
            }
            double[] scores = new double[points];
            double[] probabilities = new double[points];
            for (int i = 0; i < points; i++) {
                scores[i] = in.getDouble();
                probabilities[i] = in.getDouble();
            }
            return new PairModel(name, features, new Isotonic(scores, probabilities), graph);
        }
    }
}
