package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.cleaning.Finding;
import dev.vitrine.data.cleaning.Rule;
import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.intake.Origin;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.shop.Shop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One import under way. The caller's thread reads, checks and sends; a second one waits for the
 * disk, applies what is durable, keeps what was refused and notes how far the import is.
 */
final class ImportRun implements AutoCloseable {
    private static final int BATCH = 2000;

    /** Batches of events that may wait for the disk while the next are read. */
    private static final int ON_THEIR_WAY = 8;

    /** So many batches are durable before it is noted. */
    private static final int NOTED_EVERY = 4;

    /**
     * Events at the end of the log that are looked through when an import goes on. Its own after
     * the note are a few batches; others may have written between them.
     */
    private static final long LOOKED_THROUGH = 1_000_000;

    /**
     * A batch that is not known to be durable yet, and where the source is after it.
     *
     * @param origins of the events
     * @param broken records that could not be read
     * @param taken records that are stored already: products, and events that an import before it
     *     was cut off had written
     * @param products records of products that were read
     * @param records records of events that were read
     * @param offset the end of the log just before it was sent
     */
    private record Sent(
            Shop.PendingWrite write,
            List<Event> events,
            List<Origin> origins,
            List<Parsed.Bad<?>> broken,
            long taken,
            long products,
            long records,
            long offset) {}

