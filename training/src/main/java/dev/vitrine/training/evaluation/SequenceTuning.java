package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.search.Halving;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceSettings.Kind;
import dev.vitrine.training.sequence.SequenceTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Looks for settings of sequence models by successive halving over epochs, each fitted on the
 * training part and asked for the validation part. The test part is never looked at. The settings
 * that were chosen before are always among those tried.
 */
final class SequenceTuning {
    private static final Halving EPOCHS = new Halving(4, 36, 3);

    private final NextItemData data;
    private final FitBudget budget;
    private final Progress progress;

    SequenceTuning(NextItemData data, FitBudget budget, Progress progress) {
        this.data = data;
        this.budget = budget;
        this.progress = progress;
    }

    /** Settings of network and fit together. */
    private record Drawn(SequenceSettings network, FitSettings fit) {}

    List<Tuning.Trial> run(Kind kind, int trials, Consumer<Tuning.Trial> each) {
        List<Tuning.Trial> all = new ArrayList<>();
        Path work = work();
        try (Torch torch = Torch.open(budget.threads(), TorchCache.folder())) {
            EPOCHS.run(
                    drawn(kind, trials),
                    (drawn, epochs) -> {
                        Tuning.Trial trial = trial(torch, drawn, epochs, work);
                        each.accept(trial);
                        all.add(trial);
                        return trial.ndcgAt20();
                    },
                    trial -> {});
        }
        all.sort(java.util.Comparator.comparingDouble(Tuning.Trial::ndcgAt20).reversed());
        return all;
    }

    private Tuning.Trial trial(Torch torch, Drawn drawn, int epochs, Path work) {
        long start = System.nanoTime();
        FitSettings fit = drawn.fit().withEpochs(epochs);
        Report[] best = new Report[1];
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        drawn.network(),
                        fit,
                        data.items(),
                        data.train(),
                        data.features(),
                        model -> {
                            Report now = validated(model);
                            if (best[0] == null
                                    || now.figure("ndcgAt20") > best[0].figure("ndcgAt20")) {
                                best[0] = now;
                            }
                            return now.figure("ndcgAt20");
                        },
                        work);
        new Fit(fit, null, progress).run(trainer);
        return new Tuning.Trial(
                trainer.name(),
                epochs + " epochs, " + drawn.network() + ", " + fit,
                best[0].figure("recallAt20"),
                best[0].figure("ndcgAt20"),
                (System.nanoTime() - start) * 1e-9);
    }

    private Report validated(SequenceModel model) {
        return new Judge(JudgeSettings.of(budget.threads()), Progress.NONE)
                .judge(
                        Recommender.of(model),
                        data.validation(),
                        ItemCounts.of(data.counted(), data.items()));
    }

    private List<Drawn> drawn(Kind kind, int trials) {
        ChosenSequences.Choice chosen = ChosenSequences.of(data.like(), kind);
        List<Drawn> all = new ArrayList<>();
        all.add(new Drawn(chosen.network(), chosen.fit()));
        SplittableRandom random = new SplittableRandom(Tuning.SEED);
        SequenceSettings base = chosen.network();
        for (int trial = 1; trial < trials; trial++) {
            SequenceSettings network =
                    new SequenceSettings(
                            kind,
                            one(random, 64, 96, 128),
                            one(random, 1, 2, 3),
                            one(random, 1, 2, 4),
                            one(random, 128, 256),
                            base.longest(),
                            one(random, .1, .2, .3, .4, .5),
                            one(random, .1, .2, .3, .4, .5),
                            one(random, 0, 10, 12, 14, 16, 20),
                            one(random, 0, 0, .05, .1),
                            base.negatives(),
                            one(random, 1_024, 2_048, 4_096));
            FitSettings fit = chosen.fit();
            all.add(new Drawn(network, fit.withRate(one(random, 5e-4, 1e-3, 2e-3, 3e-3))));
        }
        return all;
    }

    private static int one(SplittableRandom random, int... of) {
        return of[random.nextInt(of.length)];
    }

    private static double one(SplittableRandom random, double... of) {
        return of[random.nextInt(of.length)];
    }

    private static Path work() {
        try {
            return Files.createDirectories(TorchCache.folder().resolveSibling("tune"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
