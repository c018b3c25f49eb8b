package dev.vitrine.server.wiring;

import dev.vitrine.data.cleaning.CleaningReport;
import dev.vitrine.data.cleaning.Rule;
import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.http.DataPort;
import dev.vitrine.server.http.JobView;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import dev.vitrine.server.pipeline.ImportRecord;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.SetAsideReplay;
import dev.vitrine.server.shop.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What was imported, cleaned, set aside and split. */
public final class DataViews implements DataPort {
    private static final int MOST_IMPORTS = 100;
    private static final int MOST_SET_ASIDE = 10_000;

    private final Shop shop;
    private final ReleaseStore releases;
    private final Jobs jobs;
    private final Supplier<Map<String, Long>> refused;
    private Optional<Summary> newest = Optional.empty();

    /** What is worth remembering of the data set of the newest release. */
    private record Summary(String hash, DatasetView view, CleaningReport report) {}

    /**
     * Wires it.
     *
     * @param refused events of requests that were refused, by rule
     */
    public DataViews(
            Shop shop, ReleaseStore releases, Jobs jobs, Supplier<Map<String, Long>> refused) {
        this.shop = shop;
        this.releases = releases;
        this.jobs = jobs;
        this.refused = refused;
    }

    @Override
    public DataSummary summary() {
        long first = shop.events().log().startOffset();
        long end = shop.events().log().endOffset();
        return new DataSummary(
                shop.catalog().size(),
                end - first,
                shop.state().counts().shoppers(),
                firstEvent(first),
                shop.state().latestEvent());
    }

    /** Time of the first event that the log still has; 0 for none. */
    private long firstEvent(long offset) {
        try (EventCursor cursor = shop.events().read(offset)) {
            return cursor.next() ? cursor.event().time() : 0;
        }
    }

    @Override
    public List<ImportView> imports() {
        return ImportRecord.list(Importer.directory(shop)).stream()
                .limit(MOST_IMPORTS)
                .map(r ->
                        new ImportView(
                                r.source(),
                                r.products() > 0 && r.events() > 0
                                        ? "products and events"
                                        : r.products() > 0 ? "products" : "events",
                                r.finishedAt() > 0 ? "done" : "running",
                                r.startedAt(),
                                r.finishedAt(),
                                r.products() + r.events(),
                                r.accepted(),
                                r.rejected(),
                                ""))
                .toList();
    }

    @Override
    public CleaningView cleaning() {
        Map<String, Long> outside = new HashMap<>(refused.get());
        for (ImportRecord record : ImportRecord.list(Importer.directory(shop))) {
            record.rules().forEach((rule, count) -> outside.merge(rule, count, Long::sum));
        }
        long before = outside.values().stream().mapToLong(Long::longValue).sum();
        Optional<CleaningReport> report = newest().map(Summary::report);
        List<RuleCount> rules = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            long count =
                    outside.getOrDefault(rule.wire(), 0L)
                            + report.map(cleaned -> cleaned.count(rule)).orElse(0L);
            rules.add(new RuleCount(rule.wire(), description(rule), "set-aside", count));
        }
        return new CleaningView(
                before + report.map(CleaningReport::in).orElse(0L),
                report.map(CleaningReport::kept).orElse(0L),
                rules);
    }

    private static String description(Rule rule) {
        return switch (rule) {
            case MISSING_FIELD -> "a field that every such event needs is absent";
            case MALFORMED -> "a field cannot be what it says";
            case IMPOSSIBLE_TIME -> "in the future, or before the floor";
            case DUPLICATE_ID -> "its event id was seen before";
            case REPEATED -> "the same visitor did the same within a second";
            case UNKNOWN_ITEM -> "none of its products is in the catalogue";
            case OUTLYING_PRICE -> "its price is far from what the item otherwise costs";
            case OUTLYING_QUANTITY -> "its quantity is far from what is otherwise bought";
            case ROBOT -> "its visitor is too fast or too regular to be a person";
        };
    }

    @Override
    public Page<SetAsideRecord> setAside(String rule, PageRequest page) {
        List<SetAsideRecord> records = new ArrayList<>();
        for (Path file : setAsideFiles()) {
            long at = modified(file);
            SetAside.read(
                    file,
                    entry -> {
                        if (records.size() < MOST_SET_ASIDE
                                && (rule.isEmpty() || rule.equals(entry.rule()))) {
                            records.add(
                                    new SetAsideRecord(
                                            entry.rule(),
                                            entry.reason(),
                                            entry.origin(),
                                            entry.line(),
                                            at,
                                            entry.record()));
                        }
                    });
        }
        return page.of(records);
    }

    @Override
    public JobView replay(String rule) {
        return jobs.start(
                "replay",
                () -> {
                    SetAsideReplay.Outcome outcome = new SetAsideReplay(shop).all(rule);
                    return Map.of("accepted", outcome.accepted(), "remaining", outcome.remaining());
                });
    }

    @Override
    public Optional<DatasetView> dataset() {
        return newest().map(Summary::view);
    }

    private synchronized Optional<Summary> newest() {
        Optional<Release> live = releases.live();
        if (live.isEmpty() || live.get().manifest().dataset().isEmpty()) {
            return Optional.empty();
        }
        String hash = live.get().manifest().dataset();
        if (newest.isEmpty() || !newest.get().hash().equals(hash)) {
            Path directory = shop.home().datasets().resolve(hash);
            if (!Files.isDirectory(directory)) {
                return Optional.empty();
            }
            newest = Optional.of(summary(Dataset.open(directory), live.get()));
        }
        return newest;
    }

    private static Summary summary(Dataset dataset, Release release) {
        Map<String, Long> types = new TreeMap<>();
        long[] counts = new long[EventType.values().length];
        for (int row = 0; row < dataset.events(); row++) {
            counts[dataset.type(row).ordinal()]++;
        }
        for (EventType type : EventType.values()) {
            if (counts[type.ordinal()] > 0) {
                types.put(type.wire(), counts[type.ordinal()]);
            }
        }
        Map<String, Long> parts = new HashMap<>();
        dataset.manifest().parts().forEach((part, count) -> parts.put(part, count.longValue()));
        return new Summary(
                dataset.hash(),
                new DatasetView(
                        dataset.hash(),
                        release.manifest().createdAt().toEpochMilli(),
                        dataset.people(),
                        dataset.items(),
                        dataset.manifest().split().toString(),
                        parts,
                        types),
                dataset.manifest().report());
    }

    private List<Path> setAsideFiles() {
        Path directory = shop.home().setAside();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".jsonl.zst")).sorted().toList();
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot list " + directory + ": " + e, e);
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
