package dev.vitrine.data.cleaning;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All rules over the events of a log, in two passes: {@link #observe} every event to learn what is
 * usual, {@link #conclude}, then ask {@link #keep} for every event again in the same order. Not
 * thread-safe.
 */
public final class BatchCleaning {
    /** Event ids and acts remembered for finding duplicates; at least the last so many. */
    static final int REMEMBERED = 1 << 24;

    private final CleaningSettings settings;
    private final CleaningRules rules;
    private final ToIntFunction<String> itemNumber;
    private final FindingSink sink;
    private final UsualAmounts amounts;
    private final Robots robots;
    private final SeenRecently ids = new SeenRecently(REMEMBERED);
    private final SeenRecently acts = new SeenRecently(REMEMBERED);
    private final Map<Rule, List<String>> samples = new EnumMap<>(Rule.class);
    private final long[] counts = new long[Rule.values().length];
    private long observed;
    private long in;
    private long kept;
    private long unknownDetails;

    /**
     * @param itemNumber the number of a product id; -1 when the catalogue does not know it
     */
    public BatchCleaning(
            CleaningSettings settings, ToIntFunction<String> itemNumber, FindingSink sink) {
        this.settings = settings;
        this.rules = new CleaningRules(settings);
        this.itemNumber = itemNumber;
        this.sink = sink;
        this.amounts = new UsualAmounts(settings);
        this.robots = new Robots(settings);
    }

    /** First pass. */
    public void observe(LoggedEvent event) {
        observed++;
        if (rules.check(event) != null) {
            return;
        }
        if (event.type() != EventType.IMPRESSION && event.type() != EventType.AD_IMPRESSION) {
            robots.observe(event.visitor(), event.time());
        }
        for (ProductDetail product : event.products()) {
            amounts.observe(event.type(), itemNumber.applyAsInt(product.id()), product);
        }
    }

    /** Ends the first pass. */
    public void conclude() {
        robots.conclude();
        amounts.conclude();
    }

    public long observed() {
        return observed;
    }

    /** Second pass: true when the event is fit to learn from; otherwise it went to the sink. */
    public boolean keep(LoggedEvent event) {
        in++;
        Finding finding = judge(event);
        if (finding == null) {
            kept++;
            return true;
        }
        counts[finding.rule().ordinal()]++;
        List<String> few = samples.computeIfAbsent(finding.rule(), r -> new ArrayList<>());
        if (few.size() < CleaningReport.SAMPLES) {
            few.add("event " + event.offset() + ": " + finding.reason());
        }
        sink.setAside(finding, event);
        return false;
    }

    public CleaningReport report() {
        Map<String, CleaningReport.RuleCount> byRule = new LinkedHashMap<>();
        for (Rule rule : Rule.values()) {
            byRule.put(
                    rule.wire(),
                    new CleaningReport.RuleCount(
                            counts[rule.ordinal()], samples.getOrDefault(rule, List.of())));
        }
        return new CleaningReport(in, kept, unknownDetails, byRule);
    }

    private @Nullable Finding judge(LoggedEvent event) {
        Finding finding = rules.check(event);
        if (finding == null) {
            finding = duplicate(event);
        }
        if (finding == null) {
            finding = repeated(event);
        }
        if (finding == null) {
            finding = products(event);
        }
        if (finding == null) {
            finding = robots.check(event.visitor());
        }
        return finding;
    }

    private @Nullable Finding duplicate(LoggedEvent event) {
        if (event.eventId().isEmpty()) {
            return null;
        }
        long hash = Hash.add(1, event.eventId());
        if (ids.lastTime(hash, Long.MIN_VALUE) != Long.MIN_VALUE) {
            return new Finding(
                    Rule.DUPLICATE_ID,
                    "eventId",
                    "eventId '" + event.eventId() + "' was seen before");
        }
        ids.put(hash, event.time());
        return null;
    }

    private @Nullable Finding repeated(LoggedEvent event) {
        long hash = Hash.add(Hash.add(event.visitor(), event.user()), event.type().ordinal());
        hash = Hash.add(hash, event.searchQuery());
        hash = Hash.add(hash, event.placement());
        for (ProductDetail product : event.products()) {
            hash = Hash.add(hash, product.id());
            hash = Hash.add(hash, Double.doubleToLongBits(product.quantity()));
        }
        for (var impression : event.impressions()) {
            hash = Hash.add(hash, impression.id());
        }
        long last = acts.lastTime(hash, Long.MIN_VALUE);
        acts.put(hash, event.time());
        if (last == Long.MIN_VALUE
                || Math.abs(event.time() - last) >= settings.repeatWithin().toMillis()) {
            return null;
        }
        return new Finding(
                Rule.REPEATED,
                "",
                "the same "
                        + event.type().wire()
                        + " of the same visitor came "
                        + Math.abs(event.time() - last)
                        + " ms apart");
    }

    private @Nullable Finding products(LoggedEvent event) {
        List<ProductDetail> products = event.products();
        int unknown = 0;
        for (int i = 0; i < products.size(); i++) {
            ProductDetail product = products.get(i);
            int item = itemNumber.applyAsInt(product.id());
            if (item < 0) {
                unknown++;
                continue;
            }
            Finding finding = amounts.check(event.type(), item, product, i);
            if (finding != null) {
                return finding;
            }
        }
        if (unknown > 0 && unknown == products.size()) {
            return new Finding(
                    Rule.UNKNOWN_ITEM,
                    "productDetails[0].id",
                    "the catalogue does not know '" + products.getFirst().id() + "'");
        }
        unknownDetails += unknown;
        return null;
    }
}
