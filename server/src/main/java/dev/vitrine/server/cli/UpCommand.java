package dev.vitrine.server.cli;

import dev.vitrine.server.Home;
import dev.vitrine.server.pipeline.Mapping;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vitrine up}: import, clean, train, judge, release and serve, until it is told to stop. */
@Command(
        name = "up",
        description = {
            "Imports, cleans, trains, judges, releases and serves a shop.",
            "Without --data, a demonstration shop. What was done before is not done again."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Mixin private ServeOptions serve = new ServeOptions();
    @Mixin private SourceOptions source = new SourceOptions();

    @Option(names = "--once", hidden = true, description = "stop after being ready")
    boolean once;

    @Override
    public Integer call() throws InterruptedException {
        serve.check();
        Optional<Mapping> mapping = source.mapping();
        try (Home opened = Home.open(serve.home)) {
            RunningShop.serve(
                    opened, serve, mapping, once, importer -> source.importAll(importer, mapping));
        }
        return 0;
    }
}
