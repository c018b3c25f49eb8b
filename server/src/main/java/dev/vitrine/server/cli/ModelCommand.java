package dev.vitrine.server.cli;

import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.wiring.ImportedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vitrine model}: looks at the registry of a home directory, also while it is serving. */
@Command(
        name = "model",
        description = "Lists, shows and verifies the models of a home directory.",
        mixinStandardHelpOptions = true,
        subcommands = FineTuneCommand.class)
final class ModelCommand extends OfHome {
    @Command(description = "All versions of all models.", mixinStandardHelpOptions = true)
    int list() {
        try (ReleaseStore releases = RunningShop.releases(Home.readOnly(home))) {
            System.out.printf(
                    Locale.ROOT, "%-14s %7s  %-24s  %s%n", "name", "version", "created", "test");
            for (ModelVersion model : releases.models()) {
                System.out.printf(
                        Locale.ROOT,
                        "%-14s %7d  %-24s  %s%n",
                        model.manifest().name(),
                        model.version(),
                        model.manifest().createdAt(),
                        metrics(model));
            }
        }
        return 0;
    }

    @Command(description = "Everything about one version.", mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "NAME/VERSION", description = "such as linear/1")
                    String model) {
        try (ReleaseStore releases = RunningShop.releases(Home.readOnly(home))) {
            ModelVersion version = find(releases, model);
            System.out.println("model       " + version.ref());
            System.out.println("artefact    " + version.artifact().hex());
            System.out.println("data set    " + version.manifest().dataset());
            System.out.println("code        " + version.manifest().codeVersion());
            System.out.println("created     " + version.manifest().createdAt());
            System.out.println("by          " + version.manifest().createdBy());
            version.manifest()
                    .parameters()
                    .forEach((name, value) -> System.out.println("  " + name + " = " + value));
            version.manifest()
                    .metrics()
                    .forEach((name, value) -> System.out.println("  " + name + " = " + value));
        }
        return 0;
    }

    @Command(
            name = "import",
            description =
                    "Brings an ONNX model, or an encoder of texts, into the registry. A running server loads it when told"
                            + " (POST /v2/repository/models/NAME/load), every other at its start.",
            mixinStandardHelpOptions = true)
    int bring(
            @Parameters(
                            paramLabel = "FILE",
                            description =
                                    "a model, whose weights may lie in files beside it; or a"
                                            + " directory with config.json, tokenizer.json and"
                                            + " model.safetensors or model.onnx")
                    Path file,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "default: the file's name without .onnx")
                    String name,
            @Option(
                            names = "--labels",
                            paramLabel = "LABEL",
                            split = ",",
                            description = "such as stable,canary; move to this version at its load")
                    List<String> labels,
            @Option(
                            names = "--warmup",
                            paramLabel = "FILE",
                            description =
                                    "requests that each load answers first: bodies of infer in"
                                            + " JSON, one a line; made up when there is no file")
                    Path warmup,
            @Option(
                            names = "--batchable",
                            description =
                                    "its rows are independent of each other, so that requests may"
                                            + " share a run; known by itself where the first"
                                            + " dimension is called batch")
                    boolean batchable,
            @Option(
                            names = "--pad",
                            paramLabel = "INPUT=NUMBER",
                            description =
                                    "such as input_ids=0,attention_mask=0: what fills up shorter"
                                            + " requests, and is overlooked by the model, so that"
                                            + " requests of different length may share a run")
                    String pad,
            @Option(
                            names = "--threads",
                            paramLabel = "N",
                            defaultValue = "1",
                            description =
                                    "of one run, at most as many as there are processors; default"
                                            + " ${DEFAULT-VALUE}. More make a single large run"
                                            + " shorter; they are taken from whatever else runs"
                                            + " then, and under load fewer requests are answered")
                    int threads,
            @Option(
                            names = "--device",
                            paramLabel = "DEVICE",
                            defaultValue = "cpu",
                            description =
                                    "cpu or cuda, which needs an ONNX Runtime that has it; default"
                                            + " ${DEFAULT-VALUE}")
                    String device,
            @Option(
                            names = "--unload-first",
                            description =
                                    "the version before goes before this one is loaded: memory for"
                                            + " one, and requests in between are refused with 503")
                    boolean unloadFirst,
            @Option(
                            names = "--blendable",
                            description =
                                    "models with weights between those of another version and its"
                                            + " own answer sensibly (vitrine model blend)")
                    boolean blendable,
            @Mixin ServingArguments serving) {
        ModelVersion version =
                ModelImport.run(
                        Home.readOnly(home),
                        file,
                        name,
                        Optional.ofNullable(warmup),
                        new ImportedModel.Declared(
                                batchable,
                                labels == null ? List.of() : labels,
                                unloadFirst
                                        ? ModelSpec.Policy.UNLOAD_FIRST
                                        : ModelSpec.Policy.LOAD_BESIDE,
                                blendable,
                                serving.options(),
                                ImportedModel.pads(pad == null ? "" : pad),
                                new SessionSettings(threads, ImportedModel.device(device))));
        System.out.println(
                "imported "
                        + version.ref()
                        + "; a running server loads it by POST /v2/repository/models/"
                        + version.manifest().name()
                        + "/load");
        return 0;
    }

    @Command(
            description =
                    "Goes from one version to another in steps: versions with weights between the"
                            + " two, each loaded by the server before the next is made.",
            mixinStandardHelpOptions = true)
    int blend(
            @Parameters(paramLabel = "FROM", description = "such as ranker/1") String from,
            @Parameters(paramLabel = "TO", description = "such as ranker/2") String to,
            @Option(
                            names = "--steps",
                            paramLabel = "N",
                            defaultValue = "4",
                            description = "of equal size; default ${DEFAULT-VALUE}")
                    int steps,
            @Option(
                            names = "--every",
                            paramLabel = "SECONDS",
                            defaultValue = "10",
                            description = "between two steps; default ${DEFAULT-VALUE}")
                    int every,
            @Mixin RunningServer server) {
        if (steps < 1 || steps > 1_000 || every < 0) {
            throw new VitrineException(
                    ServerError.USAGE, "--steps takes 1 to 1000, --every 0 seconds and more");
        }
        try (ServerOperator operator = server.operator()) {
            new ModelTransition(Home.readOnly(home))
                    .run(
                            reference(from),
                            reference(to),
                            steps,
                            (version, alpha) -> {
                                operator.load(version.manifest().name());
                                System.out.printf(
                                        Locale.ROOT,
                                        "%s answers, alpha %.3f%n",
                                        version.ref(),
                                        alpha);
                                if (alpha < 1) {
                                    operator.pause(Duration.ofSeconds(every));
                                }
                            });
        }
        return 0;
    }

    @Command(
            description =
                    "Has a server keep the next requests to a model that it answers, in a file of"
                            + " its home that only its owner may read, for model import --warmup.",
            mixinStandardHelpOptions = true)
    int record(
            @Parameters(paramLabel = "NAME", description = "a model that answers") String name,
            @Option(
                            names = "--requests",
                            paramLabel = "N",
                            defaultValue = "100",
                            description =
                                    "at most 1000; 0 ends what has begun; default ${DEFAULT-VALUE}")
                    int requests,
            @Mixin RunningServer server) {
        try (ServerOperator operator = server.operator()) {
            System.out.println(operator.record(name, requests));
        }
        return 0;
    }

    @Command(
            description = {
                "Reads every file of one version, or of all, and checks its hash; of imported ones"
                        + " the signature too.",
                "Of a folder with a signature in the OpenSSF Model Signing format: checks that, and"
                        + " that it holds what was signed and nothing else."
            },
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(
                            paramLabel = "NAME/VERSION|FOLDER",
                            arity = "0..1",
                            description = "default all versions")
                    List<String> model,
            @Option(
                            names = "--key",
                            paramLabel = "PEM",
                            description =
                                    "of a folder: public keys whose signatures count; default those"
                                            + " of the home")
                    List<Path> trusted,
            @Option(
                            names = "--anchor",
                            paramLabel = "PEM",
                            description = "of a folder: certificates that signatures may lead to")
                    List<Path> anchors) {
        if (model != null && Files.isDirectory(Path.of(model.getFirst()))) {
            SignedFolders.verify(
                    Path.of(model.getFirst()),
                    home,
                    trusted == null ? List.of() : trusted,
                    anchors == null ? List.of() : anchors);
            return 0;
        }
        Home opened = Home.readOnly(home);
        ArtifactStore artifacts = RunningShop.artifacts(opened);
        try (ReleaseStore releases = RunningShop.releases(opened)) {
            List<ModelVersion> versions =
                    model == null || model.isEmpty()
                            ? releases.models()
                            : List.of(find(releases, model.getFirst()));
            for (ModelVersion version : versions) {
                if (version.manifest().kind().equals(ImportedModel.KIND)) {
                    ModelImport.keys(opened, releases, artifacts)
                            .models(releases, artifacts)
                            .admit(version.ref());
                    System.err.println(version.ref() + " is whole and signed");
                } else {
                    artifacts.verify(version.artifact());
                    System.err.println(version.ref() + " is whole");
                }
            }
        }
        return 0;
    }

    @Command(
            description = {
                "Signs an imported version, or all, after all of it was read and found whole.",
                "Whoever signs vouches for what is there now."
            },
            mixinStandardHelpOptions = true)
    int sign(@Parameters(paramLabel = "NAME/VERSION", description = "or all") String model) {
        Home opened = Home.readOnly(home);
        ArtifactStore artifacts = RunningShop.artifacts(opened);
        try (ChainedAudit audit = ChainedAudit.open(opened, InstantSource.system());
                ReleaseStore releases = RunningShop.releases(opened)) {
            HomeKeys keys = ModelImport.keys(opened, releases, artifacts);
            List<ModelVersion> versions =
                    model.equals("all") ? releases.models() : List.of(find(releases, model));
            for (ModelVersion version : versions) {
                if (version.manifest().kind().equals(ImportedModel.KIND)) {
                    keys.models(releases, artifacts).sign(version.ref(), keys.signer());
                    System.err.println(version.ref() + " is signed");
                    HomeKeys.tellSigned(
                            audit,
                            "vitrine model sign",
                            "model.signed",
                            version.ref().toString(),
                            keys.signer());
                }
            }
        }
        return 0;
    }

    private static ModelVersion find(ReleaseStore releases, String name) {
        return releases.model(reference(name))
                .orElseThrow(() ->
                        new VitrineException(
                                ServerError.MODEL_NOT_FOUND,
                                "no model version is called '" + name + "'"));
    }

    private static ModelRef reference(String name) {
        try {
            return ModelRef.parse(name);
        } catch (VitrineException e) {
            throw new VitrineException(ServerError.USAGE, e.getMessage(), e);
        }
    }

    private static String metrics(ModelVersion model) {
        StringBuilder text = new StringBuilder();
        for (String figure : List.of("recallAt20", "ndcgAt20")) {
            Double value = model.manifest().metrics().get(figure);
            if (value != null) {
                text.append(String.format(Locale.ROOT, "%s %.4f  ", figure, value));
            }
        }
        return text.toString();
    }
}
