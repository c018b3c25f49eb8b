package dev.vitrine.server.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of a live release found. It speaks of products and of counts of people, never
 * of somebody.
 *
 * @param format of the file
 * @param number rises from one to the next, from 1
 * @param at when it was done, epoch milliseconds
 * @param seconds it took
 * @param askedBy the caller who asked for it; {@code schedule} where none did
 * @param release that was live
 * @param questions people with a past who turned to something new
 * @param figures by name, such as {@code ndcgAt20}; none without questions
 * @param causes why what people turned to was not among the first 20, by how often
 * @param kinds of product that were turned to, worst found first
 * @param cases answers that went wrong most, worst first
 * @param shelves what became of what was shown since the stretch of before; empty in files that
 *     were written before it was kept
 */
public record Evaluation(
        int format,
        long number,
        long at,
        double seconds,
        String askedBy,
        String release,
        Span span,
        int questions,
        Verdict verdict,
        Map<String, Figure> figures,
        Drift drift,
        List<Cause> causes,
        List<Kind> kinds,
        List<Case> cases,
        @Nullable List<ShelfDay> shelves) {
    /** Raised by one when files of before cannot be read as they are. */
    public static final int FORMAT = 1;

    public Evaluation {
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
        causes = List.copyOf(causes);
        kinds = List.copyOf(kinds);
        cases = List.copyOf(cases);
        shelves = shelves == null ? List.of() : List.copyOf(shelves);
    }

    @Override
    public List<ShelfDay> shelves() {
        return Objects.requireNonNull(shelves);
    }

    /** The same without what takes room: features of drift, causes, kinds, cases and shelves. */
    public Evaluation shortened() {
        return new Evaluation(
                format,
                number,
                at,
                seconds,
                askedBy,
                release,
                span,
                questions,
                verdict,
                figures,
                new Drift(drift.state(), drift.words(), List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    Evaluation numbered(long newNumber) {
        return new Evaluation(
                format, newNumber, at, seconds, askedBy, release, span, questions, verdict, figures,
                drift, causes, kinds, cases, shelves);
    }

    /**
     * Which events were looked at, by their offsets in the log.
     *
     * @param before the first of those that the newest are compared with; they end at {@code data}
     * @param data where the data of the release ends
     * @param from the first of the newest
     * @param to after the last of the newest
     * @param fromTime of the first of the newest, epoch milliseconds
     * @param toTime of the last
     */
    public record Span(long before, long data, long from, long to, long fromTime, long toTime) {}

    /** How good the answers are, in words. */
    public record Verdict(Answers state, String words) {}

    /** How good answers are beside what they were and beside what is popular. */
    public enum Answers {
        /** No worse than when the release was made, as far as the questions can tell. */
        AS_GOOD,
        /** Better than popularity; there are no figures of when the release was made. */
        BETTER_THAN_POPULARITY,
        WORSE,
        NOT_BETTER_THAN_POPULARITY,
        TOO_FEW_QUESTIONS;

        @JsonValue
        public String wire() {
            return Evaluation.wire(this);
        }
    }

    private static String wire(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A mean over questions.
     *
     * @param low of 95 % around {@code value}, by a bootstrap over questions
     * @param high as low
     * @param popularity what the most popular products reach on the same questions
     * @param made what the release reached on its own questions when it was made; null where that
     *     was not judged
     */
    public record Figure(
            double value,
            double low,
            double high,
            double popularity,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double made) {}

    /** What has changed since the data of the release. */
    public record Drift(Change state, String words, List<Feature> features) {
        public Drift {
            features = List.copyOf(features);
        }
    }

    /** How much something has changed. */
    public enum Change {
        TOO_FEW,
        NONE,
        SOME,
        STRONG;

        @JsonValue
        public String wire() {
            return Evaluation.wire(this);
        }
    }

    /**
     * One thing that may change.
     *
     * @param name such as {@code price}
     * @param what in words
     * @param kind {@code numbers}, {@code shares} or {@code vectors}
     * @param prediction whether it is about answers, else about what people do
     * @param words what changed, or why that cannot be said
     * @param peopleBefore that gave a value each
     * @param psi population stability index; null without a verdict, and for vectors
     * @param ks statistic of Kolmogorov and Smirnov; null but for numbers
     * @param energy energy distance from 0 to 1; null but for vectors
     * @param pValue the smallest of its tests
     * @param table shares of the most frequent, or quartiles
     */
    public record Feature(
            String name,
            String what,
            String kind,
            boolean prediction,
            Change state,
            String words,
            int peopleBefore,
            int peopleNow,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double psi,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double ks,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double energy,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double pValue,
            List<Row> table) {
        public Feature {
            table = List.copyOf(table);
        }
    }

    /** A share, or a quartile, before and now. */
    public record Row(String name, double before, double now) {}

    /** Why something was missed, and how often. */
    public record Cause(String reason, int times) {}

    /**
     * A category of what was turned to.
     *
     * @param times that somebody turned to a product of it
     * @param found of these, among the first 20
     */
    public record Kind(String category, int times, int found) {}

    /**
     * What became of what one serving config showed on one day.
     *
     * @param day such as {@code 2026-06-01}, UTC
     * @param shown products in view
     * @param clicks on them
     * @param purchases that followed
     */
    public record ShelfDay(
            String day, String servingConfig, long shown, long clicks, long purchases) {}

    /** A product by its id, and its title where it has one. */
    public record Piece(String id, String title) {}

    /**
     * One answer that went wrong.
     *
     * @param history what was turned to before, newest first, at most ten
     * @param historySize of how many
     * @param shown what stood first
     * @param taken what was turned to after, at most five
     * @param place of the best of all that was taken, from 1; 0 where it is beyond all that was
     *     asked for
     */
    public record Case(
            List<Piece> history, int historySize, List<Piece> shown, List<Taken> taken, int place) {
        public Case {
            history = List.copyOf(history);
            shown = List.copyOf(shown);
            taken = List.copyOf(taken);
        }
    }

    /**
     * A product that was turned to.
     *
     * @param place in the answer, from 1; 0 where it is not in it
     * @param reason why it likely stands no higher; empty for one of the first 20
     */
    public record Taken(String id, String title, int place, String reason) {}
}
