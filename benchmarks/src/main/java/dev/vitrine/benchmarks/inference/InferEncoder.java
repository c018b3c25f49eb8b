package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.util.List;

/** {@code vitrine benchmark infer-encoder}: what serving an encoder costs over running it. */
public final class InferEncoder implements Benchmark {
    private static final long DEADLINE_MS = 500;

    @Override
    public String name() {
        return "infer-encoder";
    }

    @Override
    public String description() {
        return "encoders served over HTTP and gRPC beside the bare runtime and a plain server";
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
        for (Subject subject : List.of(Subject.ENCODER_12, Subject.ENCODER_6)) {
            new Comparison(subject, arguments, limits, context.out())
                    .measure(context.work(), figures);
        }
        return figures.note(Notes.of(arguments, limits));
    }
}
