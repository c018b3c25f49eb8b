package dev.vitrine.server.telemetry;

import dev.vitrine.inference.admission.Admission;
import dev.vitrine.inference.admission.Refusal;
import dev.vitrine.inference.cache.ResultCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What is let in, refused and answered from what is kept, by model. Everything is read at a scrape
 * from where it is counted anyway, so that a request pays nothing for it. Hits and misses stand a
 * second time under the names that Triton's dashboards know.
 */
public final class GuardMeters {
    private final MeterRegistry registry;
    private final Map<String, Opened> models = new ConcurrentHashMap<>();
    private final Map<String, List<Meter>> caches = new ConcurrentHashMap<>();

    /**
     * @param outside refused elsewhere than at the model's door
     */
    private record Opened(Map<Refusal, LongAdder> outside, List<Meter> meters) {}

    public GuardMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A model is served.
     *
     * @param step of its ladder that is given now, 0 for the best
     */
    public void opened(String model, Admission admission, IntSupplier step) {
        Tags tags = Tags.of("model", model);
        Map<Refusal, LongAdder> outside =
                Map.of(
                        Refusal.CLIENT, new LongAdder(),
                        Refusal.QUEUE, new LongAdder(),
                        Refusal.CACHE, new LongAdder());
        List<Meter> meters = new ArrayList<>();
        meters.add(
                gauge(
                        "vitrine.model.inside",
                        "Requests that run or wait",
                        tags,
                        admission,
                        Admission::inside));
        meters.add(
                gauge(
                        "vitrine.model.limit",
                        "Requests that may run or wait, as learned",
                        tags,
                        admission,
                        Admission::limit));
        meters.add(
                gauge(
                        "vitrine.model.wait.seconds",
                        "How long a newcomer would wait",
                        tags,
                        admission,
                        a -> a.waitNanos() / 1e9));
        meters.add(
                gauge(
                        "vitrine.model.ladder.step",
                        "The step of the ladder that is given, 0 for the best",
                        tags,
                        step,
                        IntSupplier::getAsInt));
        for (Refusal why : Refusal.values()) {
            LongAdder counted = outside.get(why);
            meters.add(
                    FunctionCounter.builder(
                                    "vitrine.model.shed",
                                    admission,
                                    a -> counted == null ? a.refused(why) : counted.sum())
                            .description("Requests that were refused, by reason")
                            .tags(tags.and("reason", why.name().toLowerCase(Locale.ROOT)))
                            .register(registry));
        }
        models.put(model, new Opened(outside, meters));
    }

    /** A request was refused before it came to the model's door, or behind it. */
    public void refused(String model, Refusal why) {
        Opened opened = models.get(model);
        LongAdder counted = opened == null ? null : opened.outside.get(why);
        if (counted != null) {
            counted.increment();
        }
    }

    /** A model is served no more. */
    public void closed(String model) {
        Opened gone = models.remove(model);
        if (gone != null) {
            gone.meters.forEach(registry::remove);
        }
    }

    /** A version keeps what it answers. */
    public void cached(String model, long version, Supplier<ResultCache.Counts> counts) {
        Tags tags = Tags.of("model", model, "version", Long.toString(version));
        List<Meter> meters = new ArrayList<>();
        meters.add(answers(tags, "hit", counts, ResultCache.Counts::hits));
        meters.add(answers(tags, "stale", counts, ResultCache.Counts::stale));
        meters.add(answers(tags, "wait", counts, ResultCache.Counts::waits));
        meters.add(answers(tags, "miss", counts, ResultCache.Counts::misses));
        meters.add(
                FunctionCounter.builder(
                                "vitrine.model.cache.evictions", counts, c -> c.get().evictions())
                        .description("Answers that were dropped for others")
                        .tags(tags)
                        .register(registry));
        meters.add(
                gauge(
                        "vitrine.model.cache.entries",
                        "Answers that are kept",
                        tags,
                        counts,
                        c -> c.get().entries()));
        meters.add(
                gauge(
                        "nv.cache.num.hits.per.model",
                        "As Triton counts it",
                        tags,
                        counts,
                        c -> c.get().hits() + c.get().stale() + c.get().waits()));
        meters.add(
                gauge(
                        "nv.cache.num.misses.per.model",
                        "As Triton counts it",
                        tags,
                        counts,
                        c -> c.get().misses()));
        caches.put(key(model, version), meters);
    }

    private Meter answers(
            Tags tags,
            String result,
            Supplier<ResultCache.Counts> counts,
            ToDoubleFunction<ResultCache.Counts> read) {
        return FunctionCounter.builder(
                        "vitrine.model.cache", counts, c -> read.applyAsDouble(c.get()))
                .description("Answers, or rows where those are kept, by where they came from")
                .tags(tags.and("result", result))
                .register(registry);
    }

    private <T> Meter gauge(
            String name, String description, Tags tags, T source, ToDoubleFunction<T> value) {
        return Gauge.builder(name, source, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** A version keeps nothing any more. */
    public void uncached(String model, long version) {
        List<Meter> gone = caches.remove(key(model, version));
        if (gone != null) {
            gone.forEach(registry::remove);
        }
    }

    private static String key(String model, long version) {
        return model + "/" + version;
    }
}
