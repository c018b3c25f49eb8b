package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.util.List;

/** {@code vitrine benchmark infer-ranker}: what serving a ranker costs over running it. */
public final class InferRanker implements Benchmark {
    private static final long DEADLINE_MS = 50;

    @Override
    public String name() {
        return "infer-ranker";
    }

    @Override
    public String description() {
        return "a ranker served over HTTP and gRPC beside the bare runtime and a plain server";
    }

    @Override
    public List<Argument> arguments() {
        return InferArguments.declared(DEADLINE_MS);
    }

    @Override
    public String duration() {
        return "18 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        InferArguments arguments = InferArguments.of(context.arguments());
        Limits limits = new Limits(Pinning.shareCores(), 0);
        Figures figures = new Figures();
        for (Subject subject : List.of(Subject.RANKER, Subject.RANKER_SMALL)) {
            new Comparison(subject, arguments, limits, context.out())
                    .measure(context.work(), figures);
        }
        return figures.note(Notes.of(arguments, limits));
    }
}
