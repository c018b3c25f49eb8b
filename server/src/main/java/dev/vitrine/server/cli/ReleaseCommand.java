package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.registry.signing.EllipticKeys;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.signing.HomeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vitrine release}: signatures of releases, also while the home is served. */
@Command(
        name = "release",
        description = "Verifies, signs and exports the releases of a home directory.",
        mixinStandardHelpOptions = true)
final class ReleaseCommand extends OfServedHome {
    private static final String ALL = "all";

    private interface Work {
        int run(ReleaseStore releases, SignedReleases signed, HomeKeys keys) throws IOException;
    }

    private int with(Work work) throws IOException {
        Home opened = Home.readOnly(home);
        InstantSource clock = InstantSource.system();
        ServerSettings settings = settings(opened);
        HomeKeys keys = HomeKeys.read(opened, settings.signing(), clock);
        try (ReleaseStore releases = settings.stores().releases(opened, clock)) {
            ArtifactStore artifacts = settings.stores().artifacts(opened, clock);
            return work.run(releases, keys.of(releases, artifacts), keys);
        }
    }

    @Command(
            description =
                    "Reads every file of a release, or of all, and checks it, the manifest and the"
                            + " signature. Exit code 1 when one does not hold.",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "ID", defaultValue = ALL, description = "default all")
                    String id)
            throws IOException {
        return with((releases, signed, keys) -> {
            boolean hold = true;
            for (String each : id.equals(ALL) ? releases.ids() : List.of(id)) {
                hold &= holds(signed, each);
            }
            return hold ? 0 : 1;
        });
    }

    private static boolean holds(SignedReleases signed, String id) {
        long start = System.nanoTime();
        try {
            SignedReleases.Admitted admitted = signed.admit(id);
            double took = System.nanoTime() - start;
            System.out.printf(
                    Locale.ROOT,
                    "%s holds, signed by %s (%.1f MiB, %.2f GB/s)%n",
                    id,
                    admitted.signer(),
                    admitted.bytes() / 1048576.0,
                    admitted.bytes() / took);
            return true;
        } catch (VitrineException e) {
            System.out.println(e.getMessage());
            return false;
        }
    }

    @Command(
            description = {
                "Signs a release, or all, with the key of the home or of server.yaml, after all of"
                        + " it was read and found whole.",
                "Whoever signs vouches for what is there now: look where an unsigned release comes"
                        + " from first."
            },
            mixinStandardHelpOptions = true)
    int sign(@Parameters(paramLabel = "ID", description = "a release, or all") String id)
            throws IOException {
        return with((releases, signed, keys) -> {
            boolean whole = true;
            try (ChainedAudit audit =
                    ChainedAudit.open(Home.readOnly(home), InstantSource.system())) {
                for (String each : id.equals(ALL) ? releases.ids() : List.of(id)) {
                    whole &= sign(signed, each, keys.signer(), audit);
                }
            }
            return whole ? 0 : 1;
        });
    }

    private static boolean sign(
            SignedReleases signed, String id, SigningKey key, ChainedAudit audit) {
        try {
            signed.sign(id, key);
        } catch (VitrineException e) {
            System.out.println(id + " is not signed: " + e.getMessage());
            return false;
        }
        System.out.println(id + " is signed by " + key.fingerprint().substring(0, 16));
        HomeKeys.tellSigned(audit, "vitrine release sign", "release.signed", id, key);
        return true;
    }

    @Command(
            description = {
                "Writes a release as a folder with its signature in model.sig, as the OpenSSF"
                        + " Model Signing format has it.",
                "Other tools verify that:",
                "  python -m model_signing verify key --signature FOLDER/model.sig"
                        + " --public_key KEY.pem FOLDER"
            },
            mixinStandardHelpOptions = true)
    int export(
            @Parameters(paramLabel = "ID", description = "a release") String id,
            @Parameters(paramLabel = "FOLDER", description = "that does not exist yet") Path folder)
            throws IOException {
        if (Files.exists(folder)) {
            throw new VitrineException(ServerError.USAGE, folder + " exists already");
        }
        return with((releases, signed, keys) -> {
            signed.export(id, folder);
            System.err.println("exported " + id + " to " + folder);
            return 0;
        });
    }

    @Command(
            description =
                    "Shows which key signs and whose signatures count; makes a key, or puts a new"
                            + " one in the place of the home's.",
            mixinStandardHelpOptions = true)
    int key(
            @Option(
                            names = "--create",
                            paramLabel = "FILE",
                            description =
                                    "writes a new key to a file, for 'signing.key' of a server.yaml")
                    @Nullable Path create,
            @Option(
                            names = "--rotate",
                            description =
                                    "a new key for the home, which nothing may be serving;"
                                            + " signatures of the one before count on")
                    boolean rotate,
            @Option(
                            names = "--forget",
                            description =
                                    "with --rotate: they no longer count, and all that holds is"
                                            + " signed again")
                    boolean forget)
            throws IOException {
        if (create != null) {
            SigningKey made = SigningKey.create(EllipticKeys.Curve.P256);
            made.write(create);
            System.out.println("key        " + made.fingerprint());
            System.out.print(EllipticKeys.pem(made.publicKey()));
            return 0;
        }
        if (forget && !rotate) {
            throw new VitrineException(ServerError.USAGE, "--forget belongs to --rotate");
        }
        if (rotate) {
            rotate(forget);
        }
        return with((releases, signed, keys) -> {
            System.out.println("signs      " + keys.signer().fingerprint());
            keys.signer()
                    .certificates()
                    .forEach(each ->
                            System.out.println(
                                    "           "
                                            + each.getSubjectX500Principal()
                                            + ", until "
                                            + each.getNotAfter().toInstant()));
            keys.trust().fingerprints().stream()
                    .sorted()
                    .forEach(each -> System.out.println("counts     " + each));
            System.out.print(EllipticKeys.pem(keys.signer().publicKey()));
            return 0;
        });
    }

    private void rotate(boolean forget) throws IOException {
        Home.readOnly(home);
        try (Home owned = Home.open(home);
                ChainedAudit audit = ChainedAudit.open(owned, InstantSource.system());
                ReleaseStore releases =
                        settings(owned).stores().releases(owned, InstantSource.system())) {
            ServerSettings settings = settings(owned);
            if (settings.signing().ownKey().isPresent()) {
                throw new VitrineException(
                        ServerError.USAGE,
                        "server.yaml names a key of your own; make another and name that");
            }
            InstantSource clock = InstantSource.system();
            ArtifactStore artifacts = settings.stores().artifacts(owned, clock);
            HomeKeys old = HomeKeys.read(owned, settings.signing(), clock);
            SignedReleases before = old.of(releases, artifacts);
            SigningKey fresh = HomeKeys.rotate(owned, audit, clock);
            if (!forget) {
                return;
            }
            for (String id : releases.ids()) {
                try {
                    before.admit(id);
                    before.sign(id, fresh);
                    HomeKeys.tellSigned(audit, "vitrine release key", "release.signed", id, fresh);
                } catch (VitrineException e) {
                    System.err.println(e.getMessage());
                }
            }
            SignedModels models = old.models(releases, artifacts);
            for (ModelVersion version : releases.models()) {
                if (releases.signature(version.ref()).isPresent()) {
                    try {
                        models.admit(version.ref());
                        models.sign(version.ref(), fresh);
                        HomeKeys.tellSigned(
                                audit,
                                "vitrine release key",
                                "model.signed",
                                version.ref().toString(),
                                fresh);
                    } catch (VitrineException e) {
                        System.err.println(e.getMessage());
                    }
                }
            }
            HomeKeys.forgetOthers(owned, fresh, audit, clock);
        }
    }
}
