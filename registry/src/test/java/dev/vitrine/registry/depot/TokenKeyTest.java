package dev.vitrine.registry.depot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A key in a token that it does not leave: SoftHSM 2, where this machine has it (Debian's package
 * softhsm2). Its library reads its settings from the environment, so the keys are used by processes
 * of their own, which also shows that a second one opens what the first wrapped.
 */
class TokenKeyTest {
    private static final String PIN = "2468";
    private static final byte[] CONTEXT = "artefact one".getBytes(StandardCharsets.UTF_8);

    @TempDir Path temp;

    @Test
    void aTokenWrapsAndAnotherProcessUnwraps() throws Exception {
        Optional<Path> library = library();
        assumeThat(library).as("SoftHSM 2 on this machine").isPresent();
        Path configuration = token(library.orElseThrow());
        assertThat(run(configuration, "make", "archive")).isEmpty();

        String key = HexFormat.of().formatHex(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        String wrapped = run(configuration, "wrap", "archive", key);
        assertThat(wrapped).doesNotContain(key);
        assertThat(run(configuration, "unwrap", "archive", wrapped)).isEqualTo(key);

        byte[] changed = HexFormat.of().parseHex(wrapped);
        changed[changed.length - 1] ^= 1;
        assertThat(run(configuration, "unwrap", "archive", HexFormat.of().formatHex(changed)))
                .isEqualTo("the key pkcs11:archive does not open what was wrapped");
        assertThat(run(configuration, "wrap", "other", key))
                .isEqualTo("the token has no AES key 'other'");
        assertThat(run(configuration, "get", "archive")).isEqualTo("does not leave the token");
    }

    private static Optional<Path> library() {
        return Stream.of(
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib64/pkcs11/libsofthsm2.so",
                        "/opt/homebrew/lib/softhsm/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
    }

    /** A fresh token; the JDK's settings for it. */
    private Path token(Path library) throws Exception {
        Path tokens = Files.createDirectory(temp.resolve("tokens"));
        Files.writeString(
                temp.resolve("softhsm2.conf"),
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
        String said =
                run(
                        List.of(
                                "softhsm2-util",
                                "--init-token",
                                "--free",
                                "--label",
                                "vitrine",
                                "--pin",
                                PIN,
                                "--so-pin",
                                "13579"));
        assertThat(said).contains("initialized");
        return Files.writeString(
                temp.resolve("pkcs11.cfg"),
                """
                name = vitrine
                library = %s
                slotListIndex = 0
                attributes(generate,CKO_SECRET_KEY,*) = {
                  CKA_TOKEN = true
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                }
                """
                        .formatted(library));
    }

    private String run(Path configuration, String... words) throws Exception {
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx64m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        InProcess.class.getName(),
                                        configuration.toString()),
                                Stream.of(words))
                        .toList();
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", temp.resolve("softhsm2.conf").toString());
        Process process = builder.start();
        try (var out = process.inputReader()) {
            String said = String.join("\n", out.lines().toList()).strip();
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        }
    }

    /** What runs beside the token: {@code CONFIGURATION make|wrap|unwrap|get ALIAS [HEX]}. */
    static final class InProcess {
        private InProcess() {}

        public static void main(String[] args) throws Exception {
            Path configuration = Path.of(args[0]);
            String alias = args[2];
            try {
                System.out.println(
                        switch (args[1]) {
                            case "make" -> make(configuration, alias);
                            case "get" -> get(configuration, alias);
                            case "wrap" ->
                                    hex(key(configuration, alias).wrap(hex(args[3]), CONTEXT));
                            default -> hex(key(configuration, alias).unwrap(hex(args[3]), CONTEXT));
                        });
            } catch (RuntimeException e) {
                System.out.println(e.getMessage());
            }
        }

        private static KeyWrapping key(Path configuration, String alias) {
            return KeystoreKey.token(configuration, alias, PIN.toCharArray());
        }

        private static String make(Path configuration, String alias) throws Exception {
            Provider provider = provider(configuration);
            KeyStore store = store(provider);
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(256);
            store.setEntry(alias, new KeyStore.SecretKeyEntry(generator.generateKey()), null);
            return "";
        }

        private static String get(Path configuration, String alias) throws Exception {
            byte[] plain = store(provider(configuration)).getKey(alias, null).getEncoded();
            return plain == null ? "does not leave the token" : "left it";
        }

        private static Provider provider(Path configuration) {
            return Security.getProvider("SunPKCS11").configure(configuration.toString());
        }

        private static KeyStore store(Provider provider) throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, PIN.toCharArray());
            return store;
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }

        private static byte[] hex(String text) {
            return HexFormat.of().parseHex(text);
        }
    }
}
