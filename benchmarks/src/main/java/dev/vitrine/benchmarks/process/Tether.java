package dev.vitrine.benchmarks.process;

/**
 * Ends a process, and those that it started, when this process ends first: a measurement that is
 * interrupted leaves no server behind.
 */
public final class Tether implements AutoCloseable {
    private final Process process;
    private final Thread hook;

    private Tether(Process process) {
        this.process = process;
        this.hook = Thread.ofPlatform().unstarted(this::end);
    }

    /** Ties a process to this one until it is closed. */
    public static Tether of(Process process) {
        Tether tether = new Tether(process);
        Runtime.getRuntime().addShutdownHook(tether.hook);
        return tether;
    }

    private void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Ends the process now; those that it started see that it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending: the hook runs too and finds nothing left to end.
            return;
        }
    }
}