    private final Shop shop;
    private final SetAside aside;
    private final Consumer<ImportRecord> noted;
    private final BooleanSupplier stopping;
    private final List<Product> products = new ArrayList<>(BATCH);
    private final List<Event> events = new ArrayList<>(BATCH);
    private final List<Origin> origins = new ArrayList<>(BATCH);
    private final List<Parsed.Bad<?>> broken = new ArrayList<>();
    private final ExecutorService settler =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("import-settler").daemon().factory());
    private final ArrayDeque<Future<?>> onTheirWay = new ArrayDeque<>();

    /** Ids of events that the log may hold of this source beyond what was noted. */
    private final Set<String> known;

    private final ImportRecord before;
    private long seenProducts;
    private long seenEvents;
    private long taken;

    /** Below, what only the settler's thread touches until all is settled. */
    private @Nullable Sent last;

    private long accepted;
    private long settled;
    private boolean failed;

    /**
     * Begins, or goes on.
     *
     * @param before how far it was
     * @param aside collects what cannot be taken in; closed with this
     * @param noted is given how far it is, again and again; all before is durable then
     * @param stopping whether it is to end before its time; asked between batches
     */
    ImportRun(
            Shop shop,
            ImportRecord before,
            SetAside aside,
            Consumer<ImportRecord> noted,
            BooleanSupplier stopping) {
        this.shop = shop;
        this.before = before;
        this.accepted = before.accepted();
        this.aside = aside;
        this.noted = noted;
        this.stopping = stopping;
        this.known = known(before.offset());
    }

    private Set<String> known(long noted) {
        Set<String> ids = new HashSet<>();
        long end = shop.events().log().endOffset();
        try (EventCursor cursor = shop.events().read(Math.max(noted, end - LOOKED_THROUGH))) {
            while (cursor.next()) {
                ids.add(cursor.event().eventId());
            }
        }
        return ids;
    }

    void product(Parsed<Product> parsed) {
        if (++seenProducts <= before.products()) {
            return;
        }
        switch (parsed) {
            case Parsed.Good<Product> good -> {
                products.add(good.value());
                if (products.size() == BATCH) {
                    flush();
                }
            }
            case Parsed.Bad<Product> bad -> refuse(bad);
        }
    }

    void event(Parsed<Event> parsed) {
        if (++seenEvents <= before.events()) {
            return;
        }
        switch (parsed) {
            case Parsed.Good<Event> good -> {
                Event event = named(good);
                if (!known.isEmpty() && known.remove(event.eventId())) {
                    taken++;
                    return;
                }
                events.add(event);
                origins.add(good.origin());
                if (events.size() == BATCH) {
                    flush();
                }
            }
            case Parsed.Bad<Event> bad -> refuse(bad);
        }
    }

    private void refuse(Parsed.Bad<?> bad) {
        broken.add(bad);
        if (broken.size() == BATCH) {
            flush();
        }
    }

    /** Stores the products and sends the events that were collected. */
    void flush() {
        if (stopping.getAsBoolean()) {
            throw new VitrineException(
                    ServerError.IMPORT_STOPPED,
                    "the import was told to stop; it goes on where it was at the next start");
        }
        if (!products.isEmpty()) {
            shop.upsert(products);
            taken += products.size();
            products.clear();
        }
        long offset = shop.events().log().endOffset();
        Shop.PendingWrite write = events.isEmpty() ? List::of : shop.submit(events);
        Sent sent =
                new Sent(
                        write,
                        List.copyOf(events),
                        List.copyOf(origins),
                        List.copyOf(broken),
                        taken,
                        seenProducts,
                        seenEvents,
                        offset);
        taken = 0;
        events.clear();
        origins.clear();
        broken.clear();
        onTheirWay.add(settler.submit(() -> settle(sent)));
        while (onTheirWay.size() > ON_THEIR_WAY) {
            await(onTheirWay.remove());
        }
    }

    private void await(Future<?> settling) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    settling.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof VitrineException known) {
                        throw known;
                    }
                    throw new IllegalStateException("an import failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until a batch is durable and notes how far the import is; settler's thread. */
    private void settle(Sent sent) {
        boolean done = false;
        try {
            List<Shop.Refused> refused = sent.write().await();
            for (Parsed.Bad<?> bad : sent.broken()) {
                Finding finding = new Finding(rule(bad), bad.field(), bad.reason());
                setAside(finding, bad.origin(), bad.raw());
            }
            for (Shop.Refused one : refused) {
                setAside(
                        one.finding(),
                        sent.origins().get(one.index()),
                        new String(
                                EventJson.write(sent.events().get(one.index())),
                                StandardCharsets.UTF_8));
            }
            accepted += sent.taken() + sent.events().size() - refused.size();
            done = true;
        } finally {
            failed |= !done;
        }
        // What follows a batch that failed may be durable; the import goes on before it.
        if (!failed) {
            last = sent;
            if (settled++ % NOTED_EVERY == 0) {
                note(sent.offset());
            }
        }
    }

    /** The rule by which a record that cannot be read is set aside. */
    static Rule rule(Parsed.Bad<?> bad) {
        return bad.missing() ? Rule.MISSING_FIELD : Rule.MALFORMED;
    }

    private void setAside(Finding finding, Origin origin, String raw) {
        aside.add(finding, origin.file(), origin.line(), raw);
    }

    /** What was set aside has to be as durable as the note that it will not be read again. */
    private ImportRecord note(long offset) {
        Sent sent = Objects.requireNonNull(last);
        long bytes = aside.force();
        Map<String, Long> rules = new TreeMap<>(before.rules());
        aside.rules().forEach((rule, count) -> rules.merge(rule, count, Long::sum));
        long fresh = aside.rules().values().stream().mapToLong(Long::longValue).sum();
        ImportRecord record =
                before.at(
                        Math.max(sent.products(), before.products()),
                        Math.max(sent.records(), before.events()),
                        accepted,
                        offset,
                        new ImportRecord.Aside(
                                before.rejected() + fresh,
                                rules,
                                before.setAside() == null ? null : bytes));
        noted.accept(record);
        return record;
    }

    /** Makes all that was read durable, also where more cannot be read, and notes it. */
    ImportRecord finish() {
        flush();
        settleAll();
        return note(shop.events().log().endOffset());
    }

    /** An event with an id, made from its place and content when the shop gave none. */
    private Event named(Parsed.Good<Event> good) {
        Event event = good.value();
        if (!event.eventId().isEmpty()) {
            return event;
        }
        long hash = 1125899906842597L;
        hash = mix(hash, good.origin().file().hashCode());
        hash = mix(hash, good.origin().line());
        hash = mix(hash, event.visitorId().hashCode());
        hash = mix(hash, event.userId().hashCode());
        hash = mix(hash, event.time());
        hash = mix(hash, event.type().ordinal());
        for (ProductDetail product : event.products()) {
            hash = mix(hash, product.id().hashCode());
        }
        return new Event(
                "i" + Long.toUnsignedString(hash, 36),
                event.type(),
                event.visitorId(),
                event.userId(),
                event.sessionId(),
                event.time(),
                event.products(),
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                event.attributes());
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 32;
    }

    private void settleAll() {
        while (!onTheirWay.isEmpty()) {
            await(onTheirWay.remove());
        }
    }

    /** What was sent becomes durable and has to be applied, also when reading failed. */
    @Override
    public void close() {
        try {
            settleAll();
        } finally {
            settler.close();
            aside.close();
        }
    }
}
