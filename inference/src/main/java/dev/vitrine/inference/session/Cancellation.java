package dev.vitrine.inference.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;

/** Ends a run that nobody waits for any more, from any thread; used for one run. */
public final class Cancellation {
    private @Nullable RunOptions running;
    private boolean cancelled;

    /** The run ends within some milliseconds, or never begins. */
    public synchronized void cancel() {
        cancelled = true;
        if (running != null) {
            try {
                running.setTerminate(true);
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** False when it is cancelled already. */
    synchronized boolean begin(RunOptions options) {
        if (!cancelled) {
            running = options;
        }
        return !cancelled;
    }

    synchronized void end() {
        running = null;
    }
}
