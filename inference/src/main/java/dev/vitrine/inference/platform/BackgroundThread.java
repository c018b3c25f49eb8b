package dev.vitrine.inference.platform;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * One thread for work that must not be felt by those who serve: it has the lowest priority that the
 * system knows (nice 19 on Linux), so that it runs where others leave a core idle. Threads that the
 * work starts inherit that.
 */
public final class BackgroundThread implements AutoCloseable {
    /** {@code PRIO_PROCESS}; with 0 as its number, Linux means the calling thread alone. */
    private static final int THIS_THREAD = 0;

    private static final int LOWEST = 19;

    private final ExecutorService thread;

    public BackgroundThread(String name) {
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
        thread.execute(BackgroundThread::giveWay);
    }

    private static void giveWay() {
        CLibrary.function(
                        "setpriority",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT))
                .ifPresent(BackgroundThread::giveWay);
    }

    private static void giveWay(MethodHandle setpriority) {
        try {
            int unused = (int) setpriority.invokeExact(THIS_THREAD, 0, LOWEST);
        } catch (Throwable e) {
            throw CLibrary.broken("setpriority", e);
        }
    }

    /** Runs on the thread and waits for the end; what it throws comes back. */
    public <T> T call(Supplier<T> work) {
        Future<T> future = thread.submit(work::get);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true; // The work goes on; what it changed must be known.
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("background work failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #call} for work without a result. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
