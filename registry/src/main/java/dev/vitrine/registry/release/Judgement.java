package dev.vitrine.registry.release;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a training found out about the models it made, for people to read; nothing that answers goes
 * by it.
 *
 * @param whole the name of the model that makes the final order, such as {@code blend} or {@code
 *     ranker}; empty where too little was held out to judge
 * @param questions that were asked
 * @param models by name, the whole and a baseline among them
 * @param slices some of the questions each
 * @param live the release that was live, on questions that neither had seen the answers of
 * @param curves of models that were tried and left out, by role: loss and validation of each epoch
 */
public record Judgement(
        String whole,
        int questions,
        Map<String, Measured> models,
        List<Slice> slices,
        Comparison live,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Map<String, String> curves) {
    public Judgement {
        models = ModelManifest.sorted(models);
        slices = List.copyOf(slices);
        curves = curves == null ? Map.of() : ModelManifest.sorted(curves);
    }

    @Override
    public Map<String, String> curves() {
        return Objects.requireNonNull(curves);
    }

    /** Nothing was asked. */
    public static Judgement none() {
        return new Judgement(
                "", 0, Map.of(), List.of(), Comparison.none("", "nothing was judged"), Map.of());
    }

    /** The same with the curves of models that were left out. */
    public Judgement withCurves(Map<String, String> added) {
        return new Judgement(whole, questions, models, slices, live, added);
    }

    /**
     * What one model reached.
     *
     * @param figures by name, such as {@code ndcgAt20}; finite
     * @param intervals of 95 % around those that have one
     */
    public record Measured(Map<String, Double> figures, Map<String, Interval> intervals) {
        public Measured {
            figures.forEach(ModelManifest::requireFinite);
            figures = ModelManifest.sorted(figures);
            intervals = ModelManifest.sorted(intervals);
        }
    }

    /** From {@code low} to {@code high}. */
    public record Interval(double low, double high) {
        public Interval {
            ModelManifest.requireFinite("low", low);
            ModelManifest.requireFinite("high", high);
        }
    }

    /**
     * Some of the questions.
     *
     * @param name such as {@code shortHistory}
     * @param what is in it, in words
     * @param questions in it
     */
    public record Slice(String name, String what, int questions, Map<String, Measured> models) {
        public Slice {
            models = ModelManifest.sorted(models);
        }
    }

    /**
     * Two releases on the same questions.
     *
     * @param release the one that was live; empty where none was
     * @param reason why there is no comparison; empty where there is one
     * @param paired null where there is none
     */
    public record Comparison(
            String release,
            String reason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Paired paired) {
        /** None, and why. */
        public static Comparison none(String release, String reason) {
            return new Comparison(release, reason, null);
        }

        /** What was found, where the two could be compared. */
        @JsonIgnore
        public Optional<Paired> found() {
            return Optional.ofNullable(paired);
        }
    }

    /**
     * Means over the same questions, and their difference with 95 % around it.
     *
     * @param figure that is compared, such as {@code ndcgAt20}
     * @param ours of the models that the training judged
     * @param theirs of the release that was live
     * @param after all questions are asked later than this, epoch milliseconds: what the live
     *     release was fitted to ends here
     * @param fitted what the models that the training judged were fitted to ends here
     */
    public record Paired(
            String figure,
            int questions,
            double ours,
            double theirs,
            double difference,
            Interval interval,
            long after,
            long fitted) {}
}
