package dev.vitrine.server.cli;

import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.server.wiring.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a model of the directory of an encoder: the graph of its weights, or the ONNX file that it
 * has, with its tokenizer and configuration beside it.
 */
final class EncoderImport {
    private EncoderImport() {}

    /**
     * Writes graph, weights, tokenizer and configuration.
     *
     * @param staging an empty folder
     * @return what was declared, and where nothing was, what shorter texts are filled up with
     */
    static ImportedModel.Declared stage(
            Path directory, Path staging, ArtifactStore artifacts, ImportedModel.Declared declared)
            throws IOException {
        EncoderDirectory encoder = EncoderDirectory.read(directory);
        if (encoder.safetensors().isPresent()) {
            Path work = artifacts.workFolder();
            try {
                Path graph = work.resolve(EncoderDirectory.ONNX);
                LoadedEncoder.writeGraph(encoder, graph);
                ModelSplitter.split(graph, staging);
            } finally {
                ModelImport.delete(work);
            }
        } else {
            ModelSplitter.split(encoder.onnx().orElseThrow(), staging);
        }
        Files.copy(encoder.tokenizer(), staging.resolve(EncoderDirectory.TOKENIZER));
        Path config = directory.resolve(EncoderDirectory.CONFIG);
        if (Files.isRegularFile(config)) {
            Files.copy(config, staging.resolve(EncoderDirectory.CONFIG));
        }
        keep(encoder, staging);
        boolean ours = encoder.safetensors().isPresent() && declared.pads().isEmpty();
        return ours ? declared.withPads(pads(encoder)) : declared;
    }

    /**
     * Keeps what is told of an encoder beside its graph: how many tokens it reads, and where the
     * graph was taken as it is, what is to be done with what that gives.
     */
    private static void keep(EncoderDirectory encoder, Path staging) throws IOException {
        Files.writeString(
                staging.resolve(EncoderDirectory.LENGTH),
                "{\"max_seq_length\": " + encoder.longest() + "}");
        Path modules = encoder.folder().resolve(EncoderDirectory.MODULES);
        if (encoder.safetensors().isEmpty() && Files.isRegularFile(modules)) {
            for (Path file : encoder.moduleFiles()) {
                Path to = staging.resolve(encoder.folder().relativize(file).toString());
                Files.createDirectories(to.resolveSibling("."));
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What the mask hides does not reach what comes out. */
    private static Map<String, Double> pads(EncoderDirectory encoder) {
        EncoderConfig config = encoder.config().orElseThrow();
        Map<String, Double> pads = new TreeMap<>();
        pads.put("input_ids", (double) config.padding());
        pads.put("attention_mask", 0.0);
        if (encoder.likelihood() && config.types() > 1) {
            pads.put("token_type_ids", 0.0);
        }
        return pads;
    }
}
