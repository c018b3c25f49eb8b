package dev.vitrine.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PersonIdsProperties {
    @Property
    void idsLeadBackToTheShopper(
            @ForAll @IntRange(max = 49_999_999) int shopper,
            @ForAll @IntRange(max = 2) int device) {
        assertThat(PersonIds.shopper(PersonIds.visitor(shopper, device), 50_000_000))
                .isEqualTo(shopper);
        assertThat(PersonIds.shopper(PersonIds.user(shopper), 50_000_000)).isEqualTo(shopper);
        assertThat(PersonIds.shopper(PersonIds.robot(shopper, 3), shopper)).isEqualTo(-1);
    }

    @Property
    void otherTextsAreNobody(@ForAll String text) {
        assertThat(PersonIds.shopper(text, 1)).isBetween(-1, 0);
    }
}
