package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.sequence.ItemFeatures;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceTrainer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextItemHybridTest {
    private static final int ITEMS = 60;
    private static final FitSettings FIT = new FitSettings(4, 4, 1e-2, 10, 0, 5, 1);
    private static final SequenceSettings NETWORK =
            new SequenceSettings(
                    SequenceSettings.Kind.TRANSFORMER, 16, 1, 2, 32, 10, .1, .1, 0, 0, 0, 256);

    @TempDir private Path work;

    /** People who mostly go from an item to the one with twice its number. */
    private static NextItemData data(int people) {
        SplittableRandom random = new SplittableRandom(4);
        int[][] sequences = new int[people][];
        for (int s = 0; s < sequences.length; s++) {
            sequences[s] = new int[5 + random.nextInt(5)];
            sequences[s][0] = random.nextInt(ITEMS);
            for (int i = 1; i < sequences[s].length; i++) {
                boolean astray = random.nextInt(3) == 0;
                int next = 2 * sequences[s][i - 1] % (ITEMS + 1) % ITEMS;
                sequences[s][i] = astray ? random.nextInt(ITEMS) : next;
            }
        }
        SequenceSplit split = new SequenceSplit("walks", ITEMS, sequences);
        return new NextItemData(
                "walks",
                "amazon-beauty",
                ITEMS,
                split.train(),
                split.trainAndValidation(),
                split.validation(),
                split.validation(),
                split.test(),
                0,
                ItemFeatures.NONE,
                "ndcgAt10");
    }

    @Test
    void theChosenBlendIsAsGoodAsItsPartsAndItsScorerRanksAsItDoes() {
        NextItemData data = data(300);
        withModel(
                data,
                model -> {
                    NextItemHybrid.Chosen chosen =
                            new NextItemHybrid(data, 1, Progress.NONE).choose(model, model);
                    double alone = figure(data, Recommender.of(model));
                    double blended = figure(data, chosen.recommender());
                    assertThat(chosen.parts()).startsWith("transformer").contains(",");
                    assertThat(blended).isGreaterThan(alone);
                    assertThat(figure(data, Recommender.of(chosen.scorer())))
                            .isCloseTo(blended, within(.01));
                });
    }

    @Test
    void aRankerKnowsMoreThanTheModelWhoseProposalsItPutsInOrder() {
        NextItemData data = data(3_000);
        withModel(
                data,
                model -> {
                    NextItemCandidates.Sources sources =
                            new NextItemCandidates.Sources(
                                    model,
                                    new NearestSessions(
                                            ITEMS,
                                            data.train(),
                                            new SessionSearch(100, 50, .7, .7, .7)),
                                    SequenceFacts.of(ITEMS, data.train()));
                    NextItemRanker ranker =
                            new NextItemRanker(
                                    sources,
                                    NextItemRanker.fit(sources, data.heldOut(), 1, Progress.NONE));
                    assertThat(ranker.decisive(NextItemCandidates.WIDTH))
                            .contains("followed-last-share");
                    assertThat(test(data, ranker)).isGreaterThan(test(data, Recommender.of(model)));
                    assertHidesHistory(data, ranker);
                });
    }

    private static void assertHidesHistory(NextItemData data, NextItemRanker ranker) {
        History[] histories = {data.test().history(0), data.test().history(1)};
        TopItems[] best = {new TopItems(ITEMS), new TopItems(ITEMS)};
        ranker.open().rank(histories, 2, true, best);
        for (int q = 0; q < 2; q++) {
            int[] shown = IntStream.range(0, best[q].size()).map(best[q]::item).toArray();
            assertThat(shown).isNotEmpty().doesNotContain(histories[q].items());
        }
    }

    private void withModel(NextItemData data, Consumer<SequenceModel> test) {
        try (Torch torch = Torch.open(1, TorchCache.folder())) {
            SequenceTrainer trainer =
                    new SequenceTrainer(torch, NETWORK, FIT, ITEMS, data.train(), model -> 1, work);
            new Fit(FIT, null, Progress.NONE).run(trainer);
            Path graph = work.resolve("model.onnx");
            trainer.export(graph);
            try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT)) {
                test.accept(trainer.model(session));
            }
        }
    }

    private static double test(NextItemData data, Recommender recommender) {
        return new Judge(new JudgeSettings(List.of(10), 1, 64), Progress.NONE)
                .judge(recommender, data.test(), ItemCounts.of(data.train(), ITEMS))
                .figure("ndcgAt10");
    }

    private static double figure(NextItemData data, Recommender recommender) {
        return new Judge(new JudgeSettings(List.of(10), 1, 64), Progress.NONE)
                .judge(recommender, data.validation(), ItemCounts.of(data.train(), ITEMS))
                .figure("ndcgAt10");
    }
}
