package dev.vitrine.inference.admission;

import static dev.vitrine.inference.admission.SimulatedServer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientRatesTest {
    @Test
    void letsABurstThroughThenTheRate() {
        ClientRates rates = new ClientRates(10, Map.of());
        int through = 0;
        for (int i = 0; i < 100; i++) {
            through += rates.take("a", 0) == 0 ? 1 : 0;
        }
        assertThat(through).isEqualTo(20);
        assertThat(rates.take("a", 0)).isEqualTo(SECOND / 10);
        assertThat(rates.take("a", SECOND / 10)).isZero();
        assertThat(rates.take("b", 0)).as("each has its own").isZero();
    }

    @Test
    void clientsMayHaveRatesOfTheirOwnOrNone() {
        ClientRates rates = new ClientRates(1, Map.of("reports", 0.5, "shop", 0.0));
        int shop = 0;
        int reports = 0;
        for (int i = 0; i < 100; i++) {
            shop += rates.take("shop", 0) == 0 ? 1 : 0;
            reports += rates.take("reports", 0) == 0 ? 1 : 0;
        }
        assertThat(shop).isEqualTo(100);
        assertThat(reports).isEqualTo(1);
        assertThat(rates.take("reports", 2 * SECOND)).isZero();
    }

    @Test
    void whatIsGivenBackMayBeTakenAgain() {
        ClientRates rates = new ClientRates(1, Map.of());
        for (int i = 0; i < 10; i++) {
            assertThat(rates.take("a", 0)).isZero();
            rates.giveBack("a");
        }
        assertThat(rates.take("a", 0)).isZero();
        assertThat(rates.take("a", 0)).isZero();
        assertThat(rates.take("a", 0)).isEqualTo(SECOND);
        rates.giveBack("");
        rates.giveBack("unknown");
    }

    @Test
    void nobodyIsLimitedUnlessThatWasSaid() {
        ClientRates rates = new ClientRates(0, Map.of());
        for (int i = 0; i < 1_000; i++) {
            assertThat(rates.take("a", 0)).isZero();
        }
        assertThat(rates.remembered()).isZero();
    }

    @Test
    void remembersABoundedNumberOfClients() {
        ClientRates rates = new ClientRates(10, Map.of());
        for (int i = 0; i < 50_000; i++) {
            rates.take("client-" + i, i);
        }
        assertThat(rates.remembered()).isLessThanOrEqualTo(10_000);
    }
}
