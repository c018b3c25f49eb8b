package dev.vitrine.benchmarks.inference;

import dev.vitrine.inference.batch.Answered;
import dev.vitrine.inference.batch.BatchLimit;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.server.protocol.InferCodec;
import dev.vitrine.server.protocol.InferRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The small ranker from the bytes of a request's body to the bytes of its answer: read, run in the
 * caller's thread through turns and queue, written. Without the network. For one thread.
 */
final class RankerPath implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Subject SUBJECT = Subject.RANKER_SMALL;

    private final List<Subject.Body> bodies = SUBJECT.bodies(0);
    private final List<String> outputs = List.of(SUBJECT.output());
    private final BatchQueue queue = new BatchQueue(new BatchLimit(1_024), true);
    private final Turns turns;
    private final OnnxSession session;
    private int next;

    private RankerPath(Turns turns, OnnxSession session) {
        this.turns = turns;
        this.session = session;
    }

    /** Loads the model, by way of a file in this folder. */
    static RankerPath open(Path work) throws IOException {
        Path model = work.resolve(SUBJECT.model() + ".onnx");
        SUBJECT.graph().save(model);
        return new RankerPath(
                new Turns(new Turns.Bounds(1, 16, 1L << 20), System::nanoTime),
                OnnxSession.open(model, SessionSettings.DEFAULT));
    }

    /** The answer to the next request of a ring. */
    byte[] answer() {
        Subject.Body body = bodies.get(next);
        next = (next + 1) % bodies.size();
        InferRequest request = InferCodec.read(body.bytes(), body.json());
        session.check(request.inputs(), outputs);
        Answered answered =
                turns.run(
                        queue,
                        session::run,
                        new Work(request.inputs(), outputs, 0, TIMEOUT, new Cancellation()));
        return InferCodec.write(SUBJECT.model(), 1, "", request, answered.outputs()).bytes();
    }

    @Override
    public void close() {
        turns.close();
        session.close();
    }
}
