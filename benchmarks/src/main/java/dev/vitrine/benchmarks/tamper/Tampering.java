package dev.vitrine.benchmarks.tamper;

import dev.vitrine.registry.artifact.ArtifactFile;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Everything that is done to one release of a home, each so that it can be undone. What is done to
 * files has another release, whose files differ, to take from.
 */
final class Tampering {
    private final Path home;
    private final ArtifactStore artifacts;
    private final Registry registry;
    private final Release victim;
    private final Release other;
    private final Forger forger;
    private final SplittableRandom random;
    private final List<Case> cases = new ArrayList<>();

    /**
     * One thing that is done.
     *
     * @param kind of thing
     * @param what exactly, for people
     * @param target the release that is then to answer
     * @param change does it
     */
    record Case(String kind, String what, String target, Change change) {}

    /** Changes something and gives what puts it back. */
    interface Change {
        Undo make() throws Exception;
    }

    /** Puts back what was changed. */
    interface Undo {
        void undo() throws Exception;
    }

    private Tampering(
            Path home, Release victim, Release other, Forger forger, SplittableRandom random) {
        this.home = home;
        this.artifacts = ArtifactStore.open(home.resolve("artifacts"));
        this.registry = new Registry(home.resolve("registry.db"));
        this.victim = victim;
        this.other = other;
        this.forger = forger;
        this.random = random;
    }

    /**
     * All cases.
     *
     * @param home whose files and registry are changed
     * @param victim what is done to
     * @param other a release of the same roles
     * @param offsets bits that are flipped in each file
     */
    static List<Case> of(
            Path home,
            Release victim,
            Release other,
            Forger forger,
            SplittableRandom random,
            int offsets)
            throws Exception {
        Tampering made = new Tampering(home, victim, other, forger, random);
        made.files(offsets);
        made.artefacts();
        made.manifest();
        made.signatures();
        made.statements();
        made.certificates();
        return made.cases;
    }

    private void add(String kind, String what, Change change) {
        cases.add(new Case(kind, what, victim.id(), change));
    }

    /** Every file of the release by a name for people. */
    private Map<String, Path> every() {
        Map<String, Path> files = new HashMap<>();
        parts(victim)
                .forEach((role, hash) -> {
                    Path directory = artifacts.open(hash).directory();
                    files.put(role + " manifest", directory.resolveSibling("manifest"));
                    for (ArtifactFile file : artifacts.manifest(hash).files()) {
                        files.put(role + "/" + file.path(), directory.resolve(file.path()));
                    }
                });
        return files;
    }

    private static Map<String, ArtifactHash> parts(Release release) {
        Map<String, ArtifactHash> parts = new HashMap<>();
        parts.put("index", release.manifest().index().artifact());
        release.manifest().models().forEach((role, model) -> parts.put(role, model.artifact()));
        return parts;
    }

    private void files(int offsets) throws Exception {
        for (Map.Entry<String, Path> each : every().entrySet()) {
            Path file = each.getValue();
            int size = Math.toIntExact(Files.size(file));
            for (int i = 0; i < offsets && size > 0; i++) {
                long bit = random.nextLong(8L * size);
                add(
                        "flippedBit",
                        each.getKey() + " bit " + bit,
                        () -> rewritten(file, bytes -> flipped(bytes, bit)));
            }
            add("removedFile", each.getKey(), () -> removed(file));
            if (size > 0) {
                add(
                        "truncatedFile",
                        each.getKey() + " by a byte",
                        () -> rewritten(file, bytes -> Arrays.copyOf(bytes, size - 1)));
                add(
                        "truncatedFile",
                        each.getKey() + " to nothing",
                        () -> rewritten(file, bytes -> new byte[0]));
            }
            add(
                    "lengthenedFile",
                    each.getKey(),
                    () -> rewritten(file, bytes -> Arrays.copyOf(bytes, size + 1)));
            if (!each.getKey().endsWith(" manifest")) {
                add("linkForFile", each.getKey(), () -> linked(file));
            }
        }
    }

    private void artefacts() throws Exception {
        Map<String, ArtifactHash> others = parts(other);
        for (Map.Entry<String, ArtifactHash> part : parts(victim).entrySet()) {
            String role = part.getKey();
            Path directory = artifacts.open(part.getValue()).directory();
            add("addedFile", role, () -> added(directory.resolve("more.bin")));
            add(
                    "addedFile",
                    role + " in a folder",
                    () -> {
                        Path folder = Files.createDirectory(directory.resolve(".more"));
                        Undo undo = added(folder.resolve("x"));
                        return () -> {
                            undo.undo();
                            Files.delete(folder);
                        };
                    });
            List<Path> own =
                    artifacts.manifest(part.getValue()).files().stream()
                            .map(file -> directory.resolve(file.path()))
                            .toList();
            if (own.size() > 1) {
                add(
                        "swappedFile",
                        role + " with each other",
                        () -> exchanged(own.get(0), own.get(1)));
            }
            ArtifactHash theirs = others.get(role);
            if (theirs == null || theirs.equals(part.getValue())) {
                continue;
            }
            Path from = artifacts.open(theirs).directory();
            Path file = own.getFirst();
            Path same = from.resolve(directory.relativize(file).toString());
            if (Files.exists(same) && Files.mismatch(file, same) >= 0) {
                byte[] content = Files.readAllBytes(same);
                add(
                        "swappedFile",
                        role + " by that of another release",
                        () -> rewritten(file, bytes -> content));
            }
            add(
                    "swappedArtefact",
                    role,
                    () -> exchanged(directory.resolveSibling(""), from.resolveSibling("")));
        }
    }

