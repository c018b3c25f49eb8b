package dev.vitrine.data.cleaning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.dataset.Logged;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CleaningProperties {
    @Provide
    Arbitrary<List<LoggedEvent>> events() {
        Arbitrary<ProductDetail> detail =
                Combinators.combine(
                                Arbitraries.of("a", "b", "unknown", " "),
                                Arbitraries.of(1.0, 0.0, 5.0, 1e9, Double.NaN),
                                Arbitraries.of(
                                        1.0, -1.0, 1e12, Double.NaN, Double.POSITIVE_INFINITY))
                        .as(ProductDetail::new);
        return Combinators.combine(
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.longs().between(0, 2),
                        Arbitraries.of(EventType.class),
                        Arbitraries.longs().between(-5, 5).map(t -> Logged.NOON + t * 400),
                        Arbitraries.of("", "x", "y"),
                        detail.list().ofMaxSize(3))
                .as((visitor, user, type, time, id, products) ->
                        Logged.event(
                                0,
                                visitor,
                                user,
                                type,
                                time,
                                id,
                                products.toArray(ProductDetail[]::new)))
                .list()
                .ofMaxSize(60);
    }

    @Property
    void everyEventIsEitherKeptOrSetAsideAndCounted(@ForAll("events") List<LoggedEvent> events) {
        List<LoggedEvent> aside = new ArrayList<>();
        List<LoggedEvent> kept = new ArrayList<>();
        BatchCleaning cleaning =
                new BatchCleaning(
                        CleaningSettings.DEFAULTS,
                        id -> id.equals("unknown") ? -1 : id.charAt(0) % 4,
                        (finding, event) -> aside.add(event));
        events.forEach(cleaning::observe);
        cleaning.conclude();
        for (LoggedEvent event : events) {
            if (cleaning.keep(event)) {
                kept.add(event);
            }
        }
        CleaningReport report = cleaning.report();
        assertThat(report.in()).isEqualTo(events.size());
        assertThat(report.kept()).isEqualTo(kept.size());
        assertThat(report.setAside()).isEqualTo(aside.size());
        assertThat(kept.size() + aside.size()).isEqualTo(events.size());
    }
}
