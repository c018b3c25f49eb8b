package dev.vitrine.registry.signing;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The format read a second time, from its text alone: the DSSE protocol's encoding of what is
 * signed, the in-toto statement, and the predicate with its digest of digests. It shares nothing
 * with the code under test and does no more than a conforming verifier must.
 */
final class PlainVerifier {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private PlainVerifier() {}

    /** Whether a folder is as its {@code model.sig} says, under a key. */
    static boolean holds(Path folder, PublicKey key, String algorithm) throws Exception {
        JsonNode bundle = JSON.readTree(Files.readString(folder.resolve("model.sig")));
        if (!bundle.at("/mediaType")
                .asString()
                .equals("application/vnd.dev.sigstore.bundle.v0.3+json")) {
            return false;
        }
        JsonNode envelope = bundle.at("/dsseEnvelope");
        byte[] payload = Base64.getDecoder().decode(envelope.at("/payload").asString());
        String type = envelope.at("/payloadType").asString();
        if (!type.equals("application/vnd.in-toto+json")) {
            return false;
        }
        byte[] sig = Base64.getDecoder().decode(envelope.at("/signatures/0/sig").asString());
        Signature check = Signature.getInstance(algorithm);
        check.initVerify(key);
        check.update(
                ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
                        .getBytes(StandardCharsets.US_ASCII));
        check.update(payload);
        return check.verify(sig) && statementHolds(folder, JSON.readTree(payload));
    }

    /** The key of the first certificate that a signature carries. */
    static PublicKey certified(Path folder) throws Exception {
        JsonNode bundle = JSON.readTree(Files.readString(folder.resolve("model.sig")));
        byte[] der =
                Base64.getDecoder()
                        .decode(
                                bundle.at(
                                                "/verificationMaterial/x509CertificateChain"
                                                        + "/certificates/0/rawBytes")
                                        .asString());
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der))
                .getPublicKey();
    }

    private static boolean statementHolds(Path folder, JsonNode statement) throws Exception {
        if (!statement.at("/_type").asString().equals("https://in-toto.io/Statement/v1")
                || !statement
                        .at("/predicateType")
                        .asString()
                        .equals("https://model_signing/signature/v1.0")
                || statement.at("/subject").size() != 1) {
            return false;
        }
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        Map<String, String> signed = new HashMap<>();
        for (JsonNode resource : statement.at("/predicate/resources")) {
            all.update(HexFormat.of().parseHex(resource.at("/digest").asString()));
            signed.put(resource.at("/name").asString(), resource.at("/digest").asString());
        }
        String root = HexFormat.of().formatHex(all.digest());
        return root.equals(statement.at("/subject/0/digest/sha256").asString())
                && signed.equals(found(folder, ignored(statement)));
    }

    private static List<String> ignored(JsonNode statement) {
        List<String> ignored = new ArrayList<>(List.of("model.sig"));
        statement
                .at("/predicate/serialization/ignore_paths")
                .forEach(path -> ignored.add(path.asString()));
        return ignored;
    }

    private static Map<String, String> found(Path folder, List<String> ignored) throws Exception {
        Map<String, String> found = new HashMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!ignored.contains(name)) {
                    byte[] digest =
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    found.put(name, HexFormat.of().formatHex(digest));
                }
            }
        }
        return found;
    }
}
