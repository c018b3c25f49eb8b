package dev.vitrine.inference.host;

import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.swap.Lease;
import java.util.Optional;

/** The right to run one version until this is closed, whatever is loaded meanwhile. */
public final class ModelLease implements AutoCloseable {
    private final ModelSpec spec;
    private final Lease<OnnxSession> lease;
    private final BatchQueue queue;

    ModelLease(ModelSpec spec, Lease<OnnxSession> lease, BatchQueue queue) {
        this.spec = spec;
        this.lease = lease;
        this.queue = queue;
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

    /** Where requests to this version wait. */
    BatchQueue queue() {
        return queue;
    }

    /** One more lease on the same version; empty when all on it have ended and it is closed. */
    Optional<ModelLease> again() {
        return lease.again().map(more -> new ModelLease(spec, more, queue));
    }

    @Override
    public void close() {
        lease.close();
    }
}
