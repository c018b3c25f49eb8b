package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RecentIdsProperties {
    @Property(tries = 200)
    void remembersExactlyTheLastOnes(
            @ForAll @IntRange(min = 1, max = 40) int capacity,
            @ForAll List<@IntRange(max = 60) Integer> ids) {
        RecentIds recent = new RecentIds(capacity);
        ArrayDeque<Integer> oracle = new ArrayDeque<>();
        for (int round = 0; round < 5; round++) {
            for (int id : ids) {
                boolean fresh = !oracle.contains(id);
                assertThat(recent.add("id" + id)).isEqualTo(fresh);
                if (fresh) {
                    oracle.addLast(id);
                    if (oracle.size() > capacity) {
                        oracle.removeFirst();
                    }
                }
            }
        }
    }
}
