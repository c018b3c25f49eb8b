package dev.vitrine.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.util.List;

/** Which cores a process may run on, set by taskset where the system has it. */
public final class Pinning {
    private static final File TASKSET = new File("/usr/bin/taskset");

    private Pinning() {}

    /** Whether processes can be bound to cores here. */
    public static boolean possible() {
        return TASKSET.canExecute();
    }

    /**
     * Moves this process off the first two cores, where there are more, so that a server may have
     * them to itself.
     *
     * @return the server's cores; empty where processes cannot be bound or there are not two
     */
    public static String shareCores() throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (!possible() || cores < 2) {
            return "";
        }
        if (cores > 2) {
            moveTo("2-" + (cores - 1));
        }
        return "0,1";
    }

    /** What a command begins with that is to run on these cores; empty for all. */
    static List<String> prefix(String cores) {
        return cores.isEmpty() || !possible() ? List.of() : List.of(TASKSET.getPath(), "-c", cores);
    }

    /**
     * Moves this process, all its threads, to other cores.
     *
     * @param cores as taskset names them, "0,1" or "2-3"
     */
    public static void moveTo(String cores) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder(
                                TASKSET.getPath(),
                                "-a",
                                "-p",
                                "-c",
                                cores,
                                Long.toString(ProcessHandle.current().pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new IllegalStateException("taskset could not move this process to " + cores);
        }
    }
}
