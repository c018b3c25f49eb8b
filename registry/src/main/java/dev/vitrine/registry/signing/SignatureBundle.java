package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A signature as it lies in {@code model.sig}: a Sigstore bundle v0.3 in JSON, with a DSSE envelope
 * that was signed once, and what tells by whom. Nothing in it is trusted.
 *
 * @param material says which key to try
 * @param payload the signed statement
 * @param signature of the envelope's pre-authentication encoding
 */
record SignatureBundle(Material material, byte[] payload, byte[] signature) {
    /** Larger ones are not read: that is room for 100,000 files. */
    static final int MAX_BYTES = 32 << 20;

    private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final int MAX_CERTIFICATES = 10;
    private static final int MAX_CERTIFICATE_BYTES = 32 << 10;

    /** Who is said to have signed. */
    sealed interface Material {
        /**
         * @param fingerprint of the public key; see {@link EllipticKeys#fingerprint}
         */
        record Hint(String fingerprint) implements Material {}

        /**
         * @param certificates the signer's first, then those that lead to a trust anchor
         */
        record Chain(List<X509Certificate> certificates) implements Material {}
    }

    /** What DSSE has signed in place of the payload alone: its type and both lengths with it. */
    static byte[] preAuthentication(byte[] payload) {
        byte[] head =
                ("DSSEv1 "
                                + Statement.PAYLOAD_TYPE.length()
                                + " "
                                + Statement.PAYLOAD_TYPE
                                + " "
                                + payload.length
                                + " ")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[head.length + payload.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(payload, 0, whole, head.length, payload.length);
        return whole;
    }

    /** The text of {@code model.sig}. */
    String text() {
        ObjectNode bundle = StrictJson.object();
        bundle.put("mediaType", MEDIA_TYPE);
        ObjectNode verification = bundle.putObject("verificationMaterial");
        switch (material) {
            case Material.Hint hint ->
                    verification.putObject("publicKey").put("hint", hint.fingerprint());
            case Material.Chain chain -> {
                ArrayNode list =
                        verification.putObject("x509CertificateChain").putArray("certificates");
                for (X509Certificate certificate : chain.certificates()) {
                    list.addObject().put("rawBytes", base64(encoded(certificate)));
                }
            }
        }
        verification.putArray("tlogEntries");
        ObjectNode envelope = bundle.putObject("dsseEnvelope");
        envelope.put("payload", base64(payload));
        envelope.put("payloadType", Statement.PAYLOAD_TYPE);
        ObjectNode once = envelope.putArray("signatures").addObject();
        once.put("sig", base64(signature));
        once.put("keyid", "");
        return StrictJson.write(bundle);
    }

    /**
     * Reads one. Fields that the format does not have are refused, as are several signatures.
     *
     * @throws VitrineException SIGNATURE_INVALID naming the field
     */
    static SignatureBundle parse(byte[] text) {
        StrictJson.Fields bundle =
                StrictJson.read(text, "the signature")
                        .only(Set.of("mediaType", "verificationMaterial", "dsseEnvelope"));
        bundle.require("mediaType", MEDIA_TYPE);
        StrictJson.Fields envelope =
                bundle.fields("dsseEnvelope").only(Set.of("payload", "payloadType", "signatures"));
        envelope.require("payloadType", Statement.PAYLOAD_TYPE);
        JsonNode signatures = envelope.list("signatures", 1);
        if (signatures.isEmpty()) {
            throw StrictJson.invalid("the envelope has no signature");
        }
        StrictJson.Fields once =
                new StrictJson.Fields(signatures.get(0), "the envelope's signature")
                        .only(Set.of("sig", "keyid"));
        Optional<String> name = once.findText("keyid");
        if (name.isPresent() && !name.get().isEmpty()) {
            throw StrictJson.invalid(
                    "the envelope's signature names a key, which the format lacks");
        }
        return new SignatureBundle(
                material(bundle.fields("verificationMaterial")),
                envelope.bytes("payload"),
                once.bytes("sig"));
    }

    private static Material material(StrictJson.Fields material) {
        if (material.find("certificate").isPresent()) {
            throw StrictJson.invalid(
                    "it was signed without a key, by an identity of Sigstore's; expected a key or"
                            + " a chain of certificates");
        }
        material.only(Set.of("publicKey", "x509CertificateChain", "tlogEntries"));
        if (material.find("tlogEntries").isPresent()) {
            material.list("tlogEntries", 0);
        }
        boolean chain = material.find("x509CertificateChain").isPresent();
        if (chain == material.find("publicKey").isPresent()) {
            throw StrictJson.invalid(
                    "expected either publicKey or x509CertificateChain in verificationMaterial");
        }
        if (chain) {
            return new Material.Chain(
                    certificates(
                            material.fields("x509CertificateChain").only(Set.of("certificates"))));
        }
        StrictJson.Fields key = material.fields("publicKey");
        key.only(Set.of("hint", "rawBytes", "keyDetails"));
        Optional<String> hint = key.findText("hint").filter(h -> !h.isEmpty());
        // Versions 1.0.0 and 1.0.1 of the format's own tool wrote the key in place of its hash.
        return new Material.Hint(hint.orElseGet(() -> EllipticKeys.sha256(key.bytes("rawBytes"))));
    }

    private static List<X509Certificate> certificates(StrictJson.Fields chain) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (JsonNode node : chain.list("certificates", MAX_CERTIFICATES)) {
                byte[] der =
                        new StrictJson.Fields(node, "a certificate")
                                .only(Set.of("rawBytes"))
                                .bytes("rawBytes");
                if (der.length > MAX_CERTIFICATE_BYTES) {
                    throw StrictJson.invalid("a certificate has " + der.length + " bytes");
                }
                X509Certificate read =
                        (X509Certificate)
                                factory.generateCertificate(new ByteArrayInputStream(der));
                if (encoded(read).length != der.length) {
                    throw StrictJson.invalid("a certificate is followed by something else");
                }
                certificates.add(read);
            }
        } catch (CertificateException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID, "a certificate cannot be read: " + e, e);
        }
        if (certificates.isEmpty()) {
            throw StrictJson.invalid("the chain has no certificate");
        }
        return certificates;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID, "a certificate cannot be written: " + e, e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
