package dev.vitrine.data.cleaning;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds visitors that act faster, or more evenly, than people do. Keeps 12 bytes per event until
 * {@link #conclude}, so that events may come in any order of time.
 */
final class Robots {
    private static final long MINUTE = 60_000;

    private final CleaningSettings settings;
    private final DenseNumbers visitors = new DenseNumbers();
    private int[] visitor = new int[1024];
    private long[] time = new long[1024];
    private int events;
    private Finding[] findings = new Finding[0];

    Robots(CleaningSettings settings) {
        this.settings = settings;
    }

    void observe(long visitorNumber, long at) {
        if (events == time.length) {
            visitor = Arrays.copyOf(visitor, events * 2);
            time = Arrays.copyOf(time, events * 2);
        }
        visitor[events] = visitors.of(visitorNumber);
        time[events++] = at;
    }

    void conclude() {
        int people = visitors.size();
        int[] start = new int[people + 1];
        for (int i = 0; i < events; i++) {
            start[visitor[i] + 1]++;
        }
        for (int p = 0; p < people; p++) {
            start[p + 1] += start[p];
        }
        long[] sorted = new long[events];
        int[] next = Arrays.copyOf(start, people);
        for (int i = 0; i < events; i++) {
            sorted[next[visitor[i]]++] = time[i];
        }
        visitor = new int[0];
        time = new long[0];
        findings = new Finding[people];
        for (int p = 0; p < people; p++) {
            Arrays.sort(sorted, start[p], start[p + 1]);
            findings[p] = judge(sorted, start[p], start[p + 1]);
        }
    }

    @Nullable Finding check(long visitorNumber) {
        int number = visitors.find(visitorNumber);
        return number < 0 ? null : findings[number];
    }

    private @Nullable Finding judge(long[] times, int from, int to) {
        int most = 0;
        int first = from;
        for (int i = from; i < to; i++) {
            while (times[i] - times[first] >= MINUTE) {
                first++;
            }
            most = Math.max(most, i - first + 1);
        }
        if (most > settings.robotEventsPerMinute()) {
            return new Finding(
                    Rule.ROBOT,
                    "visitorId",
                    "the visitor did "
                            + most
                            + " things within a minute, more than "
                            + settings.robotEventsPerMinute());
        }
        return regular(times, from, to);
    }

    private @Nullable Finding regular(long[] times, int from, int to) {
        long longest = settings.robotRegularGap().toMillis();
        int gaps = 0;
        double sum = 0;
        double squares = 0;
        for (int i = from + 1; i < to; i++) {
            double gap = times[i] - times[i - 1];
            if (gap > 0 && gap <= longest) {
                gaps++;
                sum += gap;
                squares += gap * gap;
            }
        }
        if (gaps < settings.robotRegularEvents()) {
            return null;
        }
        double mean = sum / gaps;
        double variation = Math.sqrt(Math.max(0, squares / gaps - mean * mean)) / mean;
        if (variation >= settings.robotRegularity()) {
            return null;
        }
        return new Finding(
                Rule.ROBOT,
                "visitorId",
                String.format(
                        Locale.ROOT,
                        "the visitor acts every %.1f s, with a variation of only %.3f",
                        mean / 1000,
                        variation));
    }
}
