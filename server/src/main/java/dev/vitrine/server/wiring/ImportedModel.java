package dev.vitrine.server.wiring;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactFile;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.protocol.RequestLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How an imported model lies in the registry: an artefact with one {@code .onnx} file, perhaps a
 * file of its large weights and one of warm-up requests, of encoders of texts the tokenizer and the
 * configuration, and what was declared of it in the parameters of its manifest.
 */
public final class ImportedModel {
    /** The kind of such a model. */
    public static final String KIND = "onnx";

    /** File of an artefact: requests answered at each load. */
    public static final String WARMUP = "warmup.jsonl";

    private static final String GRAPH = ".onnx";
    private static final String FILE = "file";
    private static final String BATCHABLE = "batchable";
    private static final String LABELS = "labels";
    private static final String POLICY = "policy";
    private static final String BLENDABLE = "blendable";
    private static final String PAD = "pad";
    private static final String THREADS = "threads";
    private static final String DEVICE = "device";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Beside its weights a session holds the memory of its runs; a guess until it is measured. */
    private static final long BESIDE_WEIGHTS = 32L << 20;

    private ImportedModel() {}

    /**
     * What whoever imports a model says of it.
     *
     * @param batchable that its rows are independent
     * @param labels that move to this version when it is loaded
     * @param policy what becomes of the version before it
     * @param blendable that weights between those of the version before and its own make sense
     * @param serving what is kept of its answers, and what answers instead of it
     * @param pads by input, what shorter requests are filled up with
     * @param settings what a run uses; in a manifest only where it is not the usual
     */
    public record Declared(
            boolean batchable,
            List<String> labels,
            ModelSpec.Policy policy,
            boolean blendable,
            ServingOptions serving,
            Map<String, Double> pads,
            SessionSettings settings) {
        public static final Declared NOTHING =
                new Declared(false, List.of(), ModelSpec.Policy.LOAD_BESIDE, false);

        public Declared(
                boolean batchable,
                List<String> labels,
                ModelSpec.Policy policy,
                boolean blendable) {
            this(
                    batchable,
                    labels,
                    policy,
                    blendable,
                    ServingOptions.NONE,
                    Map.of(),
                    SessionSettings.DEFAULT);
        }

        public Declared {
            labels = List.copyOf(labels);
            pads = Map.copyOf(pads);
            for (String label : labels) {
                requireLabel(label);
            }
        }

        public Declared withBatchable(boolean independent) {
            return new Declared(independent, labels, policy, blendable, serving, pads, settings);
        }

        public Declared withPads(Map<String, Double> fill) {
            return new Declared(batchable, labels, policy, blendable, serving, fill, settings);
        }

        /** As parameters of a manifest. */
        public Map<String, String> parameters(String fileName) {
            Map<String, String> parameters = new TreeMap<>();
            parameters.put(FILE, fileName);
            parameters.put(BATCHABLE, Boolean.toString(batchable));
            parameters.put(BLENDABLE, Boolean.toString(blendable));
            parameters.put(POLICY, policy.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            parameters.put(LABELS, String.join(",", labels));
            parameters.putAll(serving.parameters());
            if (!pads.isEmpty()) {
                parameters.put(PAD, text(pads));
            }
            if (settings.threads() != SessionSettings.DEFAULT.threads()) {
                parameters.put(THREADS, Integer.toString(settings.threads()));
            }
            if (settings.device() != SessionSettings.DEFAULT.device()) {
                parameters.put(DEVICE, settings.device().name().toLowerCase(Locale.ROOT));
            }
            return parameters;
        }

        /** As a manifest has it; older manifests have less. */
        public static Declared of(ModelVersion version) {
            Map<String, String> parameters = version.manifest().parameters();
            String labels = parameters.getOrDefault(LABELS, "");
            String policy = parameters.getOrDefault(POLICY, "load-beside");
            return new Declared(
                    parameters.getOrDefault(BATCHABLE, "").equals("true"),
                    labels.isEmpty() ? List.of() : List.of(labels.split(",")),
                    ModelSpec.Policy.valueOf(policy.toUpperCase(Locale.ROOT).replace('-', '_')),
                    parameters.getOrDefault(BLENDABLE, "").equals("true"),
                    ServingOptions.read(parameters),
                    ImportedModel.pads(parameters.getOrDefault(PAD, "")),
                    settings(parameters));
        }

        /** A home may have come from a larger machine: no more threads than there are here. */
        private static SessionSettings settings(Map<String, String> parameters) {
            String threads = parameters.get(THREADS);
            return new SessionSettings(
                    threads == null
                            ? SessionSettings.DEFAULT.threads()
                            : Math.min(Integer.parseInt(threads), SessionSettings.mostThreads()),
                    device(parameters.getOrDefault(DEVICE, "cpu")));
        }
    }

    /**
     * Reads what a model runs on: {@code cpu} or {@code cuda}.
     *
     * @throws VitrineException MODEL_INVALID
     */
    public static SessionSettings.Device device(String text) {
        for (SessionSettings.Device device : SessionSettings.Device.values()) {
            if (device.name().toLowerCase(Locale.ROOT).equals(text)) {
                return device;
            }
        }
        throw VitrineException.field(
                InferenceError.MODEL_INVALID,
                DEVICE,
                "device: expected cpu or cuda, found '" + text + "'");
    }

    /**
     * Reads what fills up inputs, such as {@code input_ids=0,attention_mask=0}.
     *
     * @throws VitrineException MODEL_INVALID
     */
    public static Map<String, Double> pads(String text) {
        Map<String, Double> pads = new TreeMap<>();
        for (String one : text.isEmpty() ? new String[0] : text.split(",")) {
            int equals = one.lastIndexOf('=');
            try {
                pads.put(one.substring(0, equals), Double.valueOf(one.substring(equals + 1)));
            } catch (RuntimeException e) {
                throw new VitrineException(
                        InferenceError.MODEL_INVALID,
                        "expected INPUT=NUMBER,… such as input_ids=0,attention_mask=0, found '"
                                + one
                                + "'",
                        PAD,
                        e);
            }
        }
        return pads;
    }

    private static String text(Map<String, Double> pads) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(pads)
                .forEach((input, value) ->
                        text.append(text.isEmpty() ? "" : ",")
                                .append(input)
                                .append('=')
                                .append(value));
        return text.toString();
    }

