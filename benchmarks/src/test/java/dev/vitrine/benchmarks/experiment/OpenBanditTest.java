package dev.vitrine.benchmarks.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenBanditTest {
    private static final String HEAD = ",timestamp,item_id,position,click,propensity_score,more\n";

    /** The counts that the data set is known by. */
    @Test
    void thePublishedLogIsReadWhole() {
        String named = System.getenv("VITRINE_DATA");
        assumeTrue(named != null, "not run: VITRINE_DATA does not name the folder of public data");
        Path folder = Path.of(named).resolve("open-bandit-small");
        OpenBandit men = OpenBandit.read(folder.resolve("random_men.csv.gz"));
        assertThat(men.rows()).isEqualTo(10_000);
        assertThat(men.itemCount()).isEqualTo(34);
        assertThat(men.positionCount()).isEqualTo(3);
        assertThat(men.clicked()).isEqualTo(46);
        assertThat(men.propensities()).containsOnly(1 / 34.0);
        assertThat(OpenBandit.read(folder.resolve("bts_men.csv.gz")).clicked()).isEqualTo(69);
    }

    @Test
    void aPolicyIsWhatItShowed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.csv.gz");
        write(file, HEAD + "0,t,2,1,0,.5,x\n1,t,2,1,1,.5,x\n2,t,0,1,0,.5,x\n3,t,1,2,0,.5,x\n");
        OpenBandit log = OpenBandit.read(file);
        assertThat(log.clicked()).isEqualTo(1);
        double[][] policy = log.policy(4);
        assertThat(policy[0]).containsExactly(new double[] {1 / 3.0, 0, 2 / 3.0, 0}, within(1e-12));
        assertThat(Arrays.stream(policy[1]).sum()).isCloseTo(1, within(1e-12));
    }

    @Test
    void whatIsNoLogIsRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log.csv.gz");
        assertThatThrownBy(() -> OpenBandit.read(file)).hasMessageContaining("no file");
        write(file, HEAD + "0,t,2,0,0,.5,x\n");
        assertThatThrownBy(() -> OpenBandit.read(file)).hasMessageContaining("row 0");
        write(file, "a,b\n1,2\n");
        assertThatThrownBy(() -> OpenBandit.read(file)).hasMessageContaining("cannot read");
        write(file, "");
        assertThatThrownBy(() -> OpenBandit.read(file)).hasMessageContaining("cannot read");
    }

    private static void write(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
