package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes, and one line for a mistake; nothing here gets as far as a server. */
@Timeout(60)
class CommandLineTest {
    @TempDir Path folder;

    private Path home;

    private record Ended(int code, String words) {
        Ended with(int expected, String... parts) {
            assertThat(words).contains(parts).doesNotContain("\tat ");
            assertThat(code).as(words).isEqualTo(expected);
            return this;
        }

        /** One line that ends in its code. */
        void usage(String... parts) {
            with(2, parts);
            assertThat(words).endsWith("[USAGE]" + System.lineSeparator()).hasLineCount(1);
        }
    }

    @BeforeEach
    void aHome() {
        home = folder.resolve("home");
        Home.open(home).close();
    }

    private static Ended run(Object... arguments) {
        Ran ran = Ran.of(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Ended(ran.code(), ran.out() + ran.err());
    }

    @Test
    void optionsThatDoNotGoTogetherAreWrongUsage() {
        run("up", "--home", home, "--config", "shop.yaml").usage("--config", "--data");
        run("up", "--home", home, "--simulate").usage("--simulate", "--data");
        run("up", "--home", home, "--demo", "--simulate").usage("--simulate", "--data");
        run("up", "--home", home, "--demo", "--data", folder).usage("--demo", "--data");
        run("up", "--home", home, "--data", folder.resolve("nowhere")).usage("nowhere");
        run("up", "--home", home, "--data", folder).usage("shop.yaml", "--config");
        run("up", "--home", home, "--server", folder.resolve("s.yaml")).usage("s.yaml");
        run("up", "--home", home, "--port", "99999").usage("--port", "65535", "99999");
        run("up", "--home", home, "--port", "-1").usage("--port", "-1");
    }

    @Test
    void theStepsWantToKnowWhatAndWhere() {
        run("import", "--home", home).usage("--data", "--demo");
        run("import", "--home", home, "--demo", "--data", folder).usage("--demo", "--data");
        run("serve", "--home", home, "--port", "70000").usage("--port", "70000");
        run("serve", "--home", folder.resolve("none")).with(1, "none");
        run("train", "--home", folder.resolve("none")).with(1, "none");
        assertThat(folder.resolve("none")).doesNotExist();
        try (Home used = Home.open(home)) {
            run("import", "--demo", "--home", used.root()).with(1, "[HOME_IN_USE]");
            run("train", "--home", used.root()).with(1, "[HOME_IN_USE]");
        }
    }

    @Test
    void namesThatDoNotExistAreWrongUsage() {
        run("evaluate", "nope").usage("'nope'", "gowalla");
        for (String once : new String[] {"gowalla", "home-depot", "online-shoppers"}) {
            run("evaluate", once, "--seeds", "3").usage("--seeds 3", once);
        }
        run("evaluate", "amazon-beauty", "--seeds", "0").usage("--seeds", "found 0");
        run("evaluate", "gowalla", "--model", "nope").usage("'nope'", "popularity");
        run("benchmark", "nope").usage("'nope'");
        run("model", "show", "linear", "--home", home).usage("'linear'", "name/version");
    }

    @Test
    void whatTalksToAServerTakesItsAddressAndAKey() {
        for (String command : new String[] {"blend", "record"}) {
            assertThat(run("model", command, "--help").with(0, command).words())
                    .containsPattern("--server=URL +default http://127.0.0.1:8080")
                    .containsPattern("--key=KEY +an operator's, if needed");
        }
        String nobody = "http://127.0.0.1:1";
        run("model", "record", "ranker", "--home", home, "--server", nobody, "--key", "k")
                .with(1, "no server answers at " + nobody, "[NOT_RUNNING]");
    }

    @Test
    void aPortOfTheFileThatIsNoneIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("server.yaml"), "port: -5\nhost: 127.0.0.1\n");
        run("up", "--home", home, "--demo", "--server", file)
                .with(1, "server.yaml", "line 1", "port must be from 0 to 65535", "-5");
    }

    @Test
    void aBackupIntoTheHomeOrWhereNoneCanBeIsOneLine() {
        run("backup", "--home", home, home.resolve("bk")).with(1, "bk", "[BACKUP_FAILED]");
        run("backup", "--home", home, home).with(1, "exists already", "[BACKUP_FAILED]");
        assertThat(home.resolve("bk")).doesNotExist();
    }

    @Test
    void aBackupIsRestored() throws IOException {
        Files.writeString(home.resolve("kept"), "as it was");
        run("backup", "--home", home, folder.resolve("bk")).with(0, "copied");
        run("restore", "--home", folder.resolve("again"), folder.resolve("bk")).with(0, "restored");
        assertThat(folder.resolve("again").resolve("kept")).hasContent("as it was");
    }

    @Test
    void theDoctorLooksAtAHome() throws IOException {
        // What it says of the machine is the machine's own affair.
        assertThat(run("doctor", "--home", home).words())
                .contains("format 1", "disk free", "in use")
                .containsPattern("ok +home directory")
                .containsPattern("ok +all of it can be read")
                .containsPattern("in use +no");
        try (Home used = Home.open(home)) {
            assertThat(run("doctor", "--home", used.root()).words()).containsPattern("in use +yes");
        }
        run("doctor", "--home", folder.resolve("none")).with(1, "FAIL", "none", "format");
        Files.writeString(home.resolve("format"), "999\n");
        run("doctor", "--home", home).with(1, "FAIL", "format '999'");
    }
}
