package dev.vitrine.inference.host;

import dev.vitrine.inference.batch.Answered;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Map;

/** The right to run one version until this is closed, whatever is loaded meanwhile. */
public final class ModelLease implements AutoCloseable {
    private final ModelSpec spec;
    private final Lease<OnnxSession> lease;
    private final BatchQueue queue;
    private final UnderWay underWay;

    ModelLease(ModelSpec spec, Lease<OnnxSession> lease, BatchQueue queue, UnderWay underWay) {
        this.spec = spec;
        this.lease = lease;
        this.queue = queue;
        this.underWay = underWay;
    }

    public String model() {
        return spec.name();
    }

    public long version() {
        return spec.version();
    }

    public OnnxSession session() {
        return lease.value();
    }

    /**
     * Runs a request and waits for its answer. It may share a run with others that wait for the
     * same version.
     *
     * @throws VitrineException INPUT_INVALID or OUTPUT_UNKNOWN, naming it; MODEL_NOT_READY when the
     *     version had to go before the answer was there; as {@link Turns#run}
     */
    public Answered run(Turns turns, Work work) {
        session().check(work.inputs(), work.outputs());
        Cancellation own = underWay.begin(work.cancellation());
        try {
            return turns.run(queue, session()::run, work.with(own));
        } catch (VitrineException e) {
            throw underWay.told(e);
        } finally {
            underWay.end(own);
        }
    }

    /** What a run of a request is likely to take by itself, in ns; 0 where nothing is known. */
    public long likelyNanos(Map<String, Tensor> inputs) {
        return inputs.isEmpty() ? 0 : queue.likelyNanos(inputs);
    }

    @Override
    public void close() {
        lease.close();
    }
}
