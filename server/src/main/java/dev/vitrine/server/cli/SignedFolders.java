package dev.vitrine.server.cli;

import dev.vitrine.registry.signing.SignedFolder;
import dev.vitrine.registry.signing.Trust;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.signing.HomeKeys;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Verifies signed folders on the command line. */
final class SignedFolders {
    private SignedFolders() {}

    /**
     * Says what holds, and what was left out.
     *
     * @param trusted files of public keys; where these and {@code anchors} are empty, those that
     *     count in the home
     */
    static void verify(Path folder, Path home, List<Path> trusted, List<Path> anchors) {
        InstantSource clock = InstantSource.system();
        Trust trust;
        if (trusted.isEmpty() && anchors.isEmpty()) {
            Home opened = Home.readOnly(home);
            trust = HomeKeys.read(opened, ServerSettings.of(opened).signing(), clock).trust();
        } else {
            trust = Trust.read(trusted, anchors, clock);
        }
        Trust.Verified verified = SignedFolder.verify(folder, trust);
        System.out.println(
                folder
                        + " holds the "
                        + verified.statement().resources().size()
                        + " files of "
                        + verified.statement().name()
                        + ", signed by "
                        + verified.signer());
        if (!verified.statement().ignored().isEmpty()) {
            System.out.println("not looked at: " + verified.statement().ignored());
        }
    }
}
