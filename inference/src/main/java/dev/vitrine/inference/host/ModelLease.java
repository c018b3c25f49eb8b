package dev.vitrine.inference.host;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.swap.Lease;

/** The right to run one version until this is closed, whatever is loaded meanwhile. */
public final class ModelLease implements AutoCloseable {
    private final ModelSpec spec;
    private final Lease<OnnxSession> lease;

    ModelLease(ModelSpec spec, Lease<OnnxSession> lease) {
        this.spec = spec;
        this.lease = lease;
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

    @Override
    public void close() {
        lease.close();
    }
}
