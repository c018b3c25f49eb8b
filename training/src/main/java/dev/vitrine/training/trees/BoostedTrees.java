package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMBooster.FeatureImportanceType;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.util.Locale;

/**
 * Gradient-boosted trees by LightGBM (Ke et al. 2017).
 *
 * @param ensemble as it serves
 * @param validation what the metric of the objective was on the rows not trained on; NaN without
 *     any
 */
public record BoostedTrees(TreeEnsemble ensemble, double validation) {
    /** Fits a number of trees. */
    public static BoostedTrees fit(TreeSettings settings, TreeRows train, Progress progress) {
        return fit(settings, train, null, progress);
    }

    /**
     * Fits trees until those that come no longer make validation better, and keeps those up to the
     * best.
     *
     * @throws VitrineException DATA_UNSUITABLE when the label never varies, or for an order when it
     *     varies within no group or is no grade; FIT_FAILED with the library's reason
     */
    public static BoostedTrees validated(
            TreeSettings settings, TreeRows train, TreeRows valid, Progress progress) {
        return fit(settings, train, valid, progress);
    }

    private static BoostedTrees fit(
            TreeSettings settings,
            TreeRows train,
            @org.jspecify.annotations.Nullable TreeRows valid,
            Progress progress) {
        train.require(settings);
        NativeTrees.load();
        String parameters = settings.parameters();
        progress.start("boosted trees", "trees", settings.trees());
        try (LGBMDataset data = dataset(train, parameters, null)) {
            try (LGBMBooster booster = LGBMBooster.create(data, parameters)) {
                if (valid == null) {
                    return grow(booster, settings, train, progress);
                }
                try (LGBMDataset other = dataset(valid, parameters, data)) {
                    booster.addValidData(other);
                    return growValidated(booster, settings, train, progress);
                }
            }
        } catch (LGBMException e) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "trees could not be fitted: " + e.getMessage(), e);
        }
    }

    private static LGBMDataset dataset(
            TreeRows rows, String parameters, @org.jspecify.annotations.Nullable LGBMDataset like)
            throws LGBMException {
        LGBMDataset data =
                LGBMDataset.createFromMat(
                        rows.features(), rows.rows(), rows.names().size(), true, parameters, like);
        try {
            data.setField("label", rows.labels());
            if (rows.groups().length > 0) {
                data.setField("group", rows.groups());
            }
            if (rows.weights().length > 0) {
                data.setField("weight", rows.weights());
            }
            return data;
        } catch (LGBMException e) {
            data.close();
            throw e;
        }
    }

    private static BoostedTrees grow(
            LGBMBooster booster, TreeSettings settings, TreeRows train, Progress progress)
            throws LGBMException {
        for (int tree = 0; tree < settings.trees(); tree++) {
            if (booster.updateOneIter()) {
                break;
            }
            progress.advance(tree + 1);
        }
        progress.finish("fitted");
        return new BoostedTrees(ensemble(booster, train, 0), Double.NaN);
    }

    private static BoostedTrees growValidated(
            LGBMBooster booster, TreeSettings settings, TreeRows train, Progress progress)
            throws LGBMException {
        boolean higher = settings.objective() == TreeSettings.Objective.RANKING;
        double best = Double.NaN;
        int bestTrees = 0;
        for (int tree = 1; tree <= settings.trees() && tree - bestTrees <= settings.patience(); ) {
            if (booster.updateOneIter()) {
                break;
            }
            double now = booster.getEval(1)[0];
            if (bestTrees == 0 || (higher ? now > best : now < best)) {
                best = now;
                bestTrees = tree;
            }
            progress.advance(tree++);
        }
        if (bestTrees == 0) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "no tree could be fitted to these rows");
        }
        progress.finish(String.format(Locale.ROOT, "%d trees, validation %.4f", bestTrees, best));
        return new BoostedTrees(ensemble(booster, train, bestTrees), best);
    }

    /**
     * @param trees 0 for all
     */
    private static TreeEnsemble ensemble(LGBMBooster booster, TreeRows train, int trees)
            throws LGBMException {
        String text = booster.saveModelToString(0, trees, FeatureImportanceType.SPLIT);
        return LightGbmText.read(text, train.names().size());
    }

    /** The probability that a score of {@link TreeSettings.Objective#BINARY} stands for. */
    public static double probability(double score) {
        return 1 / (1 + Math.exp(-score));
    }
}
