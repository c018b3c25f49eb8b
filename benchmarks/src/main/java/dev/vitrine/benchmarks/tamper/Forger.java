package dev.vitrine.benchmarks.tamper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs whatever it is given, by the format's text alone and with whatever key, and has the JDK's
 * {@code keytool} make certificates.
 */
final class Forger {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TYPE = "application/vnd.in-toto+json";
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path store;

    /**
     * @param folder an empty folder for keys and certificates
     */
    Forger(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("certificates.p12");
    }

    /** The payload of a signature. */
    static String payload(String bundle) {
        return new String(
                Base64.getDecoder()
                        .decode(JSON.readTree(bundle).at("/dsseEnvelope/payload").asString("")),
                StandardCharsets.UTF_8);
    }

    /** A signature that says another payload, signed by whoever it was signed by before. */
    static String unsigned(String bundle, String payload) {
        ObjectNode root = (ObjectNode) JSON.readTree(bundle);
        ((ObjectNode) root.at("/dsseEnvelope")).put("payload", base64(payload));
        return JSON.writeValueAsString(root);
    }

    /** A signature whose payload is signed by a key; what tells of the signer stays. */
    static String signed(String bundle, String payload, PrivateKey key, String algorithm)
            throws GeneralSecurityException {
        ObjectNode root = (ObjectNode) JSON.readTree(bundle);
        ((ObjectNode) root.at("/dsseEnvelope")).put("payload", base64(payload));
        ((ObjectNode) root.at("/dsseEnvelope/signatures/0"))
                .put("sig", signature(payload, key, algorithm));
        return JSON.writeValueAsString(root);
    }

    /** A signature with a chain of certificates. */
    String certified(String bundle, String alias) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        PrivateKey key = (PrivateKey) keys.getKey(alias, PASSWORD.toCharArray());
        String signed = signed(bundle, payload(bundle), key, "SHA256withECDSA");
        ObjectNode root = (ObjectNode) JSON.readTree(signed);
        ObjectNode material = root.putObject("verificationMaterial");
        var list = material.putObject("x509CertificateChain").putArray("certificates");
        for (Certificate each : keys.getCertificateChain(alias)) {
            list.addObject().put("rawBytes", Base64.getEncoder().encodeToString(each.getEncoded()));
        }
        material.putArray("tlogEntries");
        return JSON.writeValueAsString(root);
    }

    /** The fingerprint that a signature names. */
    static String hint(String bundle) {
        JsonNode hint = JSON.readTree(bundle).at("/verificationMaterial/publicKey/hint");
        return hint.asString("");
    }

    private static String signature(String payload, PrivateKey key, String algorithm)
            throws GeneralSecurityException {
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(
                ("DSSEv1 " + TYPE.length() + " " + TYPE + " " + body.length + " ")
                        .getBytes(StandardCharsets.UTF_8));
        signature.update(body);
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The private key of a home. */
    static PrivateKey home(Path pem) throws IOException, GeneralSecurityException {
        String text = Files.readString(pem);
        String begin = "-----BEGIN PRIVATE KEY-----";
        String body =
                text.substring(
                        text.indexOf(begin) + begin.length(),
                        text.indexOf("-----END PRIVATE KEY-----"));
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    /** A key that nobody knows. */
    static KeyPair stranger(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    /** An authority whose certificate is written to {@code NAME.pem}. */
    Path authority(String name) throws IOException, InterruptedException {
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-validity",
                "3650",
                "-startdate",
                "-3d",
                "-ext",
                "bc:c=ca:true",
                "-ext",
                "ku:c=keyCertSign");
        Path pem = folder.resolve(name + ".pem");
        keytool("-exportcert", "-alias", name, "-rfc", "-file", pem.toString());
        return pem;
    }

    /**
     * A certificate that an authority vouches for.
     *
     * @param start from now, such as {@code -2d}
     * @param days that it is valid
     * @param extensions its usage and purposes, as {@code keytool -ext} takes them
     */
    void certificate(String name, String authority, String start, int days, String... extensions)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-signer",
                                authority,
                                "-dname",
                                "CN=" + name,
                                "-startdate",
                                start,
                                "-validity",
                                Integer.toString(days)));
        for (String extension : extensions) {
            arguments.addAll(List.of("-ext", extension));
        }
        keytool(arguments.toArray(new String[0]));
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Path output = folder.resolve("keytool.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("keytool failed: " + Files.readString(output));
        }
    }
}
