package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vitrine doctor}: one line per thing that is needed; exit code 1 when one is missing. */
@Command(
        name = "doctor",
        description = "Checks what Vitrine needs on this machine, and a home directory.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final long LEAST_FREE_BYTES = 2L << 30;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the home directory to check; default 'home' when there is one")
    @Nullable Path home;

    private boolean healthy = true;

    @Override
    public Integer call() throws IOException {
        machine();
        Path given = home;
        Path usual = Path.of("home");
        if (given != null) {
            home(given);
        } else if (Files.exists(usual)) {
            home(usual);
        } else {
            free(usual);
        }
        return healthy ? 0 : 1;
    }

    private void machine() {
        int processors = Runtime.getRuntime().availableProcessors();
        long memory = ResultFile.procKib("/proc/meminfo", "MemTotal") >> 10;
        boolean simd = ModuleFinder.ofSystem().find("jdk.incubator.vector").isPresent();
        check("JDK 25 or newer", Runtime.version().feature() >= 25, "" + Runtime.version());
        check("2 processors or more", processors >= 2, processors + " found");
        check("4 GiB of memory or more", memory == 0 || memory >= 4000, memory + " MiB");
        check("vector instructions", simd, simd ? "in this JDK" : "not in this JDK");
    }

    private void home(Path place) throws IOException {
        Home opened;
        try {
            opened = Home.readOnly(place);
        } catch (VitrineException e) {
            check("home directory", false, e.getMessage());
            return;
        }
        check("home directory", true, opened.root() + ", format " + Home.FORMAT);
        Optional<Path> unreadable = unreadable(opened.root());
        check(
                "all of it can be read",
                unreadable.isEmpty(),
                unreadable.map(path -> "not " + path).orElse("yes"));
        boolean writable = Files.isWritable(opened.root());
        check("it can be written", writable, writable ? "yes" : "no");
        if (writable) {
            check("in use", true, HomeCommands.inUse(opened.root()) ? "yes" : "no");
        }
        free(opened.root());
    }

    /** The first file or folder that this account may not read. */
    private static Optional<Path> unreadable(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> !Files.isReadable(path)).findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.of(root.resolve(String.valueOf(e.getMessage())));
        }
    }

    private void free(Path place) throws IOException {
        Path existing = place.toAbsolutePath();
        for (Path up = existing; up != null && !Files.exists(existing); up = up.getParent()) {
            existing = up;
        }
        long free = Files.getFileStore(existing).getUsableSpace();
        check(
                "2 GiB of disk free or more",
                free >= LEAST_FREE_BYTES,
                String.format(Locale.ROOT, "%,d MiB", free >> 20));
    }

    private void check(String what, boolean holds, String found) {
        healthy &= holds;
        System.out.printf(Locale.ROOT, "%-5s %-26s %s%n", holds ? "ok" : "FAIL", what, found);
    }
}
