package dev.vitrine.server.watch;

import dev.vitrine.kernel.statistics.EnergyDistance;
import dev.vitrine.kernel.statistics.KolmogorovSmirnov;
import dev.vitrine.kernel.statistics.PopulationStability;
import dev.vitrine.server.watch.Evaluation.Change;
import dev.vitrine.server.watch.Evaluation.Drift;
import dev.vitrine.server.watch.Evaluation.Feature;
import dev.vitrine.server.watch.Evaluation.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares values of before with values of now, feature by feature, and says in words what has
 * changed. A change is told where it is larger than a bound and chance alone brings one as large
 * less often than once in a thousand times: some from a PSI of .1, a gap of .13 between
 * distributions (KS) or an energy distance of .02 on, strong from .25, .2 and .05 on. A normal
 * distribution whose middle moves so that its PSI is .1 or .25 has gaps of .13 and .2.
 */
final class DriftTable {
    /** With fewer people on either side nothing is said. */
    static final int FEWEST = 100;

    /** Vectors of one side that are compared. */
    static final int MOST_VECTORS = 400;

    private static final double RARE = .001;
    private static final int BINS = 10;
    private static final int MOST_CATEGORIES = 40;
    private static final int ROWS = 8;
    private static final long SEED = 20_261_122;

    private final List<Feature> features = new ArrayList<>();

    /** How large a change is. */
    private record Bounds(double some, double strong) {
        Change of(double size, double pValue) {
            if (!(pValue <= RARE) || size < some) {
                return Change.NONE;
            }
            return size < strong ? Change.SOME : Change.STRONG;
        }
    }

    private static final Bounds PSI = new Bounds(.1, .25);
    private static final Bounds KS = new Bounds(.13, .2);
    private static final Bounds ENERGY = new Bounds(.02, .05);

    /**
     * What is compared.
     *
     * @param name such as {@code price}
     * @param what in words
     * @param prediction whether it is about answers
     */
    record About(String name, String what, boolean prediction) {}

    /** Numbers; NaN is left out. */
    void numbers(About about, double[] before, double[] now) {
        double[] was = known(before);
        double[] is = known(now);
        if (isTooLittle(about, "numbers", was.length, is.length)) {
            return;
        }
        PopulationStability psi = PopulationStability.ofNumbers(was, is, BINS);
        KolmogorovSmirnov ks = KolmogorovSmirnov.of(was, is);
        Change change =
                larger(PSI.of(psi.index(), psi.pValue()), KS.of(ks.statistic(), ks.pValue()));
        List<Row> quartiles = new ArrayList<>();
        String[] names = {"a quarter is below", "half is below", "three quarters are below"};
        for (int i = 0; i < names.length; i++) {
            double share = (i + 1) / 4.0;
            quartiles.add(new Row(names[i], quantile(was, share), quantile(is, share)));
        }
        Row half = quartiles.get(1);
        add(
                about,
                "numbers",
                change,
                text(
                        "half was below %s, and is below %s",
                        number(half.before()), number(half.now())),
                was.length,
                is.length,
                psi.index(),
                ks.statistic(),
                null,
                Math.min(psi.pValue(), ks.pValue()),
                quartiles);
    }

    private static double[] known(double[] values) {
        double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        Arrays.sort(known);
        return known;
    }

    private static double quantile(double[] sorted, double share) {
        return Judged.rounded(sorted[(int) Math.min(sorted.length - 1, share * sorted.length)]);
    }

    /** Values that have no order; empty ones are left out. */
    void shares(About about, List<String> before, List<String> now) {
        Map<String, Long> was = counted(before);
        Map<String, Long> is = counted(now);
        int befores = total(was);
        int nows = total(is);
        if (isTooLittle(about, "shares", befores, nows)) {
            return;
        }
        PopulationStability psi = PopulationStability.ofCategories(was, is, MOST_CATEGORIES);
        List<Row> rows =
                PopulationStability.frequent(was, is, MOST_CATEGORIES).stream()
                        .map(name ->
                                new Row(name, share(was, name, befores), share(is, name, nows)))
                        .toList();
        Row most =
                rows.stream()
                        .max(Comparator.comparingDouble(row -> Math.abs(row.now() - row.before())))
                        .orElseThrow();
        add(
                about,
                "shares",
                PSI.of(psi.index(), psi.pValue()),
                text(
                        "%s was %.1f %%, and is %.1f %%",
                        most.name(), 100 * most.before(), 100 * most.now()),
                befores,
                nows,
                psi.index(),
                null,
                null,
                psi.pValue(),
                shown(rows, most));
    }

