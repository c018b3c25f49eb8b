package dev.vitrine.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class IdTableProperties {
    @Property(tries = 200)
    void behavesAsAMap(
            @ForAll long seed,
            @ForAll @Size(max = 300) List<@StringLength(min = 1, max = 130) String> ids) {
        IdTable table = new IdTable(seed);
        Map<String, Integer> expected = new HashMap<>();
        for (String raw : ids) {
            String id = raw.replaceAll("[\\uD800-\\uDFFF]", "s");
            assertThat(table.find(id)).isEqualTo(expected.getOrDefault(id, -1));
            if (!expected.containsKey(id)) {
                int number = table.add(id);
                assertThat(number).isEqualTo(expected.size());
                expected.put(id, number);
            }
        }
        expected.forEach((id, number) -> {
            assertThat(table.find(id)).isEqualTo(number);
            assertThat(table.id(number)).isEqualTo(id);
        });
        assertThat(table.size()).isEqualTo(expected.size());
    }

    @Test
    void growsAcrossManyChunks() {
        IdTable table = new IdTable(7);
        for (int i = 0; i < 200_000; i++) {
            assertThat(table.add("SKU-" + i + "-" + "x".repeat(i % 40))).isEqualTo(i);
        }
        for (int i = 0; i < 200_000; i += 7) {
            String id = "SKU-" + i + "-" + "x".repeat(i % 40);
            assertThat(table.find(id)).isEqualTo(i);
            assertThat(table.id(i)).isEqualTo(id);
        }
    }

    @Test
    void readersSeeWholeEntriesWhileOneThreadAdds() throws InterruptedException {
        IdTable table = new IdTable(11);
        Thread adder =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 100_000; i++) {
                                table.add("item-" + i);
                            }
                        });
        int seen = 0;
        while (adder.isAlive() || seen < 100_000) {
            seen = table.size();
            if (seen > 1) {
                assertThat(table.id(seen - 1)).isEqualTo("item-" + (seen - 1));
                assertThat(table.find("item-" + (seen - 2))).isEqualTo(seen - 2);
            }
        }
        adder.join();
    }
}
