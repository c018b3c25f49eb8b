package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.grpc.GrpcPort;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a home in which something is not as it was signed. */
class RefusedReleaseTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir private static Path made;
    private static Release first;
    private static Release second;

    @TempDir private Path folder;
    private Path home = Path.of("");

    private interface Asked {
        void ask(Vitrine vitrine) throws Exception;
    }

    @BeforeAll
    static void make() throws IOException {
        SimulatedShop simulated = new SimulatedShop(5, SimulationSettings.of(40, 20, 200, NOW));
        try (Home home = Home.open(made.resolve("home"))) {
            first =
                    ProductRelease.make(
                            home, Stores.own(), simulated.products().subList(0, 20), NOW);
            second =
                    ProductRelease.make(
                            home,
                            Stores.own(),
                            simulated.products().subList(20, 40),
                            NOW.plusSeconds(60));
            try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
                releases.compareAndSetLive(Optional.empty(), first.id(), "test", "");
                releases.compareAndSetLive(Optional.of(first.id()), second.id(), "test", "");
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        home = folder.resolve("home");
        Path from = made.resolve("home");
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectory(home.resolve(from.relativize(each).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path each, BasicFileAttributes a)
                            throws IOException {
                        Files.copy(each, home.resolve(from.relativize(each).toString()));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private void serving(Asked asked) throws Exception {
        try (Home opened = Home.open(home);
                Vitrine vitrine =
                        Vitrine.start(
                                opened,
                                ShopSettings.defaults(),
                                ServerSettings.defaults().at(0, GrpcPort.of("off")),
                                InstantSource.system(),
                                Progress.NONE)) {
            asked.ask(vitrine);
        }
    }

    /** One artefact of a release has one bit other than it had, in the file that is returned. */
    private Path flip(Release release) throws IOException {
        ArtifactHash own =
                release.manifest().artifacts().stream()
                        .filter(hash ->
                                release.equals(first)
                                        ? !second.manifest().artifacts().contains(hash)
                                        : !first.manifest().artifacts().contains(hash))
                        .findFirst()
                        .orElseThrow();
        Path directory = ArtifactStore.open(home.resolve("artifacts")).open(own).directory();
        try (Stream<Path> walk = Files.walk(directory)) {
            Path file =
                    walk.filter(f -> f.toFile().length() > 0 && Files.isRegularFile(f))
                            .sorted()
                            .toList()
                            .getLast();
            flip(file);
            return file;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    private void sql(String change) throws SQLException {
        try (Connection registry =
                        DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement statement = registry.createStatement()) {
            statement.executeUpdate(change);
        }
    }

    private static HttpResponse<String> call(Vitrine vitrine, String path, boolean post)
            throws IOException, InterruptedException {
        return post
                ? send(vitrine, path, HttpRequest.BodyPublishers.noBody())
                : send(HttpRequest.newBuilder(vitrine.uri().resolve(path)));
    }

    private static HttpResponse<String> send(
            Vitrine vitrine, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(vitrine.uri().resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** What was left minutes ago is still open, and is not taken at its word for that. */
    @Test
    void whatWasChangedWhileItWasKeptForTheWayBackIsRefused() throws Exception {
        serving(vitrine -> {
            String there = "/v1/releases/" + first.id() + ":promote";
            String back = "/v1/releases/" + second.id() + ":promote";
            assertThat(call(vitrine, there, true).statusCode()).isEqualTo(200);
            assertThat(vitrine.live().isOpen(second.id())).isTrue();
            Path changed = flip(second);
            HttpResponse<String> refused = call(vitrine, back, true);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
            assertThat(refused.body()).contains("RELEASE_REFUSED");
            assertThat(vitrine.live().id()).contains(first.id());
            assertThat(call(vitrine, "/v1/audit", false).body()).contains("release.refused");
            flip(changed);
            assertThat(call(vitrine, back, true).statusCode()).isEqualTo(200);
            assertThat(vitrine.live().id()).contains(second.id());
            assertThat(call(vitrine, "/v1/alerts", false).body()).doesNotContain("refused");
        });
    }

    @Test
    void aManifestThatWasChangedIsRefusedBeforeAnythingIsBegun() throws Exception {
        serving(vitrine -> {
            sql("UPDATE release SET json = json || ' ' WHERE id = '" + first.id() + "'");
            HttpResponse<String> refused =
                    call(vitrine, "/v1/releases/" + first.id() + ":promote", true);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
            assertThat(refused.body()).contains("RELEASE_REFUSED");
            assertThat(vitrine.live().id()).contains(second.id());
            assertThat(vitrine.live().rollout()).isEmpty();
            assertThat(call(vitrine, "/v1/audit", false).body()).contains("release.refused");
        });
    }

    @Test
    void whatIsWholeAnswers() throws Exception {
        serving(vitrine -> {
            assertThat(vitrine.live().id()).contains(second.id());
            assertThat(call(vitrine, "/v1/alerts", false).body()).doesNotContain("refused");
            HttpResponse<String> back =
                    call(vitrine, "/v1/releases/" + second.id() + ":rollback", true);
            assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
            assertThat(vitrine.live().id()).contains(first.id());
        });
    }

    @Test
    void theOneBeforeAnswersWhereTheLiveOneIsRefused() throws Exception {
        flip(second);
        serving(vitrine -> {
            assertThat(vitrine.live().id()).contains(first.id());
            assertThat(call(vitrine, "/v1/alerts", false).body())
                    .contains("release-refused", second.id());
            assertThat(call(vitrine, "/metrics", false).body())
                    .contains("vitrine_releases_refused_total 1.0");
        });
        try (ReleaseStore releases = ReleaseStore.open(home.resolve("registry.db"))) {
            assertThat(releases.liveId()).contains(first.id());
            LiveChange change = releases.history(1).getFirst();
            assertThat(change.who()).isEqualTo("vitrine");
            assertThat(change.reason()).contains(second.id(), "refused");
        }
    }

    @Test
    void whatIsInMotionEndsWhereTheLiveOneIsRefused() throws Exception {
        serving(vitrine -> {
            HttpResponse<String> begun =
                    send(
                            vitrine,
                            "/v1/rollouts",
                            HttpRequest.BodyPublishers.ofString(
                                    "{\"release\": \""
                                            + first.id()
                                            + "\", \"stages\": [{\"kind\": \"canary\","
                                            + " \"percent\": 5}]}"));
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
            awaitBody(vitrine, "/v1/rollouts", "\"state\":\"canary\"");
            assertThat(call(vitrine, "/v1/rollouts", false).body())
                    .contains("\"windows\":[]", "\"keepWarm\":\"PT30M\"", "\"falseAlarms\":");
            String id = vitrine.live().rollout().orElseThrow().id();
            assertThat(call(vitrine, "/v1/audit?subject=" + id, false).body())
                    .contains("POST /v1/rollouts\"", "\"plan\":");
        });
        flip(second);
        serving(vitrine -> {
            assertThat(vitrine.live().id()).contains(first.id());
            assertThat(call(vitrine, "/v1/rollouts", false).body())
                    .contains("\"state\":\"failed\",\"ended\":true", second.id() + " was refused");
            assertThat(call(vitrine, "/v1/audit?action=release.live", false).body())
                    .contains("\"subject\":\"" + first.id());
            assertThat(call(vitrine, "/v1/audit?action=rollout.failed", false).body())
                    .contains("\"candidate\":\"" + first.id());
            assertThat(call(vitrine, "/v1/alerts", false).body())
                    .contains(second.id(), "release " + first.id() + " answers");
        });
    }

    @Test
    void whatWasTakenBackAnswersNeverAgainByItself() throws Exception {
        serving(vitrine -> {
            HttpResponse<String> back =
                    call(vitrine, "/v1/releases/" + second.id() + ":rollback?reason=slow", true);
            assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
            assertThat(call(vitrine, "/v1/audit?action=release.live", false).body())
                    .contains(": slow");
        });
        flip(first);
        serving(vitrine -> {
            assertThat(vitrine.live().id()).as("second was taken back").isEmpty();
            HttpResponse<String> promoted =
                    call(vitrine, "/v1/releases/" + second.id() + ":promote", true);
            assertThat(promoted.statusCode()).as(promoted.body()).isEqualTo(200);
            assertThat(vitrine.live().id()).as("by name it may").contains(second.id());
        });
    }

    private static void awaitBody(Vitrine vitrine, String path, String part) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        String body = "";
        while (!body.contains(part)) {
            assertThat(System.nanoTime()).as("%s in %s", part, body).isLessThan(end);
            Thread.sleep(20);
            body = call(vitrine, path, false).body();
        }
    }

    @Test
    void nothingAnswersWhereAllAreRefused() throws Exception {
        flip(second);
        sql("DELETE FROM release_signature WHERE release = '" + first.id() + "'");
        serving(vitrine -> {
            assertThat(vitrine.live().id()).isEmpty();
            HttpResponse<String> ready = call(vitrine, "/health/ready", false);
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("refused");
            assertThat(call(vitrine, "/v1/releases", false).body())
                    .contains(first.id(), second.id());
        });
    }

    @Test
    void aReleaseThatIsRefusedLeavesTheOneThatAnswers() throws Exception {
        sql("UPDATE live SET release = '" + first.id() + "'");
        flip(second);
        serving(vitrine -> {
            assertThat(vitrine.live().id()).contains(first.id());
            HttpResponse<String> refused =
                    call(vitrine, "/v1/releases/" + second.id() + ":promote", true);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("RELEASE_REFUSED", "was changed");
            assertThat(vitrine.live().id()).contains(first.id());
            assertThat(call(vitrine, "/metrics", false).body())
                    .contains("vitrine_releases_refused_total 1.0");
        });
    }

    @Test
    void releasesFromBeforeThereWasAKeyAreSignedOnce() throws Exception {
        sql("DELETE FROM release_signature");
        Path keys = home.resolve("keys");
        for (String file : List.of("signing.pem")) {
            Files.delete(keys.resolve(file));
        }
        try (Stream<Path> trusted = Files.list(keys.resolve("trusted"))) {
            for (Path each : trusted.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(keys.resolve("trusted"));
        Files.delete(keys);
        flip(first);
        serving(vitrine -> assertThat(vitrine.live().id()).contains(second.id()));
        assertThat(Files.getPosixFilePermissions(keys)).hasSize(3);
        try (ReleaseStore releases = ReleaseStore.open(home.resolve("registry.db"))) {
            assertThat(releases.signature(second.id())).isPresent();
            assertThat(releases.signature(first.id())).as("it was not whole").isEmpty();
        }
        sql("DELETE FROM release_signature");
        serving(vitrine -> assertThat(vitrine.live().id()).isEmpty());
    }
}
