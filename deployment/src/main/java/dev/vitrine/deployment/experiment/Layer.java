package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Experiments of which a visitor is in one at most: they divide the layer's buckets. Experiments of
 * different layers overlap freely, since each layer and each experiment draws for itself (Tang,
 * Agarwal, O'Brien and Meyer, KDD 2010).
 *
 * @param name of the layer; another name deals its buckets anew
 * @param experiments whose buckets do not overlap; at most {@value #MOST_EXPERIMENTS}
 */
public record Layer(String name, List<Experiment> experiments) {
    public static final int MOST_EXPERIMENTS = 100;

    /**
     * @throws VitrineException EXPERIMENT_INVALID when two experiments want the same buckets
     */
    public Layer {
        experiments = List.copyOf(experiments);
        Require.name("layer", name);
        Require.valid(
                experiments.size() <= MOST_EXPERIMENTS,
                "experiments",
                "a layer has at most " + MOST_EXPERIMENTS + " experiments");
        List<Experiment> sorted = new ArrayList<>(experiments);
        sorted.sort(Comparator.comparingInt(Experiment::from));
        for (int i = 1; i < sorted.size(); i++) {
            Experiment before = sorted.get(i - 1);
            Experiment next = sorted.get(i);
            Require.valid(
                    before.to() <= next.from(),
                    "from",
                    "the experiments "
                            + before.name()
                            + " and "
                            + next.name()
                            + " of layer "
                            + name
                            + " share buckets");
        }
    }
}
