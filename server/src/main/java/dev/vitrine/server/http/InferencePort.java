package dev.vitrine.server.http;

import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.telemetry.RunCounts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Models that run on tensors. */
public interface InferencePort {
    /** What runs the models, in the words of the protocol. */
    String PLATFORM = "onnxruntime_onnx";

    /** What is there beyond the protocol's core, as clients ask for it. */
    List<String> EXTENSIONS =
            List.of(
                    "model_repository",
                    "binary_tensor_data",
                    "statistics",
                    "model_configuration",
                    "parameters");

    /**
     * A model as it answers now.
     *
     * @param versions that answer
     */
    record Served(String name, long version, List<Long> versions, Signature signature) {}

    /**
     * What a request got.
     *
     * @param model that answered: the one that was asked, or another of its ladder
     * @param version of the model that answered
     * @param servedBy the step of its ladder that answered: a model, or {@code cached}; empty for a
     *     model that declares neither a ladder nor a cache
     */
    record Outcome(String model, long version, Map<String, Tensor> outputs, String servedBy) {}

    /**
     * How often what a version had answered before was given again.
     *
     * @param hits answers, or rows, that needed no run
     * @param hitNanos that those answers took together
     * @param missNanos that the others took together, with their runs
     */
    record CacheCounts(long hits, long misses, long hitNanos, long missNanos) {
        public static final CacheCounts NONE = new CacheCounts(0, 0, 0, 0);
    }

    /**
     * A model of the repository.
     *
     * @param state UNAVAILABLE, LOADING, UNLOADING or READY, as the protocol calls them
     * @param reason why it is not ready; empty otherwise
     * @param failed whether that is because it could not be loaded
     */
    record Listed(String name, String version, String state, String reason, boolean failed) {
        /** One that did not fail. */
        public Listed(String name, String version, String state, String reason) {
            this(name, version, state, reason, false);
        }

        /** Whether it answers. */
        public boolean isReady() {
            return state.equals("READY");
        }
    }

    /** What the requests to a version that answers have cost so far. */
    record Counted(String model, long version, RunCounts runs, CacheCounts cache) {
        /** Of one that keeps nothing. */
        public Counted(String model, long version, RunCounts runs) {
            this(model, version, runs, CacheCounts.NONE);
        }
    }

    /** Without a version, the one that answers now. */
    Served model(String name, OptionalLong version);

    /** The version that has a label. */
    Served labelled(String name, String label);

    /**
     * Of every version that answers.
     *
     * @param name of one model; empty for all
     * @param version one of that model
     */
    List<Counted> statistics(String name, OptionalLong version);

    /**
     * What an answer is likely to take when nothing stands in its way but a run; 0 where that is
     * not known, or where it may wait for the answer to another.
     */
    long likelyNanos(InferCall call);

    Outcome infer(InferCall call);

    List<Listed> repository();

    /** Loads the newest version of the registry and has it answer. */
    void load(String name);

    /** Takes all versions away, until it is loaded again. */
    void unload(String name);

    /** Moves a label to a version that answers, or takes it away. */
    void label(String name, String label, OptionalLong version);

    /**
     * Keeps the next so many requests to a model that are answered, in a file of the server's home
     * that only its owner may read.
     *
     * @param requests 0 to end what has begun
     * @return the file
     */
    Path record(String name, int requests);

    /** Changes of the states of versions with a higher number, oldest first. */
    List<ModelStates.Change> changes(long after, int limit);
}
