package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Models by name, each with versions, one of which answers who asks for none in particular. A new
 * version is loaded and warmed beside the one before by one thread at a time, then takes its place
 * between two requests; the old one finishes what it has begun and gives its memory back. A version
 * with a label stays.
 */
public final class ModelHost implements AutoCloseable {
    /** Versions that have ended and are still listed, of each model. */
    private static final int LISTED_ENDED = 16;

    /** For what is ended at the end of its drain time: a run stops between two of its steps. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    private final MemoryBudget memory;
    private final NativeMemory measured;
    private final Duration drain;
    private final InstantSource clock;
    private final Consumer<VersionEvent> listener;
    private final SessionOpener opener = new SessionOpener();
    private final ExecutorService closer =
            Executors.newSingleThreadExecutor(BackgroundThread.factory("model-closer"));
    private final Map<String, Model> models = new ConcurrentHashMap<>();

    /** Held while a version is loaded or taken away; requests never wait for it. */
    private final ReentrantLock changing = new ReentrantLock();

    private static final class Model {
        final ConcurrentSkipListMap<Long, Version> versions = new ConcurrentSkipListMap<>();
        final Map<String, Long> labels = new ConcurrentHashMap<>();
        volatile @Nullable Version live;
    }

    /**
     * @param measured tells what a version takes; where it does not, the estimate stands
     * @param drain how long requests under way may go on with a version that is taken away or
     *     replaced; those that are left then are ended. {@link ModelSpec.Policy#UNLOAD_FIRST}, a
     *     load of what is being unloaded and {@link #close} wait for that
     * @param listener told of every state of every version, in the thread that caused it
     */
    public ModelHost(
            MemoryBudget memory,
            NativeMemory measured,
            Duration drain,
            InstantSource clock,
            Consumer<VersionEvent> listener) {
        this.memory = memory;
        this.measured = measured;
        this.drain = drain;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * What is known of a version.
     *
     * @param live whether it answers who asks for none in particular
     * @param bytes of memory that are counted for it
     * @param reason why it failed; empty where it has not
     */
    public record Status(
            ModelSpec spec, VersionState state, boolean live, long bytes, String reason) {}

    /**
     * Loads a version and makes it the one that answers. When it cannot be loaded, the one before
     * goes on, except under {@link ModelSpec.Policy#UNLOAD_FIRST}: there nothing is loaded before
     * all that was taken away has given its memory back. The same version, unloaded a moment ago,
     * is waited for until then too.
     *
     * @throws VitrineException VERSION_TAKEN, MODEL_TOO_LARGE, MODEL_INVALID, DEVICE_MISSING,
     *     MODEL_NOT_READY when what has to go first does not end, or what a warm-up request met
     */
    public void load(ModelSpec spec) {
        changing.lock();
        try {
            Model model = models.computeIfAbsent(spec.name(), name -> new Model());
            Version there = model.versions.get(spec.version());
            if (there != null && there.state() == VersionState.DRAINING) {
                boolean unused = await(there);
            }
            if (there != null && isUsed(there.state())) {
                throw new VitrineException(
                        InferenceError.VERSION_TAKEN,
                        "version "
                                + spec.version()
                                + " of '"
                                + spec.name()
                                + "' is there already, "
                                + there.state()
                                + (there.state() == VersionState.DRAINING
                                        ? ", with " + there.leases() + " requests under way"
                                        : ""));
            }
            Version before = model.live;
            boolean first = spec.policy() == ModelSpec.Policy.UNLOAD_FIRST && before != null;
            if (first && before != null && !isLabelled(model, before)) {
                model.live = null;
                before.retire(drain);
            }
            String kept = spec.policy() == ModelSpec.Policy.UNLOAD_FIRST ? draining(model) : "";
            Version version =
                    new Version(
                            spec,
                            before,
                            memory,
                            measured,
                            opener,
                            task -> BackgroundThread.execute(closer, task),
                            this::tell);
            model.versions.put(spec.version(), version);
            forgetEnded(model);
            if (!kept.isEmpty()) {
                throw version.refused(kept);
            }
            version.load();
            model.live = version;
            if (!first && before != null && !isLabelled(model, before)) {
                before.retire(drain);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Waits for the versions that were taken away; says which did not end, empty when all did. */
    private String draining(Model model) {
        List<String> kept = new ArrayList<>();
        for (Version version : model.versions.values()) {
            if (version.state() == VersionState.DRAINING && !await(version)) {
                kept.add(
                        "version "
                                + version.spec.version()
                                + " has to go first and still has "
                                + version.leases()
                                + " requests under way, which were to end within "
                                + drain.toMillis()
                                + " ms");
            }
        }
        return String.join("; ", kept);
    }

    private static void forgetEnded(Model model) {
        List<Long> ended =
                model.versions.values().stream()
                        .filter(version -> !isUsed(version.state()))
                        .map(version -> version.spec.version())
                        .toList();
        ended.subList(0, Math.max(0, ended.size() - LISTED_ENDED)).forEach(model.versions::remove);
    }

    private static boolean isUsed(VersionState state) {
        return state != VersionState.UNLOADED && state != VersionState.FAILED;
    }

    private static boolean isLabelled(Model model, Version version) {
        return model.labels.containsValue(version.spec.version());
    }

    /** Waits until the memory is back; false when even ending its requests did not help. */
    private boolean await(Version version) {
        try {
            return version.awaitEnd(drain.plus(ENDING));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tell(Version version, String reason) {
        listener.accept(
                new VersionEvent(
                        clock.instant(),
                        version.spec.name(),
                        version.spec.version(),
                        version.state(),
                        reason));
    }

    /**
     * Leases the version that answers now.
     *
     * @throws VitrineException MODEL_UNKNOWN or MODEL_NOT_READY
     */
    public ModelLease lease(String name) {
        Model model = model(name);
        while (true) {
            Version version = model.live;
            if (version == null) {
                throw notReady(name, "none of its versions");
            }
            Optional<ModelLease> lease = version.lease();
            if (lease.isPresent()) {
                return lease.get();
            }
            if (isSame(version, model.live)) {
                throw notReady(name, "version " + version.spec.version());
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Version version, @Nullable Version other) {
        return version == other;
    }

    /** As {@link #lease(String)}, a version of one's choice. */
    public ModelLease lease(String name, long number) {
        Version version = model(name).versions.get(number);
        if (version == null) {
            throw unknown("model '" + name + "' has no version " + number);
        }
        return version.lease().orElseThrow(() -> notReady(name, "version " + number));
    }

    /** As {@link #lease(String)}, the version with a label. */
    public ModelLease lease(String name, String label) {
        Long number = model(name).labels.get(label);
        if (number == null) {
            throw unknown("model '" + name + "' has no label '" + label + "'");
        }
        return lease(name, number);
    }

    private Model model(String name) {
        Model model = models.get(name);
        if (model == null) {
            throw unknown("there is no model '" + name + "'");
        }
        return model;
    }

    private static VitrineException unknown(String message) {
        return new VitrineException(InferenceError.MODEL_UNKNOWN, message);
    }

    private static VitrineException notReady(String name, String which) {
        return new VitrineException(
                InferenceError.MODEL_NOT_READY,
                "model '" + name + "' is not ready: " + which + " cannot answer now");
    }

    /**
     * Puts a label on a ready version, or takes it away where there is no version. The version that
     * had it goes when nothing else keeps it.
     *
     * @throws VitrineException MODEL_UNKNOWN or MODEL_NOT_READY
     */
    public void label(String name, String label, OptionalLong version) {
        changing.lock();
        try {
            Model model = model(name);
            if (version.isPresent()) {
                Version labelled = model.versions.get(version.getAsLong());
                if (labelled == null || labelled.state() != VersionState.READY) {
                    throw notReady(name, "version " + version.getAsLong());
                }
            }
            Long before =
                    version.isPresent()
                            ? model.labels.put(label, version.getAsLong())
                            : model.labels.remove(label);
            Version old = before == null ? null : model.versions.get(before);
            if (old != null
                    && !isSame(old, model.live)
                    && !isLabelled(model, old)
                    && old.state() == VersionState.READY) {
                old.retire(drain);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Versions of a model by label. */
    public Map<String, Long> labels(String name) {
        Model model = models.get(name);
        return model == null ? Map.of() : Map.copyOf(model.labels);
    }

    /** The version that answers who asks for none in particular. */
    public OptionalLong live(String name) {
        Model model = models.get(name);
        Version live = model == null ? null : model.live;
        return live == null ? OptionalLong.empty() : OptionalLong.of(live.spec.version());
    }

    /**
     * Takes all versions of a model away; requests under way finish.
     *
     * @throws VitrineException MODEL_UNKNOWN
     */
    public void unload(String name) {
        changing.lock();
        try {
            Model model = model(name);
            model.live = null;
            model.labels.clear();
            for (Version version : model.versions.values()) {
                if (version.state() == VersionState.READY) {
                    version.retire(drain);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** All versions by name and number, of those that have ended the latest. */
    public List<Status> list() {
        List<Status> all = new ArrayList<>();
        new HashMap<>(models)
                .forEach((name, model) -> {
                    Version live = model.live;
                    for (Version version : model.versions.values()) {
                        all.add(
                                new Status(
                                        version.spec,
                                        version.state(),
                                        isSame(version, live),
                                        version.reserved(),
                                        version.reason()));
                    }
                });
        all.sort(
                Comparator.comparing((Status s) -> s.spec().name())
                        .thenComparingLong(s -> s.spec().version()));
        return all;
    }

    public MemoryBudget memory() {
        return memory;
    }

    /** Unloads everything and waits for requests under way; ends them after the drain time. */
    @Override
    public void close() {
        models.keySet().forEach(this::unload);
        for (Model model : models.values()) {
            for (Version version : model.versions.values()) {
                boolean unused = await(version);
            }
        }
        opener.close();
        closer.shutdown();
        try {
            if (!closer.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
                closer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
