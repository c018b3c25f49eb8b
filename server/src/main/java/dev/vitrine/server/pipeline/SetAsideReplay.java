package dev.vitrine.server.pipeline;

import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.cleaning.SetAsideEntry;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.intake.Intake;
import dev.vitrine.data.intake.Origin;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.shop.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tries again what imports set aside. A record whose columns are mapped is read once more from its
 * file, by its line, with the mapping as it is now; so it is with one that could not be read at
 * all. Any other is an event as the API writes it, and is offered as such. What is taken in leaves
 * the file of what is set aside, the rest stays with the reason found last.
 *
 * <p>After a crash in between some are offered twice; events that the end of the log holds already
 * are known by their ids, and a product replaces itself.
 */
public final class SetAsideReplay {
    private static final String ENDING = ".jsonl.zst";
    private static final String OF_IMPORT = "import-";

    private final Shop shop;
    private final Path records;

    public SetAsideReplay(Shop shop) {
        this.shop = shop;
        this.records = Importer.directory(shop);
    }

    /**
     * How it went.
     *
     * @param before records by rule that were set aside
     * @param after those that are set aside now
     */
    public record Outcome(Map<String, Long> before, Map<String, Long> after) {
        static final Outcome NONE = new Outcome(Map.of(), Map.of());

        public long accepted() {
            return sum(before) - remaining();
        }

        public long remaining() {
            return sum(after);
        }

        Outcome and(Outcome other) {
            return new Outcome(add(before, other.before), add(after, other.after));
        }

        private static Map<String, Long> add(Map<String, Long> one, Map<String, Long> other) {
            Map<String, Long> both = new TreeMap<>(one);
            other.forEach((rule, count) -> both.merge(rule, count, Long::sum));
            return both;
        }

        private static long sum(Map<String, Long> counts) {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Tries all again that was set aside before the log; imports under way are left alone.
     *
     * @param rule the rule that set them aside; empty for any
     */
    public Outcome all(String rule) {
        Predicate<SetAsideEntry> wanted = entry -> rule.isEmpty() || rule.equals(entry.rule());
        // One after the other: a record offered by two of them would be taken in twice.
        synchronized (shop) {
            List<ImportRecord> imports = ImportRecord.list(records);
            Outcome all = Outcome.NONE;
            for (Path file : files(shop)) {
                Optional<ImportRecord> of =
                        imports.stream().filter(r -> belongs(file, r.id(), imports)).findFirst();
                if (of.isPresent() && !of.get().done()) {
                    continue;
                }
                Optional<Intake> intake = of.flatMap(record -> Mapping.kept(records, record));
                Outcome outcome = replay(file, intake, 0, wanted);
                of.ifPresent(record -> current(record).replayed(outcome).save(records));
                all = all.and(outcome);
            }
            return all;
        }
    }

    private ImportRecord current(ImportRecord record) {
        return ImportRecord.list(records).stream()
                .filter(r -> r.id().equals(record.id()))
                .findFirst()
                .orElse(record);
    }

    /** Tries again what an import that is done set aside. */
    Outcome of(ImportRecord record, Intake intake) {
        synchronized (shop) {
            Outcome all = Outcome.NONE;
            for (Path file : files(record.id())) {
                all = all.and(replay(file, Optional.of(intake), record.offset(), entry -> true));
            }
            return all;
        }
    }

    /** Drops what an earlier import set aside of files that are about to be read anew. */
    void forget(String id, List<String> names) {
        synchronized (shop) {
            for (Path file : files(id)) {
                SetAside.replay(file, entry -> names.contains(entry.origin()));
            }
        }
    }

    /** Where an import keeps what it sets aside; earlier versions numbered some. */
    static String name(String id) {
        return OF_IMPORT + id;
    }

    private List<Path> files(String id) {
        List<ImportRecord> imports = ImportRecord.list(records);
        return files(shop).stream().filter(file -> belongs(file, id, imports)).toList();
    }

    private static boolean belongs(Path file, String id, List<ImportRecord> imports) {
        String own = file.getFileName().toString().replace(ENDING, "");
        return own.equals(name(id))
                || own.matches(Pattern.quote(name(id)) + "-[0-9]+")
                        && imports.stream().noneMatch(r -> own.equals(name(r.id())));
    }

    /** Files of what was set aside before the log; cleaning for training keeps its own. */
    private static List<Path> files(Shop shop) {
        Path directory = shop.home().setAside();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(ENDING))
                    .filter(f -> f.getFileName().toString().startsWith(OF_IMPORT))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot list " + directory + ": " + e, e);
        }
    }

