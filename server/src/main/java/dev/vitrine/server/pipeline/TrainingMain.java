package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.Home;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The main class of the training child JVM: makes one release of a home directory and tells its
 * parent how it goes. Ends when its parent does, whose end closes the standard input.
 */
final class TrainingMain {
    private static final int PARENT_IS_GONE = 3;

    private TrainingMain() {}

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().name("parent-watch").start(TrainingMain::endWithParent);
        PrintStream toParent = System.out;
        System.setOut(System.err);
        ProgressLines lines = new ProgressLines(toParent);
        try {
            Home home = Home.readOnly(Path.of(arguments[0]));
            int threads = Runtime.getRuntime().availableProcessors();
            MakerSettings settings =
                    MakerSettings.forMachine(threads, Runtime.getRuntime().maxMemory() * 4)
                            .with(arguments[1], Stores.parse(arguments[3]), arguments[4]);
            InstantSource clock = InstantSource.system();
            HomeKeys keys = HomeKeys.read(home, SigningSettings.parse(arguments[2]), clock);
            lines.result(new ReleaseMaker(home, settings, keys, clock, lines).make().id());
        } catch (VitrineException e) {
            e.printStackTrace();
            lines.failure(e.code().name(), e.getMessage());
            System.exit(1);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            lines.failure("INTERNAL", e.toString());
            System.exit(1);
        }
        System.exit(0);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // a parent says nothing; only the end of the stream matters
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(PARENT_IS_GONE);
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