    private void manifest() throws Exception {
        Registry.Row row = registry.read(victim.id());
        Registry.Row theirs = registry.read(other.id());
        for (Map.Entry<String, ArtifactHash> part : parts(victim).entrySet()) {
            ArtifactHash lie = parts(other).get(part.getKey());
            if (lie == null || lie.equals(part.getValue())) {
                continue;
            }
            String json = row.json().replace(part.getValue().hex(), lie.hex());
            String hash = Registry.sha256(json);
            String name = victim.id().substring(0, 16) + hash.substring(0, 12);
            String what = part.getKey() + " of another release";
            add("lyingManifest", what, () -> replaced(row, row.withJson(json)));
            add(
                    "lyingManifest",
                    what + ", with its hash",
                    () -> replaced(row, row.withJson(json).withHash(hash)));
            cases.add(
                    new Case(
                            "lyingManifest",
                            what + ", with its hash and name",
                            name,
                            () -> replaced(row, row.withJson(json).withHash(hash).withId(name))));
        }
        String threshold = row.json().replaceFirst("\"logOffset\":(\\d+)", "\"logOffset\":1$1");
        add(
                "lyingManifest",
                "another offset of the log",
                () -> replaced(row, row.withJson(threshold)));
        String fresh = "20991231-235959-" + "0".repeat(12);
        cases.add(
                new Case(
                        "olderReplayed",
                        "the other release whole, under a new name",
                        fresh,
                        () -> replaced(row, theirs.withId(fresh))));
        add(
                "olderReplayed",
                "the other release whole, under this one's name",
                () -> replaced(row, theirs.withId(victim.id())));
        cases.add(
                new Case(
                        "olderReplayed",
                        "this release whole, under a new name",
                        fresh,
                        () -> replaced(row, row.withId(fresh))));
    }

