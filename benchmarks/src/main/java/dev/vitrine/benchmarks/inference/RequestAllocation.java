package dev.vitrine.benchmarks.inference;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a request leaves for the collector, from the bytes of its body to the bytes of its answer:
 * read, run in the caller's thread through turns and queue, written. The body itself and what the
 * network needs are not counted. As the JVM counts the bytes that a thread allocates.
 */
final class RequestAllocation {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private RequestAllocation() {}

    /** Bytes a request of the small ranker, over so many requests after as many to warm up. */
    static double bytesPerRequest(Path work, int requests) throws IOException {
        Subject subject = Subject.RANKER_SMALL;
        Path model = work.resolve(subject.model() + ".onnx");
        subject.graph().save(model);
        List<Subject.Body> bodies = subject.bodies(0);
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            throw new IllegalStateException("this JVM does not count what threads allocate");
        }
        try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT);
                Turns turns = new Turns(new Turns.Bounds(1, 16, 1L << 20), System::nanoTime)) {
            BatchQueue queue = new BatchQueue(new BatchLimit(1_024), true);
            List<String> outputs = List.of(subject.output());
            long before = 0;
            long bytes = 0;
            for (int i = -requests; i < requests; i++) {
                if (i == 0) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                Subject.Body body = bodies.get(Math.floorMod(i, bodies.size()));
                InferRequest request = InferCodec.read(body.bytes(), body.json());
                session.check(request.inputs(), outputs);
                Answered answered =
                        turns.run(
                                queue,
                                session::run,
                                new Work(
                                        request.inputs(), outputs, 0, TIMEOUT, new Cancellation()));
                bytes +=
                        InferCodec.write(subject.model(), 1, "", request, answered.outputs())
                                .bytes()
                                .length;
            }
            double each = (threads.getCurrentThreadAllocatedBytes() - before) / (double) requests;
            if (bytes == 0) {
                throw new IllegalStateException("nothing was answered");
            }
            return each;
        }
    }
}
