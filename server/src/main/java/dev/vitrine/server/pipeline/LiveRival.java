package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The release that is live, asked what a training asks its own models. It was fitted to all
 * behaviour up to its own offset in the log, so only questions from after the latest moment before
 * that offset are asked: it has not seen their answers. It answers as it serves: with its own blend
 * and ranker, and with the products that came since. Where too few questions are left, its models
 * are too large to be held beside those of the training, or cannot be read, it is not asked, and
 * the reason is told. One thread, for one comparison.
 */
final class LiveRival {
    /** Of fewer questions a difference says nothing. */
    static final int FEWEST = 30;

    private static final int PAGE = 1_000;

    /** Models of a release that have no part in what is recommended. */
    private static final Set<String> UNASKED = Set.of(ModelSet.PAIRS, ModelSet.ENCODER);

    private static final String FIGURE = "ndcgAt20";

    private final Optional<Release> live;
    private final ArtifactStore artifacts;
    private final Catalog catalog;
    private final CatalogFacts facts;
    private final EventStore events;
    private final long offset;
    private final long room;
    private final Path work;
    private final Progress progress;

    /**
     * @param facts of the products of {@code catalog}
     * @param offset of the log up to which the training reads
     * @param room bytes that the models of a release may take beside those of the training
     * @param work a folder for files of the moment
     */
    LiveRival(
            Optional<Release> live,
            ArtifactStore artifacts,
            Catalog catalog,
            CatalogFacts facts,
            EventStore events,
            long offset,
            long room,
            Path work,
            Progress progress) {
        this.live = live;
        this.artifacts = artifacts;
        this.catalog = catalog;
        this.facts = facts;
        this.events = events;
        this.offset = offset;
        this.room = room;
        this.work = work;
        this.progress = progress;
    }

    /**
     * Compares.
     *
     * @param ours what the training would have make the order
     * @param test what it was asked
     * @param judge with one cutoff
     * @param fitted when what it was fitted to ends, epoch milliseconds
     */
    Judgement.Comparison compare(
            Recommender ours,
            ShopQuestions test,
            Dataset dataset,
            ParallelBlocks parallel,
            Judge judge,
            long fitted) {
        if (live.isEmpty()) {
            return Judgement.Comparison.none("", "no release was live");
        }
        Judgement.Comparison found;
        try {
            found = compare(live.get(), ours, test, dataset, parallel, judge, fitted);
        } catch (VitrineException e) {
            found =
                    Judgement.Comparison.none(
                            live.get().id(), "it could not be asked: " + e.getMessage());
        }
        progress.start("beside the live release", "", 0);
        progress.finish(told(found));
        return found;
    }

    private static String told(Judgement.Comparison found) {
        return found.found()
                .map(pair ->
                        String.format(
                                Locale.ROOT,
                                "NDCG@20 %.4f beside %.4f on %d questions that neither had seen:"
                                        + " %+.4f (%+.4f to %+.4f)",
                                pair.ours(),
                                pair.theirs(),
                                pair.questions(),
                                pair.difference(),
                                pair.interval().low(),
                                pair.interval().high()))
                .orElse("not compared: " + found.reason());
    }