    private void signatures() throws Exception {
        Registry.Row row = registry.read(victim.id());
        String bundle = row.signature().orElseThrow();
        String theirs = registry.read(other.id()).signature().orElseThrow();
        add("signatureRemoved", "no row", () -> replaced(row, row.withoutSignature()));
        signature("signatureRemoved", "an empty text", row, "");
        signature("signatureOfAnother", "the other release's", row, theirs);
        signature(
                "signatureOfAnother",
                "the other release's under this payload",
                row,
                Forger.unsigned(theirs, Forger.payload(bundle)));
        for (String curve : List.of("secp256r1", "secp384r1", "secp521r1")) {
            PrivateKey stranger = Forger.stranger(curve).getPrivate();
            String algorithm =
                    curve.contains("256")
                            ? "SHA256withECDSA"
                            : curve.contains("384") ? "SHA384withECDSA" : "SHA512withECDSA";
            String forged = Forger.signed(bundle, Forger.payload(bundle), stranger, algorithm);
            signature("wrongKey", curve + " that names the right one", row, forged);
            signature(
                    "wrongKey",
                    curve,
                    row,
                    forged.replace(Forger.hint(bundle), Registry.sha256(curve)));
        }
        PrivateKey right = Forger.home(home.resolve("keys/signing.pem"));
        signature(
                "algorithmAltered",
                "the right key with SHA-512",
                row,
                Forger.signed(bundle, Forger.payload(bundle), right, "SHA512withECDSA"));
        signature(
                "typeAltered", "payloadType", row, bundle.replace("in-toto+json", "in-toto+text"));
        signature("typeAltered", "mediaType", row, bundle.replace("bundle.v0.3", "bundle.v0.1"));
        signature(
                "duplicateNames",
                "a second payload in the envelope",
                row,
                bundle.replace("\"payload\":", "\"payload\":\"e30=\",\"payload\":"));
        for (int i = 0; i < 20; i++) {
            byte[] bytes = bundle.getBytes(StandardCharsets.UTF_8);
            long bit = random.nextLong(8L * bytes.length);
            // As it would lie in a file; what is no UTF-8 any more is kept as its replacement.
            String changed = new String(flipped(bytes, bit), StandardCharsets.UTF_8);
            signature("flippedBit", "signature bit " + bit, row, changed);
        }
        byte[] json = row.json().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5; i++) {
            long bit = random.nextLong(8L * json.length);
            String changed = new String(flipped(json, bit), StandardCharsets.UTF_8);
            add(
                    "flippedBit",
                    "release.json bit " + bit,
                    () -> replaced(row, row.withJson(changed)));
        }
    }

    /** What the right key signed, and yet is not the release. */
    private void statements() throws Exception {
        Registry.Row row = registry.read(victim.id());
        String bundle = row.signature().orElseThrow();
        String payload = Forger.payload(bundle);
        PrivateKey right = Forger.home(home.resolve("keys/signing.pem"));
        String first =
                payload.substring(payload.indexOf("{\"name\":", payload.indexOf("resources")));
        first = first.substring(0, first.indexOf('}') + 1);
        Map<String, String> lies = new HashMap<>();
        lies.put("duplicateNames a file twice", payload.replace(first, first + "," + first));
        lies.put(
                "duplicateNames a key twice",
                payload.replace(
                        "\"predicateType\":", "\"predicateType\":\"x\",\"predicateType\":"));
        lies.put("statementAltered a file left out", payload.replace(first + ",", ""));
        lies.put(
                "statementAltered a path that leaves the folder",
                payload.replaceFirst("\"name\":\"index/", "\"name\":\"../index/"));
        lies.put(
                "statementAltered the digest of digests",
                payload.replaceFirst("\"sha256\":\"[0-9a-f]{8}", "\"sha256\":\"00000000"));
        lies.put(
                "statementAltered another type of statement",
                payload.replace("Statement/v1", "Statement/v0.1"));
        lies.put(
                "statementAltered another predicate",
                payload.replace("signature/v1.0", "Digests/v0.1"));
        lies.put(
                "algorithmAltered the files' hashes",
                payload.replaceFirst("\"algorithm\":\"sha256\"", "\"algorithm\":\"sha1\""));
        lies.put(
                "algorithmAltered of the serialization",
                payload.replace("\"files\"", "\"shards\""));
        lies.put("statementAltered another subject", payload.replace(victim.id(), other.id()));
        lies.forEach((what, lie) -> {
            if (lie.equals(payload)) {
                throw new IllegalStateException("nothing was changed: " + what);
            }
            int space = what.indexOf(' ');
            try {
                signature(
                        what.substring(0, space),
                        what.substring(space + 1) + ", signed by the right key",
                        row,
                        Forger.signed(bundle, lie, right, "SHA256withECDSA"));
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            signature(
                    what.substring(0, space),
                    what.substring(space + 1) + ", not signed anew",
                    row,
                    Forger.unsigned(bundle, lie));
        });
    }

    private void certificates() throws Exception {
        Registry.Row row = registry.read(victim.id());
        String bundle = row.signature().orElseThrow();
        for (String[] each :
                new String[][] {
                    {"expiredCertificate", "ended"},
                    {"certificateNotYetValid", "to-begin"},
                    {"certificateForAnotherPurpose", "servers"},
                    {"certificateForAnotherPurpose", "agreement"},
                    {"certificateOfNobodyTrusted", "stranger"}
                }) {
            signature(each[0], each[1], row, forger.certified(bundle, each[1]));
        }
    }

    private void signature(String kind, String what, Registry.Row row, String signature) {
        add(kind, what, () -> replaced(row, row.withSignature(signature)));
    }

    private Undo replaced(Registry.Row before, Registry.Row after) throws Exception {
        registry.replace(before.id(), after);
        return () -> registry.replace(after.id(), before);
    }

    /** A flipped bit. */
    static byte[] flipped(byte[] bytes, long bit) {
        byte[] flipped = bytes.clone();
        flipped[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        return flipped;
    }

    static Undo rewritten(Path file, UnaryOperator<byte[]> change) throws Exception {
        byte[] before = Files.readAllBytes(file);
        Files.write(file, Objects.requireNonNull(change.apply(before)));
        return () -> Files.write(file, before);
    }

    private static Undo removed(Path file) throws Exception {
        byte[] before = Files.readAllBytes(file);
        Files.delete(file);
        return () -> Files.write(file, before);
    }

    private static Undo added(Path file) throws Exception {
        Files.writeString(file, "more");
        return () -> Files.delete(file);
    }

    /** The same content behind a link: what it leads to may change later. */
    private static Undo linked(Path file) throws Exception {
        Path moved = Files.createTempFile("moved", ".bin");
        byte[] before = Files.readAllBytes(file);
        Files.write(moved, before);
        Files.delete(file);
        Files.createSymbolicLink(file, moved);
        return () -> {
            Files.delete(file);
            Files.write(file, before);
            Files.delete(moved);
        };
    }

    private static Undo exchanged(Path one, Path two) throws Exception {
        exchange(one, two);
        return () -> exchange(one, two);
    }

    private static void exchange(Path one, Path two) throws Exception {
        Path aside = one.resolveSibling(one.getFileName() + ".aside");
        Files.move(one, aside);
        Files.move(two, one);
        Files.move(aside, two);
    }
}
