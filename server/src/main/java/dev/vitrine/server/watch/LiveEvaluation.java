package dev.vitrine.server.watch;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.server.pipeline.LogIterator;
import dev.vitrine.server.watch.Evaluation.Span;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/**
 * Evaluates a release on what came after its data: asks it about people of the newest stretch of
 * the log, by what they had done before that, and compares the stretch with one of the same length
 * before the release's data end.
 *
 * <p>The newest stretch is the last tenth of the events, as long as the one that a training judges
 * its models by, or what came after the data of the release where that is less. The log is read
 * twice: the two stretches to draw a sample of people, then all of it to have the shop as it was
 * when they are asked about. Memory: two samples of {@value #PEOPLE} people and a {@link PastShop}.
 */
final class LiveEvaluation {
    /** Of each stretch. */
    static final int PEOPLE = 6_000;

    /** Questions at most. */
    static final int QUESTIONS = 2_000;

    /** People of each stretch whose answers are compared. */
    static final int PREDICTIONS = 500;

    /** Events of a stretch at most. */
    static final long LONGEST = 500_000;

    private static final int POPULAR = 400;
    private static final int BATCH = 2_000;
    private static final long SEED = 20_261_122;

    private final EventStore events;
    private final Catalog catalog;
    private final FeatureSettings settings;
    private final InstantSource clock;
    private final Function<String, Optional<AttributionToken>> tokens;
    private final Consumer<String> steps;

    /**
     * What is evaluated.
     *
     * @param release its id
     * @param data the offset of the log at which its data end
     * @param made what it reached when it was made
     */
    record Subject(String release, long data, Judged.Made made) {}

    /**
     * @param tokens reads what says which shelf an event follows
     * @param steps is told what goes on, in words
     */
    LiveEvaluation(
            EventStore events,
            Catalog catalog,
            FeatureSettings settings,
            InstantSource clock,
            Function<String, Optional<AttributionToken>> tokens,
            Consumer<String> steps) {
        this.events = events;
        this.catalog = catalog;
        this.settings = settings;
        this.clock = clock;
        this.tokens = tokens;
        this.steps = steps;
    }

    /**
     * Products as if all that exist could be ordered: what stock was when people turned to them is
     * not known, and the figures of when a release was made do not know it either.
     */
    static CatalogFacts facts(Catalog catalog) {
        CatalogFacts facts = new CatalogFacts();
        List<ProductChange> batch = new ArrayList<>(BATCH);
        catalog.scan(change -> {
            Optional<Product> product =
                    change.product()
                            .map(p ->
                                    p.toBuilder()
                                            .availability(Availability.IN_STOCK)
                                            .expiresAt(Product.NO_TIME)
                                            .build());
            batch.add(new ProductChange(change.sequence(), change.number(), change.id(), product));
            if (batch.size() == BATCH) {
                facts.apply(batch);
                batch.clear();
            }
        });
        facts.apply(batch);
        return facts;
    }

    /** Which events are looked at; empty where none came after the data of the release. */
    static Optional<long[]> stretches(long start, long data, long end) {
        long newest = Math.min(end - data, Math.clamp(data / 10, 1, LONGEST));
        return data <= start || newest < 1
                ? Optional.empty()
                : Optional.of(new long[] {Math.max(start, data - newest), end - newest});
    }

