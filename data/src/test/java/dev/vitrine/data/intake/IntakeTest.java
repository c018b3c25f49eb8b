package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetWriter;
import com.github.luben.zstd.Zstd;
import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.ErrorCode;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {
    private static final String EVENTS =
            """
            events:
              - files: [FILE]
                fields:
                  eventTime: {column: time, time: epoch-seconds}
                  visitorId: who
                  itemId: item
                  price: {column: price, unit: cents}
                  eventType: {column: what, values: {buy: purchase-complete, view: detail-page-view}}
            """;
    private static final String ROWS =
            "time,who,item,what,price\n1772352000,v1,p1,view,\n1772352060,v1,\"p,2\",buy,1999\n";

    @TempDir private Path data;

    private final List<Parsed.Bad<?>> bad = new ArrayList<>();

    @Test
    void mappedCsvPlainAndPackedIsTheSame() throws IOException {
        write("plain.csv", ROWS.getBytes(StandardCharsets.UTF_8));
        write("packed.bin", gzip(ROWS));
        write("packed.other", Zstd.compress(ROWS.getBytes(StandardCharsets.UTF_8)));
        List<Event> expected = events("plain.csv");
        assertThat(expected).hasSize(2);
        assertThat(expected.get(1).type()).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(expected.get(1).products()).containsExactly(new ProductDetail("p,2", 1, 19.99));
        assertThat(expected.get(0).time())
                .isEqualTo(Instant.parse("2026-03-01T08:00:00Z").toEpochMilli());
        assertThat(events("packed.bin")).isEqualTo(expected);
        assertThat(events("packed.other")).isEqualTo(expected);
        assertThat(bad).isEmpty();
    }

    @Test
    void brokenRowsAreSetAsideWithTheirPlaceAndTheRestIsRead() throws IOException {
        byte[] rows =
                (ROWS
                                + "soon,v1,p1,view,\n"
                                + "1772352000,v2,p1\n"
                                + "1772352000,v2,p1,steal,\n"
                                + "1772352000,v?,p1,view,\n"
                                + "1772352000,v3,p1,view,-5\n"
                                + "1772352000,v4,p1,view,5\n")
                        .getBytes(StandardCharsets.UTF_8);
        rows[new String(rows, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xFF;
        write("events.csv", rows);
        assertThat(events("events.csv"))
                .extracting(Event::visitorId)
                .containsExactly("v1", "v1", "v4");
        assertThat(bad).extracting(b -> b.origin().line()).containsExactly(4L, 5L, 6L, 7L, 8L);
        assertThat(bad).extracting(b -> b.origin().file()).containsOnly("events.csv");
        assertThat(bad.get(0).reason())
                .isEqualTo(
                        "eventTime (column 'time'): expected a time as epoch-seconds, found 'soon'");
        assertThat(bad.get(1).reason()).isEqualTo("has 3 fields, expected 5");
        assertThat(bad.get(2).reason())
                .contains("'steal' is not among the values")
                .contains("buy, view");
        assertThat(bad.get(3).reason()).contains("(0xFF) is not UTF-8");
        assertThat(bad.get(4).reason()).contains("must not be negative");
        assertThat(bad.get(2).raw()).contains("\"what\":\"steal\"");
    }

    @Test
    void someFilesAreReadAloneAndOneThatIsReadTwiceIsKnown() throws IOException {
        write("a.csv", ROWS.getBytes(StandardCharsets.UTF_8));
        write("b.csv", ROWS.getBytes(StandardCharsets.UTF_8));
        String twice =
                EVENTS.replace("FILE", "a.csv")
                        + EVENTS.lines()
                                .skip(1)
                                .reduce("", (x, y) -> x + y + "\n")
                                .replace("FILE", "'*.csv'");
        Intake intake = Intake.open(config(twice), data);
        List<Event> read = new ArrayList<>();
        intake.only("b.csv"::equals).events(parsed -> take(parsed, read), Progress.NONE);
        assertThat(read).hasSize(2);
        assertThat(intake.readsOnce("a.csv")).isFalse();
        assertThat(intake.readsOnce("b.csv")).isTrue();
        assertThat(intake.readsOnce("c.csv")).isFalse();
        assertThat(intake.maps("b.csv")).isTrue();
    }

    @Test
    void aCutOffGzipGivesAllBeforeTheCutAndNamesThePlace() throws IOException {
        StringBuilder rows = new StringBuilder("time,who,item,what,price\n");
        for (int i = 0; i < 20_000; i++) {
            rows.append("1772352000,v").append(i * 7919L % 100_003).append(",p1,view,\n");
        }
        byte[] packed = gzip(rows.toString());
        write("events.csv.gz", Arrays.copyOf(packed, packed.length / 2));
        List<Event> read = new ArrayList<>();
        refused(
                () -> read("events.csv.gz", read),
                DataError.FILE_MALFORMED,
                "events.csv.gz ends in the middle: it is cut off (near byte " + packed.length / 2);
        assertThat(read).hasSizeGreaterThan(5_000);
        byte[] damaged = packed.clone();
        damaged[packed.length / 2] ^= 0x55;
        write("events.csv.gz", damaged);
        refused(() -> events("events.csv.gz"), DataError.FILE_MALFORMED, "events.csv.gz");
    }

    @Test
    void aBombIsRefusedWithoutUnpackingIt() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new com.github.luben.zstd.ZstdOutputStream(packed)) {
            byte[] line = ("time,who,item,what,price\n").getBytes(StandardCharsets.UTF_8);
            out.write(line);
            byte[] zeros = new byte[1 << 20];
            Arrays.fill(zeros, (byte) '\n');
            for (int i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        write("events.csv", packed.toByteArray());
        refused(() -> events("events.csv"), DataError.FILE_MALFORMED, "times its size");
        write("events.json", ("{\"a\":\"" + "x".repeat(17 << 20)).getBytes(StandardCharsets.UTF_8));
        refused(() -> events("events.json"), DataError.FILE_MALFORMED, "a record has more than");
    }

    @Test
    void aQuoteThatIsNeverClosedIsNamedWithItsLineAndLosesNothingBefore() throws IOException {
        String two = "1772352000,\"v\n7\",p1,view,\n";
        write(
                "events.csv",
                (ROWS + two + "1772352000,\"v9,p1\n1772352000,v8,p1,view,\n")
                        .getBytes(StandardCharsets.UTF_8));
        List<Event> read = new ArrayList<>();
        refused(
                () -> read("events.csv", read),
                DataError.FILE_MALFORMED,
                "events.csv line 6: the quote that opens here is not closed");
        assertThat(read).hasSize(3);
        String endless = "1772352000,v9,\"p1" + "x\n".repeat(9 << 20) + "\",view,\n";
        write("events.csv", (ROWS + endless).getBytes(StandardCharsets.UTF_8));
        refused(
                () -> events("events.csv"),
                DataError.FILE_MALFORMED,
                "events.csv line 4: the quote that opens here is not closed");
    }

    @Test
    void aMappingThatNamesAMissingColumnSaysWhichThereAre() throws IOException {
        write("events.csv", "time,whom,item,what,price\n".getBytes(StandardCharsets.UTF_8));
        refused(
                () -> events("events.csv"),
                DataError.MAPPING_INVALID,
                "events.csv has no column 'who'; its columns are item, price, time, what, whom");
        write("events.json", "{\"time\":1,\"item\":\"a\"}\n".getBytes(StandardCharsets.UTF_8));
        refused(
                () -> events("events.json"),
                DataError.MAPPING_INVALID,
                "events.json has no column 'what'; its columns are item, time");
        refused(() -> events("absent.csv"), DataError.FILE_NOT_FOUND, "matches 'absent.csv'");
    }

    @Test
    void unknownAndWrongKeysAreNamed() {
        refused(
                () -> config(EVENTS.replace("visitorId", "visitorID")),
                ConfigError.CONFIG_UNKNOWN_KEY,
                "unknown key 'visitorID'; the nearest valid key is 'visitorId'");
        refused(() -> config("name: x\n"), DataError.MAPPING_INVALID, "a shop needs files");
        refused(
                () -> config(EVENTS.replace("  itemId: item", "  itemId: {}")),
                DataError.MAPPING_INVALID,
                "found neither");
        refused(
                () -> {
                    write("e.csv", ROWS.getBytes(StandardCharsets.UTF_8));
                    Intake.open(
                            config(EVENTS.replace("FILE", "e.csv").replace("cents", "pence")),
                            data);
                },
                DataError.MAPPING_INVALID,
                "price: unit 'pence' is unknown; expected units, cents or micros");
    }

    @Test
    void productsOfJsonWithUnitsPrefixesAndForms() throws IOException {
        write(
                "p.json",
                """
                [{"sku":7,"n":"Lamp","cost":"12,50","stock":"yes","cats":"Home > Light|Desk",
                  "day":"01.02.2026 10:00","t_colour":"red","f_new":"1","deep":{"uri":"http://x"}},
                 {"sku":8,"stock":"perhaps"},
                 {"sku":9,"stock":"yes","cost":"1e308"},
                 {"sku":10,"stock":"yes","money":"EURO"},
                 {"n":"no id"}]
                """
                        .getBytes(StandardCharsets.UTF_8));
        ShopConfig config =
                config(
                        """
                        currency: EUR
                        products:
                          - files: ["*.json"]
                            fields:
                              id: sku
                              title: n
                              price: {column: cost, decimal: ","}
                              availability: {column: stock, values: {"yes": in-stock, "no": out-of-stock, "": in-stock}}
                              categories: {column: cats, separator: "|"}
                              publishedAt: {column: day, time: "dd.MM.yyyy HH:mm", zone: Europe/Berlin}
                              uri: deep.uri
                              brand: {constant: Lux}
                              currency: money
                            attributes:
                              - {prefix: t_}
                              - {prefix: f_, type: flag}
                        """);
        List<Product> products = new ArrayList<>();
        Intake.open(config, data).products(parsed -> take(parsed, products), Progress.NONE);
        Product lamp = products.getFirst();
        assertThat(products).hasSize(1);
        assertThat(lamp.id()).isEqualTo("7");
        assertThat(lamp.price()).isEqualTo(12.5);
        assertThat(lamp.availability()).isEqualTo(Availability.IN_STOCK);
        assertThat(lamp.categories()).containsExactly(List.of("Home", "Light"), List.of("Desk"));
        assertThat(lamp.publishedAt())
                .isEqualTo(Instant.parse("2026-02-01T09:00:00Z").toEpochMilli());
        assertThat(lamp.uri()).isEqualTo("http://x");
        assertThat(lamp.brand()).isEqualTo("Lux");
        assertThat(lamp.currency()).isEqualTo("EUR");
        assertThat(lamp.attributes().get("colour"))
                .isEqualTo(new AttributeValue.Text(List.of("red")));
        assertThat(lamp.attributes().get("new")).isEqualTo(new AttributeValue.Flag(true));
        assertThat(bad)
                .extracting(b -> b.field())
                .containsExactly("availability", "price", "currency", "id");
        assertThat(bad).extracting(b -> b.missing()).containsExactly(false, false, false, true);
        assertThat(bad.getLast().origin().line()).isEqualTo(6);
    }

    @Test
    void aCurrencyOfTheShopIsACode() {
        refused(
                () -> config("{currency: EURO, events: [{files: [a.json]}]}"),
                DataError.MAPPING_INVALID,
                "currency: expected three capital letters of ISO 4217, such as EUR, found 'EURO'");
    }

    @Test
    void personalizeColumnsInCsvNeedNoMapping() throws IOException {
        write(
                "i.csv",
                "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\nu,p,1772352000,Purchase\n"
                        .getBytes(StandardCharsets.UTF_8));
        List<Event> read = new ArrayList<>();
        Intake.open(config("events: [{files: [i.csv], events: personalize}]"), data)
                .events(parsed -> take(parsed, read), Progress.NONE);
        assertThat(read.getFirst().type()).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(read.getFirst().userId()).isEqualTo("u");
    }

    @Test
    void brokenJsonLinesAreSetAsideAndAnUnclosedArrayBreaksTheFile() throws IOException {
        String good = "{\"eventType\":\"search\",\"visitorId\":\"v\",\"searchQuery\":\"x\"}";
        write("a.json", (good + "\n{\"eventType\":\n\n" + good).getBytes(StandardCharsets.UTF_8));
        List<Event> read = new ArrayList<>();
        Intake.open(config("events: [{files: [a.json]}]"), data)
                .events(parsed -> take(parsed, read), Progress.NONE);
        assertThat(read).hasSize(2);
        assertThat(bad).extracting(b -> b.origin().line()).containsExactly(2L);
        write(
                "b.json",
                ("[" + good + ",\n{\"x\":[1]},\n" + good.substring(0, 30))
                        .getBytes(StandardCharsets.UTF_8));
        read.clear();
        refused(
                () ->
                        Intake.open(config("events: [{files: [b.json]}]"), data)
                                .events(parsed -> take(parsed, read), Progress.NONE),
                DataError.FILE_MALFORMED,
                "b.json line 3: the record that starts here, or the list it is in, is not closed");
        assertThat(read).hasSize(1);
    }

    @Test
    void parquetIsReadByItsTypesAndABrokenOneIsRefused() throws IOException {
        MessageType schema =
                Types.buildMessage()
                        .required(PrimitiveTypeName.INT64)
                        .as(
                                LogicalTypeAnnotation.timestampType(
                                        true, LogicalTypeAnnotation.TimeUnit.MICROS))
                        .named("time")
                        .required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("who")
                        .required(PrimitiveTypeName.INT32)
                        .named("item")
                        .optional(PrimitiveTypeName.DOUBLE)
                        .named("price")
                        .required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("what")
                        .named("event");
        Path file = data.resolve("events.parquet");
        try (ParquetWriter<Integer> writer =
                ParquetWriter.writeFile(
                        schema,
                        file.toFile(),
                        (i, out) -> {
                            out.write("time", 1_772_352_000_000_000L + i * 1_000_000L);
                            out.write("who", "v" + i);
                            out.write("item", i);
                            out.write("price", 250.0);
                            out.write("what", i % 10 == 9 ? "steal" : "buy");
                        })) {
            for (int i = 0; i < 1_000; i++) {
                writer.write(i);
            }
        }
        String mapping = EVENTS.replace("{column: time, time: epoch-seconds}", "time");
        List<Event> read = new ArrayList<>();
        Intake.open(config(mapping.replace("FILE", "events.parquet")), data)
                .events(parsed -> take(parsed, read), Progress.NONE);
        assertThat(read).hasSize(900);
        assertThat(bad).hasSize(100);
        assertThat(bad.getFirst().origin()).isEqualTo(new Origin("events.parquet", 10));
        assertThat(read.get(2).time())
                .isEqualTo(Instant.parse("2026-03-01T08:00:02Z").toEpochMilli());
        assertThat(read.get(2).products()).containsExactly(new ProductDetail("2", 1, 2.5));
        byte[] bytes = Files.readAllBytes(file);
        write("packed.gz", gzip(bytes));
        List<Event> packed = new ArrayList<>();
        Intake.open(config(mapping.replace("FILE", "packed.gz")), data)
                .events(parsed -> take(parsed, packed), Progress.NONE);
        assertThat(packed).isEqualTo(read);
        write("events.parquet", Arrays.copyOf(bytes, bytes.length - 20));
        refused(
                () -> Intake.open(config(mapping.replace("FILE", "events.parquet")), data),
                DataError.FILE_MALFORMED,
                "events.parquet is not readable Parquet");
        byte[] damaged = bytes.clone();
        Arrays.fill(damaged, 40, 400, (byte) 0x7F);
        write("events.parquet", damaged);
        refused(
                () ->
                        Intake.open(config(mapping.replace("FILE", "events.parquet")), data)
                                .events(parsed -> take(parsed, packed), Progress.NONE),
                DataError.FILE_MALFORMED,
                "events.parquet is not readable Parquet");
    }

    @Test
    void theEventListOfARequestKeepsPlaces() {
        String good = "{\"eventType\":\"home-page-view\",\"visitorId\":\"v\"}";
        List<Parsed<Event>> parsed =
                RecordImport.eventList(
                        ("[" + good + ",{\"eventType\":3}," + good + "]")
                                .getBytes(StandardCharsets.UTF_8),
                        3);
        assertThat(parsed).extracting(p -> p.origin().line()).containsExactly(1L, 2L, 3L);
        assertThat(parsed.get(1)).isInstanceOf(Parsed.Bad.class);
        refused(
                () ->
                        RecordImport.eventList(
                                ("[" + good + "," + good + "]").getBytes(StandardCharsets.UTF_8),
                                1),
                DataError.EVENT_INVALID,
                "at most 1 events");
        refused(
                () -> RecordImport.eventList("[{".getBytes(StandardCharsets.UTF_8), 9),
                DataError.EVENT_INVALID,
                "is not closed");
    }

    private <T> void take(Parsed<T> parsed, List<T> into) {
        switch (parsed) {
            case Parsed.Good<T> good -> into.add(good.value());
            case Parsed.Bad<T> broken -> bad.add(broken);
        }
    }

    private List<Event> events(String file) {
        List<Event> events = new ArrayList<>();
        read(file, events);
        return events;
    }

    private void read(String file, List<Event> into) {
        Intake intake = Intake.open(config(EVENTS.replace("FILE", file)), data);
        IntakeReport report = intake.events(parsed -> take(parsed, into), Progress.NONE);
        assertThat(report.good()).isEqualTo(into.size());
        assertThat(report.bad()).isEqualTo(bad.size());
    }

    private static ShopConfig config(String yaml) {
        return ConfigReader.parse(yaml, "shop.yaml", ShopConfig.class);
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(data.resolve(name), bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        return gzip(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static void refused(ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VitrineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
