package dev.vitrine.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is not exactly a signature of ours is refused in one way, and never holds. */
class SignatureBundleProperties {
    private static final SigningKey KEY = SigningKey.create(EllipticKeys.Curve.P256);
    private static final Trust TRUST = Vectors.only(KEY);
    private static final Statement STATEMENT =
            Statement.of(
                    "release",
                    List.of("model.sig"),
                    List.of(
                            new Resource("a", "a".repeat(64)),
                            new Resource("b/c", "b".repeat(64))));
    private static final String SIGNED = KEY.sign(STATEMENT);

    /** Changed anywhere, it is refused, or it is another spelling of the very same. */
    @Property(tries = 3_000)
    void aChangedBundleNeverHolds(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 4) int n) {
        byte[] changed = SIGNED.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < n; i++) {
            changed = change(changed, random);
        }
        neverHoldsOtherThan(STATEMENT, changed);
    }

    @Property(tries = 1_000)
    void aChangedCertificateNeverHolds(@ForAll Random random) throws Exception {
        Path folder = Files.createTempDirectory("certificates");
        SigningKey key = Vectors.certified(folder, "signer");
        byte[] changed = change(key.sign(STATEMENT).getBytes(StandardCharsets.UTF_8), random);
        try {
            SignatureBundle read = SignatureBundle.parse(changed);
            Vectors.root(folder, Vectors.NOW).verify(changed);
            assertThat(Statement.parse(read.payload())).isEqualTo(STATEMENT);
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RegistryError.SIGNATURE_INVALID);
        } finally {
            for (String each : List.of("signer.key", "signer.pem", "root.pem")) {
                Files.deleteIfExists(folder.resolve(each));
            }
            Files.delete(folder);
        }
    }

    /** A payload that says something else, under the old signature. */
    @Property(tries = 1_000)
    void aChangedStatementNeverHolds(@ForAll Random random) {
        byte[] payload = change(STATEMENT.payload(), random);
        if (Arrays.equals(payload, STATEMENT.payload())) {
            return;
        }
        String changed = SIGNED.replace(base64(STATEMENT.payload()), base64(payload));
        assertThatThrownBy(() -> TRUST.verify(changed)).hasMessageContaining("does not hold");
    }

    /** Whoever holds a key may sign anything; it is still read without surprises. */
    @Property(tries = 2_000)
    void anyStatementIsReadOrRefused(@ForAll Random random) {
        byte[] payload = STATEMENT.payload();
        for (int i = random.nextInt(4); i >= 0; i--) {
            payload = change(payload, random);
        }
        try {
            Statement.parse(payload);
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RegistryError.SIGNATURE_INVALID);
        }
    }

    @Example
    void theOrderOfFilesIsThatOfTheirPathsParts() {
        Statement statement =
                Statement.of(
                        "x",
                        List.of(),
                        List.of(
                                new Resource("a.txt", "1".repeat(64)),
                                new Resource("a/b", "2".repeat(64)),
                                new Resource("a", "3".repeat(64))));
        assertThat(statement.resources())
                .extracting(Resource::name)
                .containsExactly("a", "a/b", "a.txt");
    }

    @Example
    void eachOfTheseIsRefused() {
        String payload = new String(STATEMENT.payload(), StandardCharsets.UTF_8);
        String digest = "\"digest\":\"" + "a".repeat(64) + "\"";
        Map<String, String> wrong =
                Map.ofEntries(
                        Map.entry(
                                payload.replace("\"_type\"", "\"_type\":\"x\",\"_type\""), "_type"),
                        Map.entry(payload.replace("\"name\":\"b/c\"", "\"name\":\"a\""), "twice"),
                        Map.entry(payload.replace("b/c", "../c"), "path"),
                        Map.entry(payload.replace("b/c", "/c"), "path"),
                        Map.entry(payload.replace("b/c", "b\\\\c"), "path"),
                        Map.entry(
                                payload.replace("\"name\":\"a\"", "\"name\":\"model.sig\""),
                                "ignored"),
                        Map.entry(payload.replace("Statement/v1", "Statement/v2"), "_type"),
                        Map.entry(
                                payload.replace("signature/v1.0", "signature/v9"), "predicateType"),
                        Map.entry(payload.replace("\"files\"", "\"shards\""), "method"),
                        Map.entry(
                                payload.replace(
                                        "\"hash_type\":\"sha256\"", "\"hash_type\":\"blake2b\""),
                                "hash_type"),
                        Map.entry(
                                payload.replace(
                                        "\"algorithm\":\"sha256\"", "\"algorithm\":\"md5\""),
                                "algorithm"),
                        Map.entry(payload.replace("allow_symlinks", "shard_size"), "shard_size"),
                        Map.entry(payload.replace(digest, digest.replace("a\"", "b\"")), "subject"),
                        Map.entry(payload + " {}", "JSON"),
                        Map.entry("[]", "object"),
                        Map.entry("[".repeat(100), "JSON"));
        wrong.forEach((text, why) -> {
            String bundle = signed(text);
            assertThatThrownBy(() -> TRUST.verify(bundle))
                    .as(text)
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining(why);
        });
        TRUST.verify(signed(payload));
    }

    @Example
    void theEnvelopeIsTakenAtItsWord() {
        Map<String, String> wrong =
                Map.of(
                        SIGNED.replace("vnd.in-toto+json", "vnd.in-toto+text"), "payloadType",
                        SIGNED.replace("bundle.v0.3", "bundle.v0.2"), "mediaType",
                        SIGNED.replace("\"keyid\":\"\"", "\"keyid\":\"x\""), "names a key",
                        SIGNED.replace("\"keyid\":\"\"", "\"alg\":\"none\""), "unknown field",
                        SIGNED.replace("\"publicKey\"", "\"certificate\":{},\"publicKey\""),
                                "Sigstore",
                        SIGNED.replace("\"tlogEntries\":[]", "\"tlogEntries\":[{}]"), "tlogEntries",
                        SIGNED.replace("\"signatures\":[", "\"signatures\":[{},"), "entries",
                        SIGNED.replace("\"sig\":\"", "\"sig\":\"*"), "base64");
        wrong.forEach((text, why) ->
                assertThatThrownBy(() -> TRUST.verify(text))
                        .as(text)
                        .isInstanceOf(VitrineException.class)
                        .hasMessageContaining(why));
        assertThatThrownBy(() -> TRUST.verify(new byte[SignatureBundle.MAX_BYTES + 1]))
                .hasMessageContaining("not read");
        assertThatThrownBy(() -> TRUST.verify(new byte[] {'{', '"', (byte) 0xff, '"', '}'}))
                .hasMessageContaining("UTF-8");
    }

    /** A text signed by the right key, whatever it says. */
    private static String signed(String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new SignatureBundle(
                        new SignatureBundle.Material.Hint(KEY.fingerprint()),
                        bytes,
                        KEY.sign(SignatureBundle.preAuthentication(bytes)))
                .text();
    }

    private static void neverHoldsOtherThan(Statement statement, byte[] changed) {
        try {
            assertThat(TRUST.verify(changed).statement()).isEqualTo(statement);
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RegistryError.SIGNATURE_INVALID);
        }
    }

    /** Flips a bit, or takes out, doubles, overwrites or moves a piece. */
    private static byte[] change(byte[] from, Random random) {
        if (from.length < 2) {
            return from;
        }
        int at = random.nextInt(from.length);
        int length = 1 + random.nextInt(Math.min(20, from.length - at));
        byte[] head = Arrays.copyOf(from, at);
        byte[] piece = Arrays.copyOfRange(from, at, at + length);
        byte[] tail = Arrays.copyOfRange(from, at + length, from.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = from.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> join(head, tail);
            case 2 -> join(head, piece, piece, tail);
            case 3 -> {
                random.nextBytes(piece);
                yield join(head, piece, tail);
            }
            default -> join(piece, head, tail);
        };
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