    /**
     * Evaluates; empty where there is nothing to ask about: no data, or no event after it.
     *
     * @param facts as {@link #facts} has them
     * @throws CancellationException where the thread is interrupted
     * @throws dev.vitrine.kernel.error.VitrineException as the log and the respondent
     */
    Optional<Evaluation> run(
            Subject subject, Respondent respondent, CatalogFacts facts, String askedBy) {
        long began = System.nanoTime();
        long start = events.log().startOffset();
        long end = events.log().endOffset();
        long data = Math.min(subject.data(), end);
        Optional<long[]> stretches = stretches(start, data, end);
        if (stretches.isEmpty()) {
            return Optional.empty();
        }
        long reference = stretches.get()[0];
        long newest = stretches.get()[1];
        Stretch before = stretch("drawing people of before", reference, data);
        Stretch now = stretch("drawing people of now", newest, end);
        steps.accept("reading the log");
        Run run = new Run(respondent, facts, before, now);
        ShelfClicks shelves = new ShelfClicks(tokens);
        Consumer<LoggedEvent> each =
                event -> {
                    run.shop.apply(event);
                    shelves.add(event);
                };
        read(start, reference, run.shop::apply);
        run.beforeBegins();
        read(reference, data, each);
        run.dataEnd();
        read(data, newest, each);
        run.newestBegins();
        read(newest, end, each);
        run.end();
        steps.accept("comparing");
        Judged judged = Judged.of(run.asked, subject.made());
        CaseFinder cases = new CaseFinder(catalog, facts, run.known, run.popularity);
        return Optional.of(
                new Evaluation(
                        Evaluation.FORMAT,
                        0,
                        clock.millis(),
                        Math.rint((System.nanoTime() - began) / 1e8) / 10,
                        askedBy,
                        subject.release(),
                        new Span(reference, data, newest, end, now.firstTime(), now.lastTime()),
                        run.asked.size(),
                        judged.verdict(),
                        judged.figures(),
                        run.features.compare(),
                        cases.causes(run.asked),
                        cases.kinds(run.asked),
                        cases.cases(run.asked),
                        shelves.days()));
    }

    private Stretch stretch(String step, long from, long to) {
        steps.accept(step);
        Stretch stretch = new Stretch(PEOPLE, catalog::numberOf, settings.weights(), SEED);
        read(from, to, stretch::add);
        return stretch;
    }

    private void read(long from, long to, Consumer<LoggedEvent> each) {
        if (from >= to) {
            return;
        }
        try (LogIterator log = new LogIterator(events.read(from), to)) {
            while (log.hasNext()) {
                each.accept(log.next());
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("stopped");
                }
            }
        }
    }

    /** What happens on the way through the log. */
    private final class Run {
        private final Respondent respondent;
        private final Stretch now;
        private final PastShop shop;
        private final Questioning questioning;
        private final Features features;
        private final CatalogFacts facts;
        private List<Questioning.Asked> asked = List.of();
        private BitSet known = new BitSet();
        private IntToDoubleFunction popularity = item -> 0;

        Run(Respondent respondent, CatalogFacts facts, Stretch before, Stretch now) {
            this.respondent = respondent;
            this.facts = facts;
            this.now = now;
            List<Stretch.Person> all = new ArrayList<>(before.people());
            all.addAll(now.people());
            this.shop = new PastShop(settings, catalog::numberOf, all);
            this.questioning = new Questioning(facts, settings.weights());
            this.features = new Features(facts, respondent, before, now);
        }

        void beforeBegins() {
            features.beforeBegins(shop);
        }

        void dataEnd() {
            known = shop.met();
            steps.accept("asking about people of before");
            features.beforeEnds(questioning, shop, answering(popular()));
        }

        void newestBegins() {
            features.newestBegins(shop, known);
            steps.accept("asking what people turned to");
            PopularItems popular = popular();
            asked =
                    questioning.ask(
                            now.people(), shop, popular.popular(), answering(popular), QUESTIONS);
            float[] then = new float[shop.state().items()];
            shop.state().popularities(shop.now(), then);
            popularity = item -> item < then.length ? then[item] : 0;
        }

        void end() {
            steps.accept("asking about people of now");
            features.newestEnds(questioning, shop, answering(popular()));
        }

        private PopularItems popular() {
            return new PopularItems(
                    shop.state(),
                    facts,
                    POPULAR,
                    Long.MAX_VALUE,
                    InstantSource.fixed(Instant.ofEpochMilli(shop.now())));
        }

        private Respondent.Answering answering(PopularItems popular) {
            Respondent.Answering answering = respondent.asOf(shop.state(), popular, shop.now());
            return shopper -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("stopped");
                }
                return answering.ask(shopper);
            };
        }
    }
}
