package dev.vitrine.server.cli;

import dev.vitrine.kernel.time.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What commands share in talking to people: progress and figures on standard error. */
final class Terminal {
    private Terminal() {}

    static Progress progress() {
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new TerminalProgress(System.err, InstantSource.system(), terminal);
    }

    static void figures(Figures figures) {
        for (Map.Entry<String, Double> figure : figures.inOrder()) {
            double[] spread = figures.spread().get(figure.getKey());
            System.err.printf(
                    Locale.ROOT,
                    "  %-34s %s%s%n",
                    figure.getKey(),
                    number(figure.getValue()),
                    spread == null
                            ? ""
                            : "  (" + number(spread[0]) + " to " + number(spread[1]) + ")");
        }
        if (!figures.notes().isEmpty()) {
            System.err.println("  " + figures.notes());
        }
    }

    /**
     * Writes a machine-readable result where {@code --json} said; nowhere when it was not given.
     */
    static void result(@Nullable String target, String json) throws IOException {
        if (target == null) {
            return;
        }
        if (target.equals("-")) {
            System.out.print(json);
        } else {
            ResultFile.write(Path.of(target), json);
        }
    }

    private static String number(double value) {
        double rounded = ResultFile.round(value);
        return rounded == Math.rint(rounded)
                ? String.format(Locale.ROOT, "%,.0f", rounded)
                : String.valueOf(rounded);
    }
}
