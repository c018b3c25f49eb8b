package dev.vitrine.systemtests.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.pipeline.ImportRecord;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a file system that fills up while events are written. */
class FullDiskIT {
    private static final int MEBIBYTES = 48;
    private static final int BATCH = 100;
    private static final int PRODUCTS = 3_000;
    private static final int EVENTS = 20_000;
    private static final int BROKEN = 200;

    private final HttpClient client = HttpClient.newHttpClient();
    private @TempDir Path folder;
    private boolean mounted;
    private int next;

    @Test
    void eventsAreRefusedWhileItIsFullAndNoneAcknowledgedIsLost() throws Exception {
        Path disk = mount();
        Set<String> acknowledged = new HashSet<>();
        try (Home home = Home.open(disk.resolve("home"));
                Vitrine vitrine =
                        Vitrine.start(
                                home,
                                ShopSettings.defaults().withCatalogueFromBehaviour(true),
                                ServerSettings.defaults().at(0),
                                InstantSource.system(),
                                Progress.NONE)) {
            assertThat(write(vitrine.uri(), acknowledged).statusCode()).isEqualTo(200);
            Path filler = disk.resolve("filler");
            fill(filler, 0);
            HttpResponse<String> refused = write(vitrine.uri(), acknowledged);
            for (int i = 0; refused.statusCode() == 200 && i < 500; i++) {
                refused = write(vitrine.uri(), acknowledged);
            }
            assertThat(refused.statusCode()).as(refused.body()).isIn(503, 507);
            assertThat(refused.body()).contains("STORE_FULL").doesNotContain("\tat ");

            Files.delete(filler);
            HttpResponse<String> again = write(vitrine.uri(), acknowledged);
            for (int i = 0; again.statusCode() != 200 && i < 100; i++) {
                Thread.sleep(100);
                again = write(vitrine.uri(), acknowledged);
            }
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        }
        Set<String> stored = new HashSet<>();
        try (EventStore events = EventStore.openReadOnly(disk.resolve("home"));
                EventCursor cursor = events.read(0)) {
            while (cursor.next()) {
                stored.add(cursor.event().eventId());
            }
        }
        assertThat(stored).containsAll(acknowledged);
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(2 * BATCH);
    }

    @Test
    void anImportStopsWhileItIsFullAndTheNextStartFinishesIt() throws Exception {
        Path disk = mount();
        Path files = Files.createDirectory(folder.resolve("files"));
        shop(files);
        for (int mebibytes : new int[] {0, 4}) {
            Path filler = disk.resolve("filler");
            assertThatThrownBy(() -> imported(disk, files, () -> fill(filler, mebibytes << 20)))
                    .isInstanceOf(VitrineException.class);
            Files.delete(filler);
        }
        ImportRecord done = imported(disk, files, () -> {});
        assertThat(done.finishedAt()).isPositive();
        assertThat(done.accepted()).isEqualTo(PRODUCTS + EVENTS - BROKEN);
        assertThat(done.rejected()).isEqualTo(BROKEN);
        List<String> stored = new ArrayList<>();
        try (EventStore events = EventStore.openReadOnly(disk.resolve("home"));
                EventCursor cursor = events.read(0)) {
            while (cursor.next()) {
                stored.add(cursor.event().eventId());
            }
        }
        assertThat(new HashSet<>(stored)).hasSize(EVENTS - BROKEN);
        assertThat(stored).hasSize(EVENTS - BROKEN);
        Set<Long> lines = new HashSet<>();
        SetAside.read(
                disk.resolve("home/set-aside/import-full.jsonl.zst"),
                entry -> assertThat(lines.add(entry.line())).isTrue());
        assertThat(lines).hasSize(BROKEN);
    }

    private interface Filling {
        void fill() throws IOException;
    }

    private static ImportRecord imported(Path disk, Path files, Filling filling)
            throws IOException {
        try (Home home = Home.open(disk.resolve("home"));
                Shop shop =
                        Shop.open(
                                home,
                                ShopSettings.defaults(),
                                InstantSource.system(),
                                Progress.NONE)) {
            filling.fill();
            Mapping mapping = Mapping.read(files.resolve("shop.yaml"), files);
            return new Importer(shop, Progress.NONE).files(mapping);
        }
    }

    /** Products and events, of which each hundredth is broken. */
    private static void shop(Path files) throws IOException {
        StringBuilder products = new StringBuilder("id,title\n");
        for (int i = 0; i < PRODUCTS; i++) {
            products.append("p" + i + ",Lamp " + i + "\n");
        }
        Files.writeString(files.resolve("p.csv"), products);
        StringBuilder events = new StringBuilder("time,who,item,note\n");
        for (int i = 0; i < EVENTS; i++) {
            String note = Long.toString(i * 0x9E3779B97F4A7C15L, 36).repeat(30);
            events.append(i % (EVENTS / BROKEN) == 0 ? "soon" : "2026-03-01T10:00:00Z");
            events.append(",v" + i + ",p" + i % PRODUCTS + "," + note + "\n");
        }
        Files.writeString(files.resolve("e.csv"), events);
        Files.writeString(
                files.resolve("shop.yaml"),
                """
                name: full
                products:
                  - files: [p.csv]
                    fields: {id: id, title: title}
                events:
                  - files: [e.csv]
                    fields:
                      eventTime: time
                      visitorId: who
                      itemId: item
                      eventType: {constant: detail-page-view}
                    attributes: [{column: note}]
                """);
    }

    private HttpResponse<String> write(URI server, Set<String> acknowledged) throws Exception {
        StringBuilder body = new StringBuilder("[");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < BATCH; i++) {
            String id = "full-" + next++;
            ids.add(id);
            body.append(i == 0 ? "" : ",")
                    .append("{\"eventId\":\"" + id + "\",\"eventType\":\"detail-page-view\",")
                    .append("\"visitorId\":\"v" + i + "\",\"eventTime\":\"" + Instant.now())
                    .append("\",\"productDetails\":[{\"id\":\"p" + i + "\"}],\"attributes\":")
                    .append("{\"note\":\"" + "x".repeat(400) + "\"}}");
        }
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(server.resolve("/v1/userEvents:write"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.append("]") + ""))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
            assertThat(answer.body()).contains("\"accepted\":" + BATCH);
            acknowledged.addAll(ids);
        }
        return answer;
    }

    /** Leaves so much room; with none, less than a batch of events needs. */
    private static void fill(Path file, long room) throws IOException {
        FileStore store = Files.getFileStore(file.getParent());
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (store.getUsableSpace() > room + 2 * block.length) {
                out.write(block);
            }
        }
    }

    private Path mount() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        int code =
                Files.isExecutable(Path.of("/bin/mount"))
                        ? run(
                                "/bin/mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + MEBIBYTES + "m",
                                "tmpfs",
                                disk.toString())
                        : -1;
        assumeTrue(code == 0, "a small tmpfs cannot be mounted here; run this test as root");
        mounted = true;
        return disk;
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        client.close();
        if (mounted) {
            run("/bin/umount", folder.resolve("disk").toString());
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
