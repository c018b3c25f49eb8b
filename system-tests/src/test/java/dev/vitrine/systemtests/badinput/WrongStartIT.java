package dev.vitrine.systemtests.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.Home;
import dev.vitrine.server.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vitrine up} where it cannot: one sentence that names the place, and exit code 1 or 2. */
class WrongStartIT {
    private static final String PRODUCT = "{\"id\":\"p1\",\"title\":\"A red mug\",\"price\":5}\n";

    @TempDir Path folder;

    private record Ended(int code, String words) {
        /** Ended in one sentence of its own, not in a stack trace. */
        Ended saying(String... parts) {
            assertThat(words).contains(parts).doesNotContain("\tat ");
            assertThat(code).as(words).isEqualTo(1);
            return this;
        }
    }

    private Ended up(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try (PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8)) {
            System.setErr(err);
            String[] whole = new String[arguments.length + 3];
            whole[0] = "up";
            whole[1] = "--home";
            whole[2] = folder.resolve("home").toString();
            System.arraycopy(arguments, 0, whole, 3, arguments.length);
            return new Ended(Main.execute(whole), told.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private Ended shop(String yaml, byte[] products, String name) throws IOException {
        Path shop = Files.createDirectories(folder.resolve("shop"));
        Files.writeString(shop.resolve("shop.yaml"), yaml);
        Files.write(shop.resolve(name), products);
        return up("--port", "0", "--once", "--data", shop.toString());
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            up("--port", port, "--demo").saying(port, "another process listens");
        }
    }

    @Test
    void aHomeInUseIsNamed() {
        try (Home home = Home.open(folder.resolve("home"))) {
            up("--port", "0", "--demo").saying(home.root().toString(), "in use");
        }
    }

    @Test
    void aHomeOfAnotherVersionIsLeftAlone() throws IOException {
        Path format = Files.createDirectories(folder.resolve("home")).resolve("format");
        Files.writeString(format, "999\n");
        up("--port", "0", "--demo").saying("format '999'", folder.resolve("home").toString());
        assertThat(format).hasContent("999");
        assertThat(folder.resolve("home").resolve("catalog")).doesNotExist();
    }

    @Test
    void aFileWhereAHomeShouldBeIsNamed() throws IOException {
        Files.writeString(folder.resolve("home"), "not a directory");
        up("--port", "0", "--demo").saying(folder.resolve("home").toString());
    }

    @Test
    void anUnknownKeyOfTheShopIsNamedWithItsLine() throws IOException {
        shop(
                        "products:\n  - files: [p.jsonl]\nproductz: []\n",
                        PRODUCT.getBytes(StandardCharsets.UTF_8),
                        "p.jsonl")
                .saying("shop.yaml", "productz", "line 3");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws IOException {
        shop("products:\n  - files: [missing.jsonl]\n", new byte[0], "p.jsonl")
                .saying("missing.jsonl");
    }

    @Test
    void aColumnThatIsNotThereIsNamed() throws IOException {
        shop(
                        "products:\n  - files: [p.csv]\n    fields: {id: id, title: name}\n",
                        "id,title\np1,A mug\n".getBytes(StandardCharsets.UTF_8),
                        "p.csv")
                .saying("p.csv", "name");
    }

    @Test
    void brokenGzipIsNamedAndKeepsWhatCameBefore() throws IOException {
        byte[] broken = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4};
        shop("products:\n  - files: [p.jsonl.gz]\n", broken, "p.jsonl.gz").saying("p.jsonl.gz");
    }

    @Test
    void brokenParquetIsNamed() throws IOException {
        shop(
                        "products:\n  - files: [p.parquet]\n    fields: {id: id, title: title}\n",
                        "PAR1 but nothing else".getBytes(StandardCharsets.UTF_8),
                        "p.parquet")
                .saying("p.parquet");
    }

    @Test
    void brokenLinesAreSetAsideAndTheRestIsServed() throws IOException {
        Ended ended =
                shop(
                        "products:\n  - files: [p.jsonl]\n",
                        (PRODUCT + "{\"id\":\n\uD83D not json\n").getBytes(StandardCharsets.UTF_8),
                        "p.jsonl");
        assertThat(ended.code()).as(ended.words()).isZero();
        assertThat(ended.words()).contains("1 products").contains("2 set aside");
    }

    @Test
    void anUnknownSettingOfTheServerIsNamedWithItsLine() throws IOException {
        Path settings = folder.resolve("server.yaml");
        Files.writeString(settings, "port: 0\nprot: 1\n");
        up("--demo", "--server", settings.toString())
                .saying("server.yaml line 2", "'prot'", "'port'");
    }

    @Test
    void anotherAddressWantsKeysAndTls() throws IOException {
        Path settings = folder.resolve("server.yaml");
        String open = "host: 0.0.0.0\nport: 0\n";
        Files.writeString(settings, open);
        up("--demo", "--server", settings.toString())
                .saying("0.0.0.0", "keys with roles (access.keys", "TLS (access.tls");
        Files.writeString(
                settings,
                open
                        + "access:\n  keys:\n    - {name: root, role: admin, hash: \"sha256:"
                        + "1".repeat(64)
                        + "\"}\n");
        Ended keysAlone = up("--demo", "--server", settings.toString());
        keysAlone.saying("0.0.0.0", "TLS (access.tls");
        assertThat(keysAlone.words()).doesNotContain("access.keys");
    }

    @Test
    void wrongUseIsExitCodeTwo() {
        Ended unknown = up("--colour", "red");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.words()).contains("--colour").doesNotContain("\tat ");
        Ended port = up("--port", "eighty");
        assertThat(port.code()).isEqualTo(2);
        assertThat(port.words()).contains("eighty").doesNotContain("\tat ");
    }
}
