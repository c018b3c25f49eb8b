package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The requests to one version that wait or run, which are ended together when it has to go. */
final class UnderWay {
    private final ModelSpec spec;
    private final Set<Cancellation> requests = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    UnderWay(ModelSpec spec) {
        this.spec = spec;
    }

    /**
     * A request begins. It is cancelled by what is returned, when its caller goes away or the
     * version has to go; the caller's own cancellation says nothing of the second.
     *
     * @throws VitrineException MODEL_NOT_READY when the version had to go already
     */
    Cancellation begin(Cancellation caller) {
        Cancellation own = new Cancellation();
        requests.add(own);
        if (over) {
            requests.remove(own);
            throw gone();
        }
        caller.whenCancelled(own::cancel);
        return own;
    }

    void end(Cancellation own) {
        requests.remove(own);
    }

    /** What the caller is told of a failure. */
    VitrineException told(VitrineException failure) {
        return over && failure.code() == InferenceError.RUN_CANCELLED ? gone() : failure;
    }

    /** Ends all that wait or run, and all that would come. */
    void cancel() {
        over = true;
        requests.forEach(Cancellation::cancel);
    }

    private VitrineException gone() {
        return VitrineException.refusal(
                InferenceError.MODEL_NOT_READY,
                "version "
                        + spec.version()
                        + " of '"
                        + spec.name()
                        + "' was taken away before it had answered; try again soon");
    }
}
