package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a shop's products and behaviour come from. */
final class SourceOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "the folder with the shop's files; --config says how to read them")
    @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "shop.yaml; default shop.yaml in the data folder")
    @Nullable Path config;

    @Option(names = "--demo", description = "a demonstration shop; the default without --data")
    boolean demo;

    @Option(
            names = "--simulate",
            description = "let simulated shoppers visit the products of --data")
    boolean simulate;

    /**
     * How the files of --data are read; empty without them.
     *
     * @throws VitrineException USAGE when the options do not go together; what is wrong in
     *     shop.yaml
     */
    Optional<Mapping> mapping() {
        Path folder = data;
        if (folder == null) {
            require(config == null, "--config says how to read --data, which is missing");
            require(!simulate, "--simulate lets people visit the shop of --data, which is missing");
            return Optional.empty();
        }
        require(!demo, "--demo and --data name two different shops; choose one");
        require(Files.isDirectory(folder), "--data " + folder + " is not a directory");
        Path file = config == null ? folder.resolve("shop.yaml") : config;
        require(
                Files.exists(file),
                "there is no "
                        + file
                        + ", which is to say how the files of --data are read; write one"
                        + " (the folder examples has some) or name it by --config");
        return Optional.of(Mapping.read(file, folder));
    }

    /** Imports what is not imported yet; what was cut off goes on. */
    void importAll(Importer importer, Optional<Mapping> mapping) {
        if (mapping.isPresent()) {
            importer.files(mapping.get());
            if (simulate) {
                importer.behaviour();
            }
        } else if (demo || importer.isEmpty()) {
            importer.demo();
        } else {
            importer.resume();
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new VitrineException(ServerError.USAGE, otherwise);
        }
    }
}
