package dev.vitrine.inference.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One thread for work that must not be felt by those who serve. On Linux it runs where others leave
 * a core idle (SCHED_IDLE): a thread that wakes takes the core from it at once, where a thread that
 * is merely nice would first finish its slice of some milliseconds. It is nice 19 as well, which
 * counts where the other is refused. Threads that the work starts inherit both, and cannot be made
 * to serve others later. Where no core is ever left idle it would never end: whoever keeps them
 * busy asks {@link #isWaitedFor}, and rests.
 */
public final class BackgroundThread implements AutoCloseable {
    /** {@code PRIO_PROCESS}, and a thread's number: with 0 Linux means the calling thread alone. */
    private static final int THIS_THREAD = 0;

    private static final int LOWEST = 19;

    /** {@code SCHED_IDLE} of sched.h. */
    private static final int IDLE = 5;

    private static final AtomicInteger UNDER_WAY = new AtomicInteger();

    private final ExecutorService thread;

    public BackgroundThread(String name) {
        this.thread = Executors.newSingleThreadExecutor(factory(name));
    }

    /** Makes threads that give way in the same manner, for executors of other kinds. */
    public static ThreadFactory factory(String name) {
        return work ->
                Thread.ofPlatform()
                        .name(name)
                        .daemon()
                        .unstarted(() -> {
                            giveWay();
                            work.run();
                        });
    }

    /** Whether there is work of this kind in this process that has not ended. */
    public static boolean isWaitedFor() {
        return UNDER_WAY.get() > 0;
    }

    /**
     * Hands work to threads of {@link #factory}; it is waited for from now until it ends.
     *
     * @throws java.util.concurrent.RejectedExecutionException by the executor
     */
    public static void execute(Executor threads, Runnable work) {
        UNDER_WAY.incrementAndGet();
        boolean taken = false;
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    UNDER_WAY.decrementAndGet();
                }
            });
            taken = true;
        } finally {
            if (!taken) {
                UNDER_WAY.decrementAndGet();
            }
        }
    }

    private static void giveWay() {
        CLibrary.function(
                        "setpriority",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT))
                .ifPresent(BackgroundThread::beNice);
        CLibrary.function(
                        "sched_setscheduler",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS))
                .ifPresent(BackgroundThread::beIdle);
    }

    private static void beNice(MethodHandle setpriority) {
        try {
            int unused = (int) setpriority.invokeExact(THIS_THREAD, 0, LOWEST);
        } catch (Throwable e) {
            throw CLibrary.broken("setpriority", e);
        }
    }

    private static void beIdle(MethodHandle setscheduler) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment priority = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            int unused = (int) setscheduler.invokeExact(THIS_THREAD, IDLE, priority);
        } catch (Throwable e) {
            throw CLibrary.broken("sched_setscheduler", e);
        }
    }

    /** Runs on the thread and waits for the end; what it throws comes back. */
    public <T> T call(Supplier<T> work) {
        UNDER_WAY.incrementAndGet();
        boolean interrupted = false;
        try {
            Future<T> future = thread.submit(work::get);
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
            UNDER_WAY.decrementAndGet();
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
