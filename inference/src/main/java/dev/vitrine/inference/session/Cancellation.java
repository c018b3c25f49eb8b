package dev.vitrine.inference.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;

/** Says, from any thread, that nobody waits for an answer any more; used for one request or run. */
public final class Cancellation {
    private @Nullable RunOptions running;
    private @Nullable Runnable heard;
    private boolean cancelled;

    /** The run ends within some milliseconds, or never begins. */
    public void cancel() {
        Runnable then;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            if (running != null) {
                try {
                    running.setTerminate(true);
                } catch (OrtException e) {
                    throw new IllegalStateException(e);
                }
            }
            then = heard;
        }
        if (then != null) {
            then.run();
        }
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Has something done when this is cancelled, at once where it is already; replaces another. */
    public void whenCancelled(Runnable then) {
        synchronized (this) {
            heard = then;
            if (!cancelled) {
                return;
            }
        }
        then.run();
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
