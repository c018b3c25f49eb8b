package dev.vitrine.server.wiring;

import dev.vitrine.inference.batch.Answered;
import dev.vitrine.inference.batch.BatchPlan;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.host.ModelLease;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.telemetry.ModelMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A lease on a version, run and counted. */
final class LeasedVersion implements InferencePath.Leased {
    private final ModelLease lease;
    private final Turns turns;
    private final ModelMeters meters;

    LeasedVersion(ModelLease lease, Turns turns, ModelMeters meters) {
        this.lease = lease;
        this.turns = turns;
        this.meters = meters;
    }

    @Override
    public long version() {
        return lease.version();
    }

    @Override
    public List<String> outputs() {
        return lease.session().signature().outputs().stream().map(Port::name).toList();
    }

    @Override
    public void check(Map<String, Tensor> inputs, List<String> outputs) {
        lease.session().check(inputs, outputs);
    }

    @Override
    public boolean hasRows() {
        return BatchPlan.fits(lease.session().signature(), true);
    }

    @Override
    public long likelyNanos(Map<String, Tensor> inputs) {
        return lease.likelyNanos(inputs);
    }

    @Override
    public InferencePath.Ran run(
            Map<String, Tensor> inputs,
            List<String> outputs,
            int priority,
            Duration timeout,
            Cancellation cancellation) {
        try {
            Answered answered =
                    lease.run(turns, new Work(inputs, outputs, priority, timeout, cancellation));
            meters.succeeded(lease.model(), lease.version(), answered);
            return new InferencePath.Ran(
                    answered.outputs(),
                    answered.queueNanos() + answered.batchNanos(),
                    answered.runNanos(),
                    answered.requests());
        } catch (VitrineException e) {
            meters.failed(lease.model(), lease.version());
            throw e;
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
