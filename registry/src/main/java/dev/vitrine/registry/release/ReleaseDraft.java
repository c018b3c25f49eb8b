package dev.vitrine.registry.release;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ReleaseManifest} while it is put together, from nothing or from another one. What is not
 * said of it is empty.
 */
public final class ReleaseDraft {
    private Instant createdAt;
    private String createdBy;
    private IndexEpoch index;
    private Map<String, ModelVersion> models = Map.of();
    private long logOffset;
    private String dataset = "";
    private String featureContract = "";
    private Map<String, Double> thresholds = Map.of();
    private Map<String, List<Double>> calibration = Map.of();
    private Map<String, String> rules = Map.of();
    private Map<String, String> leftOut = Map.of();
    private @Nullable Judgement judgement;
    private @Nullable ItemNumbering items;

    /** One of which only this is known. */
    public ReleaseDraft(Instant createdAt, String createdBy, IndexEpoch index) {
        this.createdAt = createdAt;
        this.createdBy = createdBy;
        this.index = index;
    }

    /** The same as another, to be changed. */
    public static ReleaseDraft of(ReleaseManifest other) {
        ReleaseDraft draft = new ReleaseDraft(other.createdAt(), other.createdBy(), other.index());
        draft.models = other.models();
        draft.logOffset = other.logOffset();
        draft.dataset = other.dataset();
        draft.featureContract = other.featureContract();
        draft.thresholds = other.thresholds();
        draft.calibration = other.calibration();
        draft.rules = other.rules();
        draft.leftOut = other.leftOut();
        draft.judgement = other.judgement();
        draft.items = other.items();
        return draft;
    }

    public ReleaseDraft createdAt(Instant at) {
        createdAt = at;
        return this;
    }

    public ReleaseDraft createdBy(String who) {
        createdBy = who;
        return this;
    }

    public ReleaseDraft models(Map<String, ModelVersion> byRole) {
        models = byRole;
        return this;
    }

    public ReleaseDraft index(IndexEpoch epoch) {
        index = epoch;
        return this;
    }

    public ReleaseDraft logOffset(long offset) {
        logOffset = offset;
        return this;
    }

    public ReleaseDraft dataset(String hash) {
        dataset = hash;
        return this;
    }

    public ReleaseDraft featureContract(String name) {
        featureContract = name;
        return this;
    }

    public ReleaseDraft thresholds(Map<String, Double> byName) {
        thresholds = byName;
        return this;
    }

    public ReleaseDraft calibration(Map<String, List<Double>> byName) {
        calibration = byName;
        return this;
    }

    public ReleaseDraft rules(Map<String, String> byName) {
        rules = byName;
        return this;
    }

    public ReleaseDraft leftOut(Map<String, String> byRole) {
        leftOut = byRole;
        return this;
    }

    public ReleaseDraft judgement(@Nullable Judgement found) {
        judgement = found;
        return this;
    }

    public ReleaseDraft items(ItemNumbering numbering) {
        items = numbering;
        return this;
    }

    /**
     * As it is now.
     *
     * @throws dev.vitrine.kernel.error.VitrineException as {@link ReleaseManifest} does
     */
    public ReleaseManifest manifest() {
        return new ReleaseManifest(
                createdAt,
                createdBy,
                models,
                index,
                logOffset,
                dataset,
                featureContract,
                thresholds,
                calibration,
                rules,
                leftOut,
                judgement,
                items);
    }
}
