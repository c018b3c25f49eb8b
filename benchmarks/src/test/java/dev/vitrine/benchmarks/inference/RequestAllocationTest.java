package dev.vitrine.benchmarks.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestAllocationTest {
    /** Stated in docs/models.md; the 25,600 bytes of the input are not copied on the heap. */
    static final double MOST = 10_240;

    @TempDir Path folder;

    @Test
    void aRequestToTheSmallRankerAllocatesLittle() throws IOException {
        assertThat(RequestAllocation.bytesPerRequest(folder, 20_000)).isBetween(400.0, MOST);
    }
}