    /** The most frequent, and the one that moved most. */
    private static List<Row> shown(List<Row> rows, Row most) {
        List<Row> shown = new ArrayList<>(rows.subList(0, Math.min(ROWS, rows.size())));
        if (!shown.contains(most)) {
            shown.set(shown.size() - 1, most);
        }
        return shown;
    }

    private static Map<String, Long> counted(List<String> values) {
        Map<String, Long> counts = new HashMap<>();
        for (String value : values) {
            if (!value.isEmpty()) {
                counts.merge(value, 1L, Long::sum);
            }
        }
        return counts;
    }

    private static int total(Map<String, Long> counts) {
        return Math.toIntExact(counts.values().stream().mapToLong(Long::longValue).sum());
    }

    private static double share(Map<String, Long> counts, String name, int total) {
        return Judged.rounded(counts.getOrDefault(name, 0L) / (double) total);
    }

    /** Points of a space; of too many the first {@value #MOST_VECTORS}. */
    void vectors(About about, List<float[]> before, List<float[]> now) {
        float[][] was = before.stream().limit(MOST_VECTORS).toArray(float[][]::new);
        float[][] is = now.stream().limit(MOST_VECTORS).toArray(float[][]::new);
        if (isTooLittle(about, "vectors", was.length, is.length)) {
            return;
        }
        EnergyDistance energy = EnergyDistance.of(was, is, SEED);
        add(
                about,
                "vectors",
                ENERGY.of(energy.share(), energy.pValue()),
                text("they lie %.3f apart, where 0 is as before", energy.share()),
                was.length,
                is.length,
                null,
                null,
                energy.share(),
                energy.pValue(),
                List.of());
    }

    /** A feature that cannot be compared, and why. */
    void none(About about, String kind, String why) {
        add(about, kind, Change.TOO_FEW, why, 0, 0, null, null, null, null, List.of());
    }

    private boolean isTooLittle(About about, String kind, int before, int now) {
        boolean few = before < FEWEST || now < FEWEST;
        if (few) {
            String why = text("of %d people before and %d now; it takes %d", before, now, FEWEST);
            add(about, kind, Change.TOO_FEW, why, before, now, null, null, null, null, List.of());
        }
        return few;
    }

    private static Change larger(Change one, Change other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void add(
            About about,
            String kind,
            Change change,
            String words,
            int before,
            int now,
            @Nullable Double psi,
            @Nullable Double ks,
            @Nullable Double energy,
            @Nullable Double pValue,
            List<Row> table) {
        features.add(
                new Feature(
                        about.name(),
                        about.what(),
                        kind,
                        about.prediction(),
                        change,
                        words,
                        before,
                        now,
                        rounded(psi),
                        rounded(ks),
                        rounded(energy),
                        rounded(pValue),
                        table));
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : Double.valueOf(Judged.rounded(value));
    }

    /** All that was compared, the largest changes first. */
    Drift drift() {
        List<Feature> sorted =
                features.stream().sorted(Comparator.comparing(Feature::state).reversed()).toList();
        Change state = sorted.stream().map(Feature::state).findFirst().orElse(Change.TOO_FEW);
        String words =
                switch (state) {
                    case TOO_FEW -> "there is too little to compare";
                    case NONE -> "nothing that is looked at has changed";
                    case SOME, STRONG ->
                            sorted.stream()
                                    .filter(feature -> feature.state() == state)
                                    .map(feature -> feature.what() + ": " + feature.words())
                                    .collect(Collectors.joining("; "));
                };
        return new Drift(state, words, sorted);
    }

    private static String number(double value) {
        return Math.abs(value) >= 100 || value == Math.rint(value)
                ? text("%.0f", value)
                : text("%.3g", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
