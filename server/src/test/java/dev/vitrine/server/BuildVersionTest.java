package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildVersionTest {
    @Test
    void isWhatTheBuildWroteDown() {
        assertThat(BuildVersion.text()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?( \\([^ )]+\\))?");
    }
}
