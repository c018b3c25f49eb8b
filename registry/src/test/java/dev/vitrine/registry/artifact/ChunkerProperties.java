package dev.vitrine.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChunkerProperties {
    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> chunks(byte[] content) {
        List<byte[]> chunks = new ArrayList<>();
        Chunker chunker = new Chunker(new ByteArrayInputStream(content));
        try {
            while (chunker.next(
                    (bytes, length) -> {
                        byte[] copy = new byte[length];
                        System.arraycopy(bytes, 0, copy, 0, length);
                        chunks.add(copy);
                    })) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return chunks;
    }

    private static Set<String> hashes(byte[] content) {
        Set<String> hashes = new HashSet<>();
        chunks(content).forEach(chunk -> hashes.add(Digests.sha256(chunk)));
        return hashes;
    }

    @Property(tries = 30)
    void chunksAreTheContentWithinTheirSizes(
            @ForAll long seed, @ForAll @IntRange(max = 4_000_000) int size) {
        byte[] content = bytes(seed, size);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        List<byte[]> chunks = chunks(content);
        for (int i = 0; i < chunks.size(); i++) {
            joined.writeBytes(chunks.get(i));
            assertThat(chunks.get(i).length).isLessThanOrEqualTo(Chunker.MOST);
            if (i < chunks.size() - 1) {
                assertThat(chunks.get(i).length).isGreaterThan(Chunker.LEAST);
            }
        }
        assertThat(joined.toByteArray()).isEqualTo(content);
    }

    @Property(tries = 20)
    void whatIsInsertedChangesFewChunks(
            @ForAll long seed,
            @ForAll @IntRange(max = 8_000_000) int at,
            @ForAll @IntRange(min = 1, max = 1_000) int size) {
        byte[] content = bytes(seed, 8_000_000);
        byte[] inserted = bytes(seed + 1, size);
        byte[] grown = new byte[content.length + size];
        System.arraycopy(content, 0, grown, 0, at);
        System.arraycopy(inserted, 0, grown, at, size);
        System.arraycopy(content, at, grown, at + size, content.length - at);
        Set<String> changed = hashes(grown);
        changed.removeAll(hashes(content));
        assertThat(changed).hasSizeLessThanOrEqualTo(6);
    }

    /** The cuts are part of what is stored: other ones would find nothing that is shared. */
    @Example
    void theCutsAreThoseOfTheFormat() {
        List<Integer> sizes = chunks(bytes(7, 2_000_000)).stream().map(c -> c.length).toList();
        assertThat(sizes).isEqualTo(EXPECTED);
    }

    private static final List<Integer> EXPECTED =
            List.of(121_963, 233_143, 267_772, 92_891, 326_222, 310_206, 323_680, 295_874, 28_249);

    @Example
    void aRunOfOneByteIsCutAtTheLargestSize() {
        List<Integer> sizes = chunks(new byte[2_500_000]).stream().map(c -> c.length).toList();
        assertThat(sizes).containsExactly(Chunker.MOST, Chunker.MOST, 2_500_000 - 2 * Chunker.MOST);
    }
}
