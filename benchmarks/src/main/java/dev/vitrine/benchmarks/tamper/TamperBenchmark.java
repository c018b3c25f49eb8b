package dev.vitrine.benchmarks.tamper;

import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.server.cli.Main;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Whether a release answers that is not what was signed. A home with two releases of its own
 * training serves the first; to the second, everything is done that nobody should do (see {@link
 * Tampering}), each by itself, and the server is told to let it answer. Refused means: the operator
 * is told so (409), the refusal is counted and audited, and the first answers on. In between the
 * untouched release is let in, so that a server that refuses everything does not pass.
 */
public final class TamperBenchmark implements Benchmark {
    private static final Duration LONGEST_TRAINING = Duration.ofMinutes(20);
    private static final int BATCH = 2_000;

    @Override
    public String name() {
        return "tamper";
    }

    @Override
    public String description() {
        return "releases that were altered, unsigned or signed by others: whether one ever answers";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("seed", 1, 0, Integer.MAX_VALUE),
                new Argument.Whole("offsets", 3, 1, 1_000),
                new Argument.Whole("items", 1_000, 200, 20_000),
                new Argument.Whole("shoppers", 800, 100, 100_000),
                new Argument.Whole("events", 20_000, 2_000, 1_000_000),
                new Argument.Whole("gigabytes", 1, 1, 64));
    }

    @Override
    public String duration() {
        return "5 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        Path home = context.work().resolve("home");
        Path output = context.work().resolve("server.log");
        Forger forger = new Forger(Files.createDirectory(context.work().resolve("forger")));
        List<Release> releases = twoReleases(home, output, context);
        certificates(home, forger);
        Tally tally = new Tally(context);
        Release first = releases.get(0);
        Release second = releases.get(1);
        Figures figures = new Figures();
        Promotions times;
        try (AskedServer server = AskedServer.start(home, output)) {
            server.awaitReady();
            require(server.rollback(second.id()).status() == 200, "cannot go back to the first");
            Watch watch = new Watch(server, home, first, second, tally);
            times = watch.control();
            watch.certified(forger);
            SplittableRandom random = new SplittableRandom(context.arguments().whole("seed"));
            for (Tampering.Case each :
                    Tampering.of(
                            home,
                            second,
                            first,
                            forger,
                            random,
                            context.arguments().whole("offsets"))) {
                watch.attempt(each);
            }
            times = times.and(watch.control());
            require(server.promote(second.id()).status() == 200, "the second is refused at last");
            server.stop();
        }
        new AtStart(home, output, first, second, tally).run();
        tally.report(figures);
        times.report(figures);
        Verification.measure(
                context.work().resolve("large"),
                context.arguments().whole("gigabytes"),
                home,
                second.id(),
                figures);
        tally.reportKinds(figures);
        return figures.note(
                "A simulated shop, trained twice by the product's own pipeline; the first release"
                        + " serves while each case is done to the second and undone. refused counts"
                        + " cases that gave 409 and RELEASE_REFUSED (or, at a start, another"
                        + " release or none), one more in the metric, one more audited line, and"
                        + " an answer by the first release after it. Signatures with a valid chain"
                        + " of certificates, and the untouched release between the cases, were let"
                        + " in (controls). verify…: files in the page cache, all cores.");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Trains, brings more behaviour, and trains again; both are read back. */
    private static List<Release> twoReleases(Path directory, Path output, Context context)
            throws IOException, InterruptedException {
        SimulatedShop simulated =
                new SimulatedShop(
                        context.arguments().whole("seed"),
                        SimulationSettings.of(
                                context.arguments().whole("items"),
                                context.arguments().whole("shoppers"),
                                context.arguments().number("events"),
                                Instant.now()));
        List<Event> events = new ArrayList<>();
        Iterator<Event> all = simulated.events();
        all.forEachRemaining(events::add);
        int half = events.size() / 2;
        fill(
                directory,
                shop -> {
                    shop.upsert(simulated.products().subList(0, simulated.products().size() / 2));
                    write(shop, events.subList(0, half));
                });
        train(directory, output);
        fill(
                directory,
                shop -> {
                    shop.upsert(simulated.products());
                    write(shop, events.subList(half, events.size()));
                });
        train(directory, output);
        try (Home home = Home.open(directory);
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            List<Release> made = releases.list();
            require(made.size() == 2, "expected two releases, found " + made);
            return made;
        }
    }

    private interface Filled {
        void with(Shop shop);
    }

    private static void fill(Path directory, Filled filled) {
        try (Home home = Home.open(directory);
                Shop shop =
                        Shop.open(
                                home,
                                ShopSettings.defaults(),
                                InstantSource.system(),
                                dev.vitrine.kernel.time.Progress.NONE)) {
            filled.with(shop);
            shop.snapshot();
        }
    }

    private static void write(Shop shop, List<Event> events) {
        for (int from = 0; from < events.size(); from += BATCH) {
            shop.write(events.subList(from, Math.min(events.size(), from + BATCH)));
        }
    }

    private static void train(Path home, Path output) throws IOException, InterruptedException {
        try (JavaProcess training =
                JavaProcess.start(
                        Main.class,
                        Limits.NONE,
                        output,
                        List.of("train", "--home", home.toString()))) {
            if (!training.awaitEnd(LONGEST_TRAINING.toSeconds())) {
                throw new IllegalStateException("training did not end" + training.lastWords());
            }
        }
    }

    /** The home's key counts, and certificates of one authority. */
    private static void certificates(Path home, Forger forger)
            throws IOException, InterruptedException {
        Path root = forger.authority("root");
        forger.authority("unknown");
        String usage = "ku:c=digitalSignature";
        String purpose = "eku=codeSigning";
        forger.certificate("good", "root", "-1d", 365, usage, purpose);
        forger.certificate("ended", "root", "-2d", 1, usage, purpose);
        forger.certificate("to-begin", "root", "+1d", 365, usage, purpose);
        forger.certificate("servers", "root", "-1d", 365, usage, "eku=serverAuth");
        forger.certificate("agreement", "root", "-1d", 365, "ku:c=keyAgreement", purpose);
        forger.certificate("stranger", "unknown", "-1d", 365, usage, purpose);
        Files.writeString(
                home.resolve("server.yaml"),
                "signing:\n  trustedKeys: ["
                        + home.resolve("keys/signing.pem")
                        + "]\n  trustAnchors: ["
                        + root
                        + "]\n");
    }

    /** What came of the cases. */
    static final class Tally {
        private final Context context;
        private final Map<String, int[]> byKind = new TreeMap<>();
        private int cases;
        private int refused;
        private int controls;

        Tally(Context context) {
            this.context = context;
        }

        void count(String kind, String what, boolean held, String found) {
            cases++;
            int[] each = byKind.computeIfAbsent(kind, k -> new int[2]);
            each[0]++;
            if (held) {
                refused++;
                each[1]++;
            } else {
                context.out().printf(Locale.ROOT, "NOT REFUSED: %s, %s: %s%n", kind, what, found);
            }
        }

        void control() {
            controls++;
        }

        void report(Figures figures) {
            figures.put("cases", cases).put("refused", refused).put("controlsAdmitted", controls);
        }

        void reportKinds(Figures figures) {
            byKind.forEach((kind, each) -> {
                context.out().printf(Locale.ROOT, "%-28s %4d of %4d%n", kind, each[1], each[0]);
                figures.put(kind + "Cases", each[0]).put(kind + "Refused", each[1]);
            });
        }
    }

    /** Times of promotions that were let in, in milliseconds. */
    record Promotions(List<Double> whole, List<Double> verification) {
        Promotions and(Promotions more) {
            List<Double> all = new ArrayList<>(whole);
            all.addAll(more.whole);
            List<Double> verified = new ArrayList<>(verification);
            verified.addAll(more.verification);
            return new Promotions(all, verified);
        }

        void report(Figures figures) {
            double whole = median(this.whole);
            double verified = median(verification);
            figures.put("promoteMs", whole)
                    .put("promoteVerificationMs", verified)
                    .put("loadRatioToUnverified", whole / (whole - verified));
        }
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Tries to have the second release answer, on a server that answers by the first. */
    private static final class Watch {
        private static final int CONTROLS = 5;
        private static final String REFUSED = "vitrine_releases_refused_total";
        private static final String VERIFIED = "vitrine_release_verification_seconds_sum";

        private final AskedServer server;
        private final Path home;
        private final Release first;
        private final Release second;
        private final Tally tally;

        Watch(AskedServer server, Path home, Release first, Release second, Tally tally) {
            this.server = server;
            this.home = home;
            this.first = first;
            this.second = second;
            this.tally = tally;
        }

        void attempt(Tampering.Case each) throws Exception {
            double before = server.metric(REFUSED);
            long audited = server.audited(each.target());
            Tampering.Undo undo = each.change().make();
            String found;
            boolean held;
            try {
                AskedServer.Reply reply = server.promote(each.target());
                String answering = server.answering();
                double counted = server.metric(REFUSED) - before;
                long told = server.audited(each.target()) - audited;
                found =
                        reply.status()
                                + " "
                                + reply.body()
                                + ", counted "
                                + counted
                                + ", audited "
                                + told
                                + ", answered by "
                                + answering;
                held =
                        reply.status() == 409
                                && reply.body().contains("RELEASE_REFUSED")
                                && counted == 1
                                && told == 1
                                && answering.equals(first.id());
            } finally {
                undo.undo();
            }
            tally.count(each.kind(), each.what(), held, found);
        }

        /** The untouched release is let in, and the first put back. */
        Promotions control() throws Exception {
            List<Double> whole = new ArrayList<>();
            List<Double> verification = new ArrayList<>();
            for (int i = 0; i < CONTROLS; i++) {
                double verified = server.metric(VERIFIED);
                long start = System.nanoTime();
                AskedServer.Reply reply = server.promote(second.id());
                whole.add((System.nanoTime() - start) / 1e6);
                require(reply.status() == 200, "the untouched release is refused: " + reply);
                verification.add((server.metric(VERIFIED) - verified) * 1e3);
                require(server.answering().equals(second.id()), "the second does not answer");
                back();
                tally.control();
            }
            return new Promotions(whole, verification);
        }

        /** A release that is not closed yet cannot be opened again. */
        private void back() throws Exception {
            AskedServer.Reply reply = server.promote(first.id());
            for (int i = 0; i < 200 && reply.status() != 200; i++) {
                require(!reply.body().contains("REFUSED"), "the first is refused: " + reply);
                Thread.sleep(50);
                reply = server.promote(first.id());
            }
            require(reply.status() == 200, "the first does not come back: " + reply);
        }

        /** One whose signature has a valid chain is let in. */
        void certified(Forger forger) throws Exception {
            Registry registry = new Registry(home.resolve("registry.db"));
            Registry.Row row = registry.read(second.id());
            String signature = forger.certified(row.signature().orElseThrow(), "good");
            registry.replace(second.id(), row.withSignature(signature));
            AskedServer.Reply reply = server.promote(second.id());
            require(reply.status() == 200, "a valid chain is refused: " + reply);
            back();
            registry.replace(second.id(), row);
            tally.control();
        }
    }

    /** Starts on a home whose live release is the second. */
    private record AtStart(Path home, Path output, Release first, Release second, Tally tally) {
        void run() throws Exception {
            Path index =
                    dev.vitrine.registry.artifact.ArtifactStore.open(home.resolve("artifacts"))
                            .open(second.manifest().index().artifact())
                            .directory();
            Path file;
            try (var files = Files.list(index)) {
                file =
                        files.filter(f -> f.toFile().length() > 100)
                                .sorted()
                                .findFirst()
                                .orElseThrow();
            }
            Registry registry = new Registry(home.resolve("registry.db"));
            started(
                    "a flipped bit",
                    () -> Tampering.rewritten(file, bytes -> Tampering.flipped(bytes, 777)),
                    first.id());
            Registry.Row row = registry.read(second.id());
            started(
                    "no signature",
                    () -> {
                        registry.replace(second.id(), row.withoutSignature());
                        return () -> registry.replace(second.id(), row);
                    },
                    first.id());
            started(
                    "a manifest that was changed",
                    () -> {
                        registry.replace(second.id(), row.withJson(row.json() + " "));
                        return () -> registry.replace(second.id(), row);
                    },
                    first.id());
            Registry.Row other = registry.read(first.id());
            started(
                    "neither release signed",
                    () -> {
                        registry.replace(second.id(), row.withoutSignature());
                        registry.replace(first.id(), other.withoutSignature());
                        return () -> {
                            registry.replace(second.id(), row);
                            registry.replace(first.id(), other);
                        };
                    },
                    "");
        }

        private void started(String what, Tampering.Change change, String expected)
                throws Exception {
            makeLive();
            Tampering.Undo undo = change.make();
            String found;
            boolean held;
            try (AskedServer server = AskedServer.start(home, output)) {
                AskedServer.Reply word;
                if (expected.isEmpty()) {
                    word = server.awaitWord();
                } else {
                    server.awaitReady();
                    word = new AskedServer.Reply(200, "");
                }
                String answering = server.answering();
                found = word + ", answered by " + answering;
                held =
                        answering.equals(expected)
                                && expected.isEmpty() == (word.status() == 503)
                                && server.audited(second.id()) > 0;
                server.kill();
            } finally {
                undo.undo();
            }
            tally.count("atStart", what, held, found);
        }

        private void makeLive() {
            try (ReleaseStore releases = ReleaseStore.open(home.resolve("registry.db"))) {
                if (!releases.liveId().equals(java.util.Optional.of(second.id()))) {
                    releases.compareAndSetLive(
                            releases.liveId(), second.id(), "benchmark", "for a start");
                }
            }
        }
    }
}
