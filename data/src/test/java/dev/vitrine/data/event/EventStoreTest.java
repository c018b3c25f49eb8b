package dev.vitrine.data.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EventStoreTest {
    private static final InstantSource CLOCK = () -> Instant.ofEpochMilli(1_800_000_000_000L);
    private static final EventStoreSettings SETTINGS =
            new EventStoreSettings(EventLogSettings.DEFAULTS, Set.of("email"), 1000);

    @TempDir Path home;

    private EventStore open() {
        return EventStore.open(home, SETTINGS, CLOCK);
    }

    private static Event withEmail(String visitor, String email) {
        return new Event(
                "id-1",
                EventType.DETAIL_PAGE_VIEW,
                visitor,
                "",
                "",
                5,
                List.of(),
                "",
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of(
                        "email", new AttributeValue.Text(List.of(email)),
                        "page", new AttributeValue.Numeric(List.of(3.0))));
    }

    private static List<LoggedEvent> readAll(EventStore store) {
        List<LoggedEvent> events = new ArrayList<>();
        try (EventCursor cursor = store.read(0)) {
            while (cursor.next()) {
                events.add(cursor.event());
            }
        }
        return events;
    }

    @Test
    void appendsEventsWithPeopleAsNumbers() {
        try (EventStore store = open()) {
            Appended appended =
                    store.append(
                            List.of(
                                    SampleEvents.view("v1", "", "mug", 1),
                                    SampleEvents.view("v2", "anna", "cup", 2),
                                    SampleEvents.view("v1", "anna", "pot", 3),
                                    SampleEvents.view("", "", "pot", 4)));
            assertThat(appended.firstOffset()).isZero();
            assertThat(readAll(store)).isEqualTo(appended.events());
            long anna = store.people().findUser("anna").orElseThrow();
            long v1 = store.people().findVisitor("v1").orElseThrow();
            long v2 = store.people().findVisitor("v2").orElseThrow();
            assertThat(Set.of(anna, v1, v2)).containsExactlyInAnyOrder(1L, 2L, 3L);
            assertThat(appended.events())
                    .extracting(LoggedEvent::visitor)
                    .containsExactly(v1, v2, v1, 0L);
            assertThat(appended.events())
                    .extracting(LoggedEvent::user)
                    .containsExactly(0L, anna, anna, 0L);
            assertThat(appended.events().getFirst().receivedAt()).isEqualTo(CLOCK.millis());
            assertThat(store.people().linkedVisitors(anna)).containsExactlyInAnyOrder(v1, v2);
        }
        try (EventStore store = EventStore.openReadOnly(home)) {
            assertThat(readAll(store)).hasSize(4);
            assertThat(store.people().findVisitor("v3")).isEmpty();
        }
    }

    @Test
    void submittedBatchesKeepTheirOrder() {
        try (EventStore store = open()) {
            List<PendingAppend> pending = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                pending.add(store.submit(List.of(SampleEvents.view("v" + i, "", "mug", i))));
            }
            for (int i = 0; i < 50; i++) {
                Appended appended = pending.get(i).await();
                assertThat(appended.firstOffset()).isEqualTo(i);
                assertThat(appended.events().getFirst().offset()).isEqualTo(i);
            }
            assertThat(store.append(List.of())).isEqualTo(new Appended(50, List.of()));
            assertThat(readAll(store)).extracting(LoggedEvent::time).isSorted().hasSize(50);
        }
    }

    @Test
    void theSameIdIsAnotherPersonAsVisitorAndAsUser() {
        try (EventStore store = open()) {
            long visitor = store.people().visitor("x");
            assertThat(store.people().user("x")).isNotEqualTo(visitor);
            assertThat(store.people().visitor("x")).isEqualTo(visitor);
            assertThat(store.people().visitors(List.of("y", "x", "y"))[1]).isEqualTo(visitor);
        }
    }

    @Test
    void namesAndPersonalAttributesAreNotInTheLog() throws IOException {
        try (EventStore store = open()) {
            store.append(List.of(withEmail("visitor-ann", "ann@example.org")));
            LoggedEvent event = readAll(store).getFirst();
            assertThat(event.attributes()).containsOnlyKeys("page");
            assertThat(store.personal(event))
                    .isEqualTo(
                            Map.of("email", new AttributeValue.Text(List.of("ann@example.org"))));
        }
        assertThat(containing(home.resolve("log"), "visitor-ann", "ann@example.org")).isEmpty();
    }

    @Test
    void anErasedPersonIsInNoFileAndCannotBeOpened() throws IOException {
        try (EventStore store = open()) {
            store.append(List.of(withEmail("visitor-ann", "ann@example.org")));
            store.append(List.of(withEmail("visitor-bob", "bob@example.org")));
            long ann = store.people().visitor("visitor-ann");
            assertThat(store.people().erase(ann)).isTrue();
            assertThat(store.people().erase(ann)).isFalse();
            List<LoggedEvent> events = readAll(store);
            assertThat(store.personal(events.get(0))).isEmpty();
            assertThat(store.personal(events.get(1))).containsKey("email");
            assertThat(store.people().findVisitor("visitor-ann")).isEmpty();
            assertThat(containing(home, "visitor-ann")).isEmpty();
            assertThat(containing(home, "visitor-bob")).isNotEmpty();
            assertThat(store.people().visitor("visitor-ann")).isGreaterThan(ann + 1);
        }
    }

    @Test
    void aNumberIsNotGivenAgainAfterTheLastPersonWasErased() {
        long first;
        try (EventStore store = open()) {
            first = store.people().visitor("a");
            store.people().erase(first);
        }
        try (EventStore store = open()) {
            assertThat(store.people().visitor("b")).isEqualTo(first + 1);
        }
    }

    @Test
    void erasingAUserFindsItsVisitors() {
        try (EventStore store = open()) {
            store.append(List.of(SampleEvents.view("v1", "anna", "mug", 1)));
            long anna = store.people().user("anna");
            for (long visitor : store.people().linkedVisitors(anna)) {
                assertThat(store.people().erase(visitor)).isTrue();
            }
            assertThat(store.people().linkedVisitors(anna)).isEmpty();
            // The pair is linked again when it is seen again.
            store.append(List.of(SampleEvents.view("v1", "anna", "mug", 1)));
            assertThat(store.people().linkedVisitors(anna)).hasSize(1);
        }
    }

    @Test
    void sealedAttributesOfAnotherPersonAreRefused() {
        try (EventStore store = open()) {
            store.append(List.of(withEmail("a", "a@x"), withEmail("b", "b@x")));
            List<LoggedEvent> events = readAll(store);
            long a = events.get(0).visitor();
            assertThatThrownBy(() -> store.people().open(a, events.get(1).sealed()))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(DataError.LOG_CORRUPT));
        }
    }

    @Test
    void manyThreadsAgreeOnNumbers() throws InterruptedException {
        List<long[]> seen = Collections.synchronizedList(new ArrayList<>());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ids.add("v" + i);
        }
        try (EventStore store = open()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                threads.add(Thread.ofVirtual().start(() -> seen.add(store.people().visitors(ids))));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(seen).hasSize(16);
        assertThat(seen.getFirst()).doesNotHaveDuplicates();
        for (long[] each : seen) {
            assertThat(each).isEqualTo(seen.getFirst());
        }
    }

    @Test
    void refusesASecondWriter() {
        try (EventStore first = open()) {
            assertThat(first.log().endOffset()).isZero();
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(DataError.STORE_IN_USE));
        }
        open().close();
    }

    private static List<String> containing(Path directory, String... texts) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (String text : texts) {
                    if (content.contains(text)) {
                        found.add(file.getFileName() + " contains " + text);
                    }
                }
            }
        }
        return found;
    }
}
