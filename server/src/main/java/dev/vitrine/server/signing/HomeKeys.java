package dev.vitrine.server.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.registry.signing.EllipticKeys;
import dev.vitrine.registry.signing.Resource;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.signing.Statement;
import dev.vitrine.registry.signing.Trust;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.Audit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The key that signs and whose signatures count. A home without a key of one's own has a folder
 * {@code keys}, for its owner alone: {@code signing.pem} and {@code trusted/}, a file for each
 * public key that counts. It appears whole, by one rename. Only while it is made are releases
 * signed that were not (those of a version that did not sign); an unsigned release found later is
 * refused.
 */
public final class HomeKeys {
    private static final System.Logger LOG = System.getLogger(HomeKeys.class.getName());
    private static final String KEY = "signing.pem";
    private static final String TRUSTED = "trusted";
    private static final String MADE = "the home's key was made";
    private static final char[] NO_PASSPHRASE = new char[0];

    private final SigningKey signer;
    private final Trust trust;

    private HomeKeys(SigningKey signer, Trust trust) {
        this.signer = signer;
        this.trust = trust;
    }

    /**
     * Reads the keys of a home, and makes them where there are none yet. Of several processes that
     * come at once, one makes them.
     *
     * @param releases are signed then, and models, where they are whole
     * @throws VitrineException naming the file that cannot be used
     */
    public static HomeKeys open(
            Home home,
            SigningSettings settings,
            ReleaseStore releases,
            ArtifactStore artifacts,
            Audit audit,
            InstantSource clock) {
        if (settings.ownKey().isEmpty() && !Files.exists(home.keys().resolve(KEY))) {
            try (FileChannel file =
                            FileChannel.open(
                                    home.root().resolve("keys.lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (lock.isValid() && !Files.exists(home.keys().resolve(KEY))) {
                    create(home, releases, artifacts, audit, clock);
                }
            } catch (IOException e) {
                throw failed(home.keys(), e);
            }
        }
        return read(home, settings, clock);
    }

    /** Reads the keys of a home; an error where there are none. */
    public static HomeKeys read(Home home, SigningSettings settings, InstantSource clock) {
        Path own = home.keys().resolve(KEY);
        if (settings.ownKey().isEmpty() && !Files.exists(own)) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    "there is no key to sign with yet: "
                            + own
                            + " is made when a server starts on this home");
        }
        Path key = settings.ownKey().orElse(own);
        warnOfReaders(key);
        SigningKey signer =
                SigningKey.read(
                        key,
                        Optional.ofNullable(settings.publicKey()),
                        Optional.ofNullable(settings.certificates()),
                        passphrase(settings));
        Trust trust = trust(home, settings, signer, clock);
        requireTrusted(signer, trust);
        HomeKeys keys = new HomeKeys(signer, trust);
        keys.ending(clock.instant())
                .forEach(end -> LOG.log(System.Logger.Level.WARNING, end.words()));
        return keys;
    }

    private static Trust trust(
            Home home, SigningSettings settings, SigningKey signer, InstantSource clock) {
        if (!settings.trustedKeys().isEmpty() || !settings.trustAnchors().isEmpty()) {
            return Trust.read(settings.trustedKeys(), settings.trustAnchors(), clock);
        }
        return settings.ownKey().isPresent()
                ? new Trust(List.of(signer.publicKey()), List.of(), clock)
                : Trust.read(trusted(home.keys()), List.of(), clock);
    }

    /** What this server signs it must be able to load. */
    private static void requireTrusted(SigningKey signer, Trust trust) {
        try {
            Resource any = new Resource("probe", "0".repeat(64));
            trust.verify(signer.sign(Statement.of("probe", List.of(), List.of(any))));
        } catch (VitrineException e) {
            throw new VitrineException(
                    RegistryError.SIGNING_KEY_INVALID,
                    "what this server signs would be refused by itself: " + e.getMessage(),
                    e);
        }
    }

    /**
     * The certificates of the key that signs, and those that signatures may lead to, which have
     * ended or end within 30 days; the first to end first.
     */
    public List<CertificateEnd> ending(Instant now) {
        Set<X509Certificate> all = new HashSet<>(signer.certificates());
        all.addAll(trust.anchors());
        return all.stream()
                .map(CertificateEnd::of)
                .filter(end -> !now.isBefore(end.warnAt()))
                .sorted(
                        Comparator.comparing(CertificateEnd::at)
                                .thenComparing(CertificateEnd::subject))
                .toList();
    }

    /** Signs. */
    public SigningKey signer() {
        return signer;
    }

    /** Says whose signatures count. */
    public Trust trust() {
        return trust;
    }

    /** The releases of a registry under these keys. */
    public SignedReleases of(ReleaseStore releases, ArtifactStore artifacts) {
        return new SignedReleases(releases, artifacts, trust);
    }

    /** The models of a registry that answer for themselves, under these keys. */
    public SignedModels models(ReleaseStore releases, ArtifactStore artifacts) {
        return new SignedModels(releases, artifacts, trust);
    }

    private static void create(
            Home home,
            ReleaseStore releases,
            ArtifactStore artifacts,
            Audit audit,
            InstantSource clock)
            throws IOException {
        Path part = home.root().resolve("keys.part");
        delete(part);
        Files.createDirectory(part, ownersAlone(part, "rwx------"));
        Files.createDirectory(part.resolve(TRUSTED));
        SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        key.write(part.resolve(KEY));
        writeTrusted(part, key);
        HomeKeys made = new HomeKeys(key, new Trust(List.of(key.publicKey()), List.of(), clock));
        SignedReleases signed = made.of(releases, artifacts);
        // What other nodes signed is not this home's to sign.
        List<String> own = releases.isShared() ? List.of() : releases.ids();
        for (String id : own) {
            try {
                signed.sign(id, key);
                tell(audit, "release.adopted", id, MADE);
            } catch (VitrineException e) {
                tell(audit, "release.left-unsigned", id, String.valueOf(e.getMessage()));
            }
        }
        int models = releases.isShared() ? 0 : adoptModels(made, releases, artifacts);
        Files.move(part, home.keys(), StandardCopyOption.ATOMIC_MOVE);
        if (models > 0) {
            tell(audit, "models.adopted", models + " models", MADE);
        }
        tell(audit, "key.created", key.fingerprint(), "there was none");
    }

    /**
     * Every model version that is whole, also those of releases: they may be used by themselves.
     */
    private static int adoptModels(HomeKeys keys, ReleaseStore releases, ArtifactStore artifacts) {
        SignedModels models = keys.models(releases, artifacts);
        int adopted = 0;
        for (ModelVersion version : releases.models()) {
            try {
                models.sign(version.ref(), keys.signer());
                adopted++;
            } catch (VitrineException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "model {0} is left unsigned: {1}",
                        version.ref(),
                        e.getMessage());
            }
        }
        return adopted;
    }

    /**
     * Makes a new key in the place of the home's own. Signatures of the one before count on.
     *
     * @param home which this process owns
     */
    public static SigningKey rotate(Home home, Audit audit, InstantSource clock)
            throws IOException {
        Path keys = home.keys();
        SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        Path fresh = keys.resolve(KEY + ".new");
        Files.deleteIfExists(fresh);
        key.write(fresh);
        writeTrusted(keys, key);
        Files.move(fresh, keys.resolve(KEY), StandardCopyOption.ATOMIC_MOVE);
        tell(audit, "key.rotated", key.fingerprint(), "those before count on");
        return key;
    }

    /** From now on only the home's own key counts. */
    public static void forgetOthers(Home home, SigningKey own, Audit audit, InstantSource clock)
            throws IOException {
        for (Path each : trusted(home.keys())) {
            if (!each.equals(trustedFile(home.keys(), own))) {
                Files.delete(each);
                tell(
                        audit,
                        "key.forgotten",
                        String.valueOf(each.getFileName()),
                        "only the home's own key counts");
            }
        }
    }

    private static Path trustedFile(Path keys, SigningKey key) {
        return keys.resolve(TRUSTED).resolve(key.fingerprint().substring(0, 16) + ".pem");
    }

    private static void writeTrusted(Path keys, SigningKey key) throws IOException {
        Files.writeString(trustedFile(keys, key), EllipticKeys.pem(key.publicKey()));
    }

    /**
     * Keeps who signed what with which key.
     *
     * @param who the command; the account that ran it is added
     * @param action {@code release.signed} or {@code model.signed}
     */
    public static void tellSigned(
            Audit audit, String who, String action, String subject, SigningKey key) {
        audit.record(
                who,
                action,
                subject,
                Map.of("key", key.fingerprint(), "account", System.getProperty("user.name", "")));
    }

    private static void tell(Audit audit, String what, String subject, String why) {
        audit.record("vitrine", what, subject, Map.of("why", why));
    }

    private static List<Path> trusted(Path keys) {
        try (Stream<Path> files = Files.list(keys.resolve(TRUSTED))) {
            return new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".pem")).sorted().toList());
        } catch (IOException e) {
            throw failed(keys, e);
        }
    }

    private static char[] passphrase(SigningSettings settings) {
        Path file = settings.passphraseFile();
        try {
            return file == null ? NO_PASSPHRASE : Files.readString(file).strip().toCharArray();
        } catch (IOException e) {
            throw failed(Optional.ofNullable(file).orElseThrow(), e);
        }
    }

    private static void warnOfReaders(Path key) {
        try {
            boolean others =
                    Files.exists(key)
                            && posix(key)
                            && Files.getPosixFilePermissions(key).stream()
                                    .anyMatch(HomeKeys::isOthers);
            if (others) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the key that signs releases can be read by others than its owner: {0}",
                        key);
            }
        } catch (IOException e) {
            throw failed(key, e);
        }
    }

    private static boolean isOthers(PosixFilePermission permission) {
        return !permission.name().startsWith("OWNER_");
    }

    private static FileAttribute<?>[] ownersAlone(Path place, String permissions) {
        return posix(place)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static VitrineException failed(Path place, IOException e) {
        return new VitrineException(ServerError.HOME_FAILED, "cannot use " + place + ": " + e, e);
    }
}
