package dev.vitrine.server.wiring;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.data.DataError;
import dev.vitrine.data.cleaning.Rule;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.intake.EventFormat;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.http.EventsPort;
import dev.vitrine.server.http.ImportResult;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.shop.Shop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes in what shoppers do, and joins what they did to the answers that caused it: an event with a
 * token counts for the serving config that the token names, once however often it is sent, whether
 * it is written or imported.
 */
public final class EventIntake implements EventsPort {
    private final Shop shop;
    private final AttributionTokens tokens;
    private final Arms arms;
    private final Outcomes outcomes;
    private final MeterRegistry metrics;
    private final Map<String, Counter> joined = new ConcurrentHashMap<>();
    private final Counter forged;
    private final Map<Rule, LongAdder> refused = new EnumMap<>(Rule.class);

    /** Told of what shoppers did with the answers of an arm. */
    public interface Arms {
        /**
         * @param arm as the attribution token names it
         * @param purchase a purchase, else a click
         */
        void turnedTo(String arm, boolean purchase);
    }

    /** Told of everything that shoppers did, whatever caused it. */
    public interface Outcomes {
        /**
         * @param visitorId as the shop sent it; may be empty
         * @param attribution what the event's token says; empty where it has none of ours
         */
        void happened(String visitorId, LoggedEvent event, Optional<AttributionToken> attribution);
    }

    public EventIntake(
            Shop shop,
            AttributionTokens tokens,
            Arms arms,
            Outcomes outcomes,
            MeterRegistry metrics) {
        this.arms = arms;
        this.outcomes = outcomes;
        this.shop = shop;
        this.tokens = tokens;
        this.metrics = metrics;
        this.forged =
                Counter.builder("vitrine.attribution.unknown")
                        .description("Events with an attribution token that is not ours")
                        .register(metrics);
        for (Rule rule : Rule.values()) {
            refused.put(rule, new LongAdder());
        }
        shop.followEvents(this::join);
    }

    @Override
    public List<Rejection> write(List<Event> events) {
        List<Rejection> rejections = new ArrayList<>();
        for (Shop.Refused one : shop.write(events)) {
            count(one.finding().rule());
            rejections.add(
                    new Rejection(
                            one.index(),
                            "EVENT_INVALID",
                            one.finding().reason(),
                            one.finding().field()));
        }
        return rejections;
    }

    @Override
    public void unread(VitrineException why) {
        count(why.code() == DataError.FIELD_MISSING ? Rule.MISSING_FIELD : Rule.MALFORMED);
    }

    private void count(Rule rule) {
        Objects.requireNonNull(refused.get(rule)).increment();
    }

    /** How many events of requests were refused since the start, by the name of the rule. */
    public Map<String, Long> refused() {
        Map<String, Long> counts = new HashMap<>();
        refused.forEach((rule, count) -> counts.put(rule.wire(), count.sum()));
        return counts;
    }

    private void join(List<Shop.Fresh> fresh) {
        for (Shop.Fresh one : fresh) {
            LoggedEvent event = one.event();
            Optional<AttributionToken> attribution =
                    event.attributionToken().isEmpty()
                            ? Optional.empty()
                            : tokens.find(event.attributionToken());
            if (!event.attributionToken().isEmpty()) {
                join(event, attribution);
            }
            outcomes.happened(one.visitorId(), event, attribution);
        }
    }

    /** Serving configs and event types are few and fixed, so the number of counters is too. */
    private void join(LoggedEvent event, Optional<AttributionToken> attribution) {
        if (attribution.isEmpty()) {
            forged.increment();
            return;
        }
        EventType type = event.type();
        if (!attribution.get().arm().isEmpty()) {
            boolean purchase = type == EventType.PURCHASE_COMPLETE;
            if (purchase || type == EventType.CLICK) {
                for (String arm : attribution.get().arm().split(" ", -1)) {
                    arms.turnedTo(arm, purchase);
                }
            }
        }
        String config = attribution.get().servingConfig();
        joined.computeIfAbsent(
                        config + " " + type.wire(),
                        key ->
                                Counter.builder("vitrine.attributed.events")
                                        .description("Events caused by an answer")
                                        .tag("serving_config", config)
                                        .tag("type", type.wire())
                                        .register(metrics))
                .increment();
    }

    @Override
    public ImportResult importStream(String format, InputStream body) {
        EventFormat known;
        try {
            known = EventFormat.valueOf(format.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new VitrineException(
                    ServerError.REQUEST_INVALID,
                    "format is '" + format + "', expected vitrine, google, personalize, ga4 or ubi",
                    "format",
                    e);
        }
        List<ImportResult.RejectedLine> lines = new ArrayList<>();
        long[] counts = new long[2];
        Importer importer = new Importer(shop, Progress.NONE);
        counts[0] =
                importer.events(
                        body,
                        "request",
                        known,
                        (rule, bad) -> {
                            count(rule);
                            counts[1]++;
                            if (lines.size() < ImportResult.MAX_LINES) {
                                lines.add(line(bad));
                            }
                        });
        return new ImportResult(counts[0], counts[1], lines);
    }

    private static ImportResult.RejectedLine line(Parsed.Bad<Event> bad) {
        return new ImportResult.RejectedLine(bad.origin().line(), bad.reason(), bad.field());
    }
}
