package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.cleaning.SetAsideEntry;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {
    private static final Instant NOW = Instant.parse("2026-03-02T00:00:00Z");
    private static final String MAPPING =
            """
            name: lamps
            products:
              - files: [p.csv]
                encoding: ENCODING
                fields: {id: id, title: title}
            events:
              - files: [e.csv]
                fields:
                  eventTime: {column: time, time: FORM}
                  visitorId: who
                  itemId: item
                  eventType: {constant: detail-page-view}
            """;

    @TempDir private Path folder;

    private final List<String> said = new ArrayList<>();
    private Instant now = NOW;

    private final Progress progress =
            new Progress() {
                private String step = "";

                @Override
                public void start(String begun, String unit, long total) {
                    step = begun;
                }

                @Override
                public void advance(long done) {}

                @Override
                public void finish(String summary) {
                    said.add(step + ": " + summary);
                }
            };

    @Test
    void aMendedMappingTakesInWhatWasSetAsideAndNothingTwice() throws IOException {
        files("2026-03-01T10:00:00Z");
        ImportRecord bad = up("iso-8859-1", "epoch-seconds");
        assertThat(bad.accepted()).isEqualTo(2);
        assertThat(bad.rejected()).isEqualTo(3);
        assertThat(events()).isEmpty();
        said.clear();
        ImportRecord mended = up("iso-8859-1", "iso");
        assertThat(said)
                .containsExactly(
                        "mapping has changed: 2 records that were set aside are taken in, 1 remain"
                                + " set aside");
        assertThat(events()).extracting(ImporterTest::item).containsExactly("1", "2");
        assertThat(mended.accepted()).isEqualTo(4);
        assertThat(mended.rejected()).isEqualTo(1);
        assertThat(mended.rules()).containsOnlyKeys("malformed").containsValue(1L);
        assertThat(setAside())
                .singleElement()
                .satisfies(left -> {
                    assertThat(left.line()).isEqualTo(4);
                    assertThat(left.reason()).contains("expected a time such as");
                });
        said.clear();
        up("iso-8859-1", "iso");
        assertThat(said).isEmpty();
        up("iso-8859-1", "epoch-seconds");
        up("iso-8859-1", "iso");
        assertThat(events()).hasSize(2);
    }

    @Test
    void whatWasReadWronglyIsReadAgainFromItsFile() throws IOException {
        files("1772352000");
        assertThat(up("utf-8", "epoch-millis").rules())
                .containsEntry("impossible-time", 2L)
                .containsEntry("malformed", 2L);
        ImportRecord mended = up("iso-8859-1", "epoch-seconds");
        assertThat(events())
                .extracting(LoggedEvent::time)
                .containsOnly(1_772_352_000_000L)
                .hasSize(2);
        String title = withShop(shop -> shop.catalog().get("2").orElseThrow().title());
        assertThat(title).isEqualTo("Stehlampe gr\u00fcn");
        assertThat(mended.rules()).containsExactlyEntriesOf(Map.of("malformed", 1L));
    }

    @Test
    void aReplayKnowsTheMappingOfTheLastImport() throws IOException {
        files("2026-03-05T10:00:00Z");
        up("iso-8859-1", "iso");
        assertThat(setAside()).hasSize(3);
        now = NOW.plusSeconds(10 * 86_400);
        SetAsideReplay.Outcome other =
                withShop(shop -> new SetAsideReplay(shop).all("missing-field"));
        assertThat(other.accepted()).isZero();
        assertThat(other.remaining()).isEqualTo(3);
        SetAsideReplay.Outcome outcome = withShop(shop -> new SetAsideReplay(shop).all(""));
        assertThat(outcome.accepted()).isEqualTo(2);
        assertThat(outcome.remaining()).isEqualTo(1);
        assertThat(events()).hasSize(2);
        assertThat(setAside()).hasSize(1);
        assertThat(withShop(shop -> new SetAsideReplay(shop).all("")).accepted()).isZero();
    }

    @Test
    void withoutItsFilesAReplayOffersEventsAsTheyAre() throws IOException {
        files("2026-03-05T10:00:00Z");
        up("iso-8859-1", "iso");
        Files.delete(folder.resolve("data/p.csv"));
        now = NOW.plusSeconds(10 * 86_400);
        assertThat(withShop(shop -> new SetAsideReplay(shop).all("")).accepted()).isEqualTo(2);
        assertThat(events()).extracting(ImporterTest::item).containsExactly("1", "2");
    }

    @Test
    void afterAKillEveryRecordIsTakenInOrSetAsideOnce() throws IOException {
        StringBuilder rows = new StringBuilder("time,who,item\n");
        for (int i = 0; i < 40_000; i++) {
            rows.append(i % 13 == 0 ? "soon" : "2026-03-01T10:00:00Z").append(",v" + i + ",p\n");
        }
        files("2026-03-01T10:00:00Z");
        Files.writeString(folder.resolve("data/e.csv"), rows);
        Path home = folder.resolve("home");
        Path left = folder.resolve("left");
        Progress killed =
                new Progress() {
                    @Override
                    public void start(String step, String unit, long total) {}

                    @Override
                    public void advance(long done) {
                        if (done == 31_000) {
                            copy(home.resolve("imports"), left.resolve("imports"));
                            copy(home.resolve("set-aside"), left.resolve("set-aside"));
                            throw new IllegalStateException("killed");
                        }
                    }

                    @Override
                    public void finish(String summary) {}
                };
        assertThatThrownBy(() -> up("utf-8", "iso", killed)).hasMessage("killed");
        copy(left.resolve("imports"), home.resolve("imports"));
        copy(left.resolve("set-aside"), home.resolve("set-aside"));
        assertThat(withShop(shop -> ImportRecord.list(Importer.directory(shop))).getFirst())
                .satisfies(noted -> {
                    assertThat(noted.done()).isFalse();
                    assertThat(noted.events()).isPositive();
                });
        ImportRecord done = up("utf-8", "iso");
        int bad = (40_000 + 12) / 13;
        assertThat(events())
                .extracting(LoggedEvent::eventId)
                .doesNotHaveDuplicates()
                .hasSize(40_000 - bad);
        List<SetAsideEntry> aside =
                setAside().stream().filter(entry -> entry.origin().equals("e.csv")).toList();
        assertThat(aside).hasSize(bad);
        assertThat(new TreeSet<>(aside.stream().map(SetAsideEntry::line).toList())).hasSize(bad);
        assertThat(done.rejected()).isEqualTo(setAside().size());
        assertThat(done.accepted()).isEqualTo(40_000 - bad + 1);
    }

    @Test
    void aBrokenFileIsTriedAgainWithoutSettingAsideTwice() throws IOException {
        files("2026-03-01T10:00:00Z");
        Path rows = folder.resolve("data/e.csv");
        Files.writeString(rows, Files.readString(rows) + "2026-03-01T10:00:00Z,\"v9,p\n");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> up("iso-8859-1", "iso"))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("e.csv line 5");
            assertThat(setAside()).hasSize(1);
            assertThat(events()).hasSize(2);
        }
        Files.writeString(rows, Files.readString(rows).replace("\"", ""));
        assertThat(up("iso-8859-1", "iso").rejected()).isEqualTo(1);
        assertThat(events()).extracting(ImporterTest::item).containsExactly("1", "2", "p");
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void recordsOfEarlierVersionsAreRead() throws IOException {
        files("2026-03-01T10:00:00Z");
        up("iso-8859-1", "epoch-seconds");
        Path record = folder.resolve("home/imports/lamps.json");
        String now = Files.readString(record);
        Files.writeString(record, now.substring(0, now.indexOf(",\"mapping\"")) + "}");
        assertThat(up("iso-8859-1", "iso").accepted()).isEqualTo(4);
        assertThat(events()).hasSize(2);
    }

    @Test
    void anImportThatIsToldToStopGoesOnAtTheNextStart() throws IOException {
        files("2026-03-01T10:00:00Z");
        Path yaml = folder.resolve("shop.yaml");
        Files.writeString(yaml, MAPPING.replace("ENCODING", "utf-8").replace("FORM", "iso"));
        Mapping mapping = Mapping.read(yaml, folder.resolve("data"));
        withShop(shop -> {
            Importer importer = new Importer(shop, progress);
            importer.stop();
            assertThatThrownBy(() -> importer.files(mapping))
                    .hasMessageContaining("goes on where it was");
            return shop;
        });
        assertThat(events()).isEmpty();
        assertThat(withShop(shop -> new Importer(shop, progress).files(mapping)).done()).isTrue();
        assertThat(events()).extracting(ImporterTest::item).containsExactly("1", "2");
    }

    @Test
    void whetherItemsComeFromBehaviourIsKnownAtTheNextStart() throws IOException {
        files("2026-03-01T10:00:00Z");
        up("utf-8", "iso");
        Path imports = folder.resolve("home/imports");
        assertThat(Mapping.anyKeptFromBehaviour(imports)).isFalse();
        Path yaml = folder.resolve("behaviour.yaml");
        String events = MAPPING.substring(MAPPING.indexOf("events:")).replace("FORM", "iso");
        Files.writeString(yaml, "name: behaviour\n" + events);
        Mapping mapping = Mapping.read(yaml, folder.resolve("data"));
        withShop(shop -> new Importer(shop, progress).files(mapping));
        assertThat(Mapping.anyKeptFromBehaviour(imports)).isTrue();
    }

    private void files(String time) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(
                data.resolve("p.csv"),
                "id,title\n1,Lamp\n2,Stehlampe gr\u00fcn\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(
                data.resolve("e.csv"),
                "time,who,item\n" + time + ",v1,1\n" + time + ",v2,2\nsoon,v3,1\n",
                StandardCharsets.UTF_8);
    }

    private ImportRecord up(String encoding, String form) throws IOException {
        return up(encoding, form, progress);
    }

    private ImportRecord up(String encoding, String form, Progress told) throws IOException {
        Path yaml = folder.resolve("shop.yaml");
        Files.writeString(yaml, MAPPING.replace("ENCODING", encoding).replace("FORM", form));
        Mapping mapping = Mapping.read(yaml, folder.resolve("data"));
        return withShop(shop -> new Importer(shop, told).files(mapping));
    }

    private <T> T withShop(Function<Shop, T> body) {
        try (Home home = Home.open(folder.resolve("home"));
                Shop shop = Shop.open(home, ShopSettings.defaults(), () -> now, Progress.NONE)) {
            return body.apply(shop);
        }
    }

    private static String item(LoggedEvent event) {
        return event.products().getFirst().id();
    }

    private List<LoggedEvent> events() {
        return withShop(shop -> {
            List<LoggedEvent> events = new ArrayList<>();
            try (EventCursor cursor = shop.events().read(0)) {
                while (cursor.next()) {
                    events.add(cursor.event());
                }
            }
            return events;
        });
    }

    private List<SetAsideEntry> setAside() throws IOException {
        List<SetAsideEntry> entries = new ArrayList<>();
        Path directory = folder.resolve("home/set-aside");
        if (Files.isDirectory(directory)) {
            try (var files = Files.list(directory)) {
                files.sorted().forEach(file -> SetAside.read(file, entries::add));
            }
        }
        return entries;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to);
            try (var old = Files.list(to)) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            if (Files.isDirectory(from)) {
                try (var files = Files.list(from)) {
                    for (Path file : files.toList()) {
                        Files.copy(
                                file,
                                to.resolve(file.getFileName()),
                                StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