    private Judgement.Comparison compare(
            Release release,
            Recommender ours,
            ShopQuestions test,
            Dataset dataset,
            ParallelBlocks parallel,
            Judge judge,
            long fitted) {
        ReleaseManifest manifest = release.manifest();
        if (!manifest.models().containsKey(ModelSet.FACTORS)) {
            return Judgement.Comparison.none(release.id(), "it had no behaviour to learn from");
        }
        long after = latestBefore(manifest.logOffset());
        ShopQuestions fresh = test.after(after);
        if (fresh.size() < FEWEST) {
            return Judgement.Comparison.none(
                    release.id(),
                    fresh.size()
                            + " of "
                            + test.size()
                            + " questions come after what it was fitted to; it takes "
                            + FEWEST);
        }
        long size = size(manifest);
        if (size > room) {
            return Judgement.Comparison.none(
                    release.id(),
                    String.format(
                            Locale.ROOT,
                            "its models take %d MiB, and there is memory for %d beside those of"
                                    + " the training",
                            size >> 20,
                            room >> 20));
        }
        double[] mine = judge.each("comparing: this training", ours, fresh);
        double[] theirs = asked(manifest, fresh, dataset, parallel, judge);
        PairedGain gain = PairedGain.of(mine, theirs);
        return new Judgement.Comparison(
                release.id(),
                "",
                new Judgement.Paired(
                        FIGURE,
                        fresh.size(),
                        mean(mine),
                        mean(theirs),
                        Judging.rounded(gain.mean()),
                        Judging.kept(gain.interval()),
                        after,
                        fitted));
    }

    private static double mean(double[] values) {
        return Judging.rounded(Arrays.stream(values).average().orElse(0));
    }

    /** The latest moment that events before an offset tell of, epoch milliseconds. */
    private long latestBefore(long end) {
        long latest = Long.MIN_VALUE;
        try (LogIterator log = new LogIterator(events.read(0), Math.min(end, offset))) {
            while (log.hasNext()) {
                latest = Math.max(latest, log.next().time());
            }
        }
        return latest;
    }

    private long size(ReleaseManifest manifest) {
        long size = 0;
        for (Map.Entry<String, ModelVersion> model : manifest.models().entrySet()) {
            if (!UNASKED.contains(model.getKey())) {
                size += artifacts.open(model.getValue().artifact()).manifest().size();
            }
        }
        return size;
    }

    private double[] asked(
            ReleaseManifest manifest,
            ShopQuestions questions,
            Dataset dataset,
            ParallelBlocks parallel,
            Judge judge) {
        Deque<OnnxSession> opened = new ArrayDeque<>();
        try {
            ModelFiles.GraphOpener graphs =
                    (model, file) -> {
                        OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT);
                        opened.push(session);
                        return new OpenedGraph(session);
                    };
            ModelSet set = ModelFiles.load(manifest, artifacts, graphs);
            catchUp(set, manifest.index().catalogSequence());
            Blend blend = set.personal(ReleaseLoader.weights(manifest));
            Optional<CandidateRanker> ranker = ModelFiles.ranker(manifest, artifacts, graphs);
            Recommender theirs =
                    ranker.isPresent()
                            ? ordered(ranker.get(), blend, questions, dataset, parallel)
                            : Recommender.of(blend, dataset.items());
            return judge.each("comparing: what is live", theirs, questions);
        } finally {
            opened.forEach(OnnxSession::close);
        }
    }

    /** Nobody waits for a turn here. */
    private record OpenedGraph(OnnxSession session) implements ModelFiles.OpenGraph {
        @Override
        public GraphRunner within(Duration longest) {
            return session::run;
        }

        @Override
        public Signature signature() {
            return session.signature();
        }
    }

    /** Tells models of the products that came or changed after a sequence of the catalogue. */
    private void catchUp(ModelSet set, long sequence) {
        List<ProductChange> changes = catalog.changesAfter(sequence, PAGE);
        while (!changes.isEmpty()) {
            set.apply(changes);
            changes = catalog.changesAfter(changes.getLast().sequence(), PAGE);
        }
    }

    /** The order of a ranker, which sees the shop as it was when each question is asked. */
    private Recommender ordered(
            CandidateRanker ranker,
            Blend blend,
            ShopQuestions questions,
            Dataset dataset,
            ParallelBlocks parallel) {
        try (LogIterator log = new LogIterator(events.read(0), offset);
                RankerFitter orders =
                        new RankerFitter(
                                dataset,
                                new Replay(
                                        log, FeatureSettings.defaults(), catalog::numberOf, facts),
                                ShopClicks.none(),
                                parallel,
                                work,
                                progress)) {
            return orders.orders(ranker, blend, questions);
        }
    }
}