    private Outcome replay(
            Path file, Optional<Intake> intake, long offset, Predicate<SetAsideEntry> wanted) {
        Lines lines = new Lines(intake, wanted);
        SetAside.read(file, lines::look);
        if (lines.nothing()) {
            return new Outcome(lines.before, lines.before);
        }
        ImportRecord start = ImportRecord.begin("", "", "", 0, offset, 0, "", "", 0);
        SetAside rest = SetAside.inPlaceOf(file);
        try (ImportRun run = new ImportRun(shop, start, rest, noted -> {}, () -> false)) {
            if (intake.isPresent()) {
                Intake again = intake.get().only(lines.wanted::containsKey);
                again.products(p -> lines.take(p.origin(), () -> run.product(p)), Progress.NONE);
                run.flush();
                again.events(e -> lines.take(e.origin(), () -> run.event(e)), Progress.NONE);
            }
            SetAside.read(
                    file,
                    entry -> {
                        Optional<Event> event = lines.event(entry);
                        if (event.isPresent()) {
                            Origin origin = new Origin(entry.origin(), entry.line());
                            run.event(new Parsed.Good<>(origin, event.get()));
                        } else if (!lines.met(entry)) {
                            rest.add(entry);
                        }
                    });
            run.finish();
            rest.replace(file);
        }
        return new Outcome(lines.before, rest.rules());
    }

    /** Which lines of which files are tried again, and which of them were met. */
    private static final class Lines {
        private final Optional<Intake> intake;
        private final Predicate<SetAsideEntry> asked;
        private final Map<String, BitSet> wanted = new HashMap<>();
        private final Map<String, BitSet> met = new HashMap<>();
        private final Map<String, Boolean> once = new HashMap<>();
        private final Map<String, Boolean> mapped = new HashMap<>();
        private final Map<String, Long> before = new TreeMap<>();
        private boolean events;

        Lines(Optional<Intake> intake, Predicate<SetAsideEntry> asked) {
            this.intake = intake;
            this.asked = asked;
        }

        void look(SetAsideEntry entry) {
            before.merge(entry.rule(), 1L, Long::sum);
            if (byLine(entry)) {
                wanted.computeIfAbsent(entry.origin(), name -> new BitSet())
                        .set((int) entry.line());
            } else {
                events |= event(entry).isPresent();
            }
        }

        boolean nothing() {
            return wanted.isEmpty() && !events;
        }

        /** Whether the record is read from its file again. */
        private boolean byLine(SetAsideEntry entry) {
            return asked.test(entry)
                    && entry.line() >= 0
                    && entry.line() < Integer.MAX_VALUE
                    && once.computeIfAbsent(entry.origin(), this::readsOnce)
                    && (mapped.computeIfAbsent(entry.origin(), this::maps)
                            || read(entry).isEmpty());
        }

        private boolean readsOnce(String name) {
            return intake.isPresent() && intake.get().readsOnce(name);
        }

        private boolean maps(String name) {
            return intake.isPresent() && intake.get().maps(name);
        }

        /** The event that an entry is by itself, when it is to be offered as such. */
        Optional<Event> event(SetAsideEntry entry) {
            return asked.test(entry) && !byLine(entry) ? read(entry) : Optional.empty();
        }

        private static Optional<Event> read(SetAsideEntry entry) {
            try {
                return Optional.of(EventJson.read(entry.record()));
            } catch (VitrineException e) {
                return Optional.empty();
            }
        }

        void take(Origin origin, Runnable taken) {
            BitSet lines = wanted.get(origin.file());
            if (lines != null
                    && origin.line() < Integer.MAX_VALUE
                    && lines.get((int) origin.line())) {
                met.computeIfAbsent(origin.file(), name -> new BitSet()).set((int) origin.line());
                taken.run();
            }
        }

        boolean met(SetAsideEntry entry) {
            BitSet lines = byLine(entry) ? met.get(entry.origin()) : null;
            return lines != null && lines.get((int) entry.line());
        }
    }
}
