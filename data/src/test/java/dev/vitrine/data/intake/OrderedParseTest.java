package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.event.Event;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderedParseTest {
    private static final int MANY = 20_000;

    private static byte[] lines(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(
                    i % 1000 == 0
                            ? "{broken " + i + "\n"
                            : "{\"eventType\":\"click\",\"visitorId\":\"v" + i + "\"}\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void resultsComeInOrderOnTheCallersThread() {
        List<Parsed<Event>> all = new ArrayList<>();
        Thread caller = Thread.currentThread();
        RecordImport.events(
                new ByteArrayInputStream(lines(MANY)),
                "request",
                EventFormat.VITRINE,
                parsed -> {
                    assertThat(Thread.currentThread()).isSameAs(caller);
                    all.add(parsed);
                });
        assertThat(all).hasSize(MANY);
        for (int i = 1; i <= MANY; i++) {
            Parsed<Event> parsed = all.get(i - 1);
            assertThat(parsed.origin().line()).isEqualTo(i);
            switch (parsed) {
                case Parsed.Good<Event> good ->
                        assertThat(good.value().visitorId()).isEqualTo("v" + i);
                case Parsed.Bad<Event> bad -> assertThat(bad.raw()).isEqualTo("{broken " + i);
            }
        }
    }

    @Test
    void allBeforeABreakIsHandedOver() {
        StringBuilder array = new StringBuilder("[");
        for (int i = 0; i < MANY; i++) {
            array.append("{\"eventType\":\"click\",\"visitorId\":\"v\"},");
        }
        List<Parsed<Event>> all = new ArrayList<>();
        assertThatThrownBy(() ->
                        RecordImport.events(
                                new ByteArrayInputStream(
                                        array.toString().getBytes(StandardCharsets.UTF_8)),
                                "request",
                                EventFormat.VITRINE,
                                all::add))
                .isInstanceOf(VitrineException.class);
        assertThat(all).hasSizeGreaterThanOrEqualTo(MANY);
    }

    @Test
    void whatTheReceiverThrowsEndsTheReading() {
        int[] seen = new int[1];
        assertThatThrownBy(() ->
                        RecordImport.events(
                                new ByteArrayInputStream(lines(MANY)),
                                "request",
                                EventFormat.VITRINE,
                                parsed -> {
                                    if (++seen[0] == 3000) {
                                        throw new IllegalStateException("full");
                                    }
                                }))
                .hasMessage("full");
        assertThat(seen[0]).isEqualTo(3000);
    }
}
