package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is signed: that a folder of this name holds these files and no others. An in-toto Statement
 * v1 with the predicate {@code https://model_signing/signature/v1.0}; its subject's digest is the
 * SHA-256 of the files' digests, one after the other in the order of {@code resources}.
 *
 * @param name of what is signed; says nothing about where it lies
 * @param ignored paths in the folder, with all below them, that are not signed
 * @param resources every other file, none twice
 */
public record Statement(String name, List<String> ignored, List<Resource> resources) {
    /** Larger folders are no models. */
    public static final int MAX_FILES = 100_000;

    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE = "https://model_signing/signature/v1.0";
    private static final String HASH = "sha256";
    private static final String METHOD = "files";
    private static final Set<String> SERIALIZATION =
            Set.of("method", "hash_type", "allow_symlinks", "ignore_paths");
    private static final int MAX_IGNORED = 1_000;

    public Statement {
        ignored = List.copyOf(ignored);
        resources = List.copyOf(resources);
        if (resources.isEmpty() || resources.size() > MAX_FILES) {
            throw StrictJson.invalid(
                    "a signed folder has 1 to " + MAX_FILES + " files, found " + resources.size());
        }
        Set<String> names = new HashSet<>();
        for (Resource resource : resources) {
            if (!names.add(resource.name())) {
                throw StrictJson.invalid("the file " + resource.name() + " is named twice");
            }
            if (ignores(ignored, resource.name())) {
                throw StrictJson.invalid(
                        "the file " + resource.name() + " is both signed and ignored");
            }
        }
    }

    /** A statement with its files in the canonical order. */
    public static Statement of(String name, List<String> ignored, List<Resource> resources) {
        return new Statement(name, ignored, resources.stream().sorted(Resource.ORDER).toList());
    }

    /** Whether a path of the folder is left out of what is signed. */
    public boolean ignores(String path) {
        return ignores(ignored, path);
    }

    private static boolean ignores(List<String> ignored, String path) {
        for (String left : ignored) {
            if (path.equals(left) || path.startsWith(left + "/")) {
                return true;
            }
        }
        return false;
    }

    /** The digest of the subject. */
    String root() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Resource resource : resources) {
                digest.update(HexFormat.of().parseHex(resource.sha256()));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The bytes that are signed. */
    byte[] payload() {
        ObjectNode statement = StrictJson.object();
        statement.put("_type", TYPE);
        ObjectNode subject = statement.putArray("subject").addObject();
        subject.put("name", name);
        subject.putObject("digest").put(HASH, root());
        statement.put("predicateType", PREDICATE);
        ObjectNode predicate = statement.putObject("predicate");
        ObjectNode serialization = predicate.putObject("serialization");
        serialization.put("method", METHOD);
        serialization.put("hash_type", HASH);
        serialization.put("allow_symlinks", false);
        ArrayNode left = serialization.putArray("ignore_paths");
        ignored.forEach(left::add);
        ArrayNode list = predicate.putArray("resources");
        for (Resource resource : resources) {
            ObjectNode each = list.addObject();
            each.put("name", resource.name());
            each.put("algorithm", HASH);
            each.put("digest", resource.sha256());
        }
        return StrictJson.write(statement).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what was signed. Fields beside those of version 1.0 are passed over, as its text asks
     * of verifiers, but for those of the serialization, which might change what is covered.
     *
     * @throws VitrineException SIGNATURE_INVALID saying which field is wrong
     */
    static Statement parse(byte[] payload) {
        StrictJson.Fields statement = StrictJson.read(payload, "the signed statement");
        statement.require("_type", TYPE);
        statement.require("predicateType", PREDICATE);
        JsonNode subjects = statement.list("subject", 1);
        if (subjects.isEmpty()) {
            throw StrictJson.invalid("the signed statement has no subject");
        }
        StrictJson.Fields subject = new StrictJson.Fields(subjects.get(0), "the subject");
        String root = subject.fields("digest").text(HASH);
        StrictJson.Fields predicate = statement.fields("predicate");
        Statement read =
                new Statement(
                        subject.text("name"),
                        ignored(predicate.fields("serialization")),
                        resources(predicate));
        if (!read.root().equals(root)) {
            throw StrictJson.invalid(
                    "the digest of the subject is not that of the files that are named");
        }
        return read;
    }

    private static List<String> ignored(StrictJson.Fields serialization) {
        serialization.only(SERIALIZATION);
        serialization.require("method", METHOD);
        serialization.require("hash_type", HASH);
        Optional<JsonNode> links = serialization.find("allow_symlinks");
        if (links.isPresent() && !links.get().isBoolean()) {
            throw StrictJson.invalid("allow_symlinks is neither true nor false");
        }
        List<String> ignored = new ArrayList<>();
        if (serialization.find("ignore_paths").isPresent()) {
            for (JsonNode path : serialization.list("ignore_paths", MAX_IGNORED)) {
                if (!path.isString()) {
                    throw StrictJson.invalid("ignore_paths has an entry that is not a text");
                }
                ignored.add(path.stringValue());
            }
        }
        return ignored;
    }

    private static List<Resource> resources(StrictJson.Fields predicate) {
        List<Resource> resources = new ArrayList<>();
        for (JsonNode node : predicate.list("resources", MAX_FILES)) {
            StrictJson.Fields resource = new StrictJson.Fields(node, "a resource");
            resource.require("algorithm", HASH);
            resources.add(new Resource(resource.text("name"), resource.text("digest")));
        }
        return resources;
    }

    /** What a missing or surplus file is called in an error: the first few. */
    static String some(List<String> names) {
        int shown = Math.min(3, names.size());
        String text = String.join(", ", names.subList(0, shown));
        return names.size() > shown ? text + " and " + (names.size() - shown) + " more" : text;
    }

    /**
     * Compares with what was found.
     *
     * @throws VitrineException SIGNATURE_INVALID naming files that are missing, were added or
     *     changed
     */
    public void requireSame(List<Resource> found) {
        Set<Resource> signed = new HashSet<>(resources);
        Set<String> signedNames = new HashSet<>();
        resources.forEach(resource -> signedNames.add(resource.name()));
        Set<String> foundNames = new HashSet<>();
        found.forEach(resource -> foundNames.add(resource.name()));
        List<String> missing =
                signedNames.stream().filter(n -> !foundNames.contains(n)).sorted().toList();
        List<String> added =
                foundNames.stream().filter(n -> !signedNames.contains(n)).sorted().toList();
        List<String> changed =
                found.stream()
                        .filter(r -> signedNames.contains(r.name()) && !signed.contains(r))
                        .map(Resource::name)
                        .sorted()
                        .toList();
        refuse(missing, "missing");
        refuse(added, "not signed");
        refuse(changed, "changed since it was signed");
    }

    private void refuse(List<String> names, String what) {
        if (!names.isEmpty()) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID,
                    "of " + name + ", " + what + ": " + some(names));
        }
    }
}