    /**
     * Checks what is to be a label.
     *
     * @throws VitrineException MODEL_INVALID
     */
    static void requireLabel(String label) {
        if (!LABEL.matcher(label).matches()) {
            throw VitrineException.field(
                    InferenceError.MODEL_INVALID,
                    LABELS,
                    "'"
                            + label
                            + "' is not a label; expected up to 100 letters, digits, '.', '_'"
                            + " or '-'");
        }
    }

    /**
     * Looks whether the models on a ladder can answer for the one that declares it.
     *
     * @param model its name
     * @param graph its file
     * @throws VitrineException MODEL_INVALID, naming the one that cannot
     */
    public static void checkLadder(
            String model,
            Path graph,
            List<String> ladder,
            ReleaseStore releases,
            ArtifactStore artifacts) {
        List<String> names =
                ladder.stream().filter(step -> !step.equals(InferencePath.CACHED)).toList();
        if (names.isEmpty()) {
            return;
        }
        Signature asked = signature(graph);
        for (String name : names) {
            if (name.equals(model)) {
                throw ladder("ladder: '" + name + "' is the model itself");
            }
            ModelVersion step =
                    releases.newest(name)
                            .filter(version -> version.manifest().kind().equals(KIND))
                            .orElseThrow(() ->
                                    ladder(
                                            "ladder: the registry has no imported model '"
                                                    + name
                                                    + "'; import it first"));
            Artifact artifact = artifacts.verify(step.artifact());
            Signature instead = signature(spec(step, artifact).file());
            LadderCheck.problem(model, asked, step.ref().toString(), instead)
                    .ifPresent(problem -> {
                        throw ladder(problem);
                    });
        }
    }

    private static Signature signature(Path graph) {
        try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT)) {
            return session.signature();
        }
    }

    private static VitrineException ladder(String problem) {
        return VitrineException.field(InferenceError.MODEL_INVALID, "ladder", problem);
    }

    /** How the host is to load a version whose artefact was found whole. */
    static ModelSpec spec(ModelVersion version, Artifact artifact) {
        ArtifactFile graph =
                artifact.manifest().files().stream()
                        .filter(file -> file.path().endsWith(GRAPH))
                        .findFirst()
                        .orElseThrow(() ->
                                new VitrineException(
                                        InferenceError.MODEL_INVALID,
                                        version.ref() + " has no file that ends in " + GRAPH));
        Declared declared = Declared.of(version);
        return new ModelSpec(
                version.manifest().name(),
                version.version(),
                artifact.file(graph.path()),
                declared.settings(),
                warmup(artifact),
                artifact.manifest().size() + graph.size() + BESIDE_WEIGHTS,
                graph.size() + weights(artifact),
                declared.batchable(),
                declared.pads(),
                declared.policy());
    }

    private static long weights(Artifact artifact) {
        return artifact.manifest().files().stream()
                .filter(file -> file.path().equals(ModelSplitter.WEIGHTS))
                .mapToLong(ArtifactFile::size)
                .sum();
    }

    private static List<Map<String, Tensor>> warmup(Artifact artifact) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (ArtifactFile file : artifact.manifest().files()) {
            if (file.path().equals(WARMUP)) {
                try {
                    requests.addAll(RequestLines.read(artifact.file(WARMUP)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return requests;
    }
}
