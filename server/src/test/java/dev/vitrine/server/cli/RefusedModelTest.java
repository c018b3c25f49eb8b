package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.audit.AuditEntry;
import dev.vitrine.registry.audit.AuditLog;
import dev.vitrine.registry.audit.AuditQuery;
import dev.vitrine.registry.audit.AuditSettings;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.wiring.GuardSettings;
import dev.vitrine.server.wiring.ReleaseGate;
import dev.vitrine.server.wiring.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of one's own that is not as it was signed. */
class RefusedModelTest {
    @TempDir private Path folder;
    private Home home;
    private ReleaseStore releases;
    private ArtifactStore artifacts;
    private final List<String> audited = new ArrayList<>();

    RefusedModelTest(@TempDir Path place) {
        home = Home.open(place.resolve("home"));
        releases = ReleaseStore.open(home.registry());
        artifacts = ArtifactStore.open(home.artifacts());
    }

    @BeforeEach
    void bring() throws IOException {
        GraphBuilder graph = new GraphBuilder("adder");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows);
        graph.node("", "Add", List.of(x, graph.floats(new float[] {10}, 1)), List.of("y"));
        graph.output("y", TensorType.FP32, rows);
        Path file = folder.resolve("adder.onnx");
        graph.save(file);
        ModelImport.run(home, file, null, false);
    }

    @AfterEach
    void close() {
        releases.close();
        home.close();
    }

    private HomeKeys keys() {
        return ModelImport.keys(home, releases, artifacts);
    }

    private ServedModels serving() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        HomeKeys keys = keys();
        ServedModels models =
                new ServedModels(
                        releases,
                        new ReleaseGate(
                                keys.of(releases, artifacts),
                                keys.models(releases, artifacts),
                                (who, action, subject, evidence) ->
                                        audited.add(action + " " + subject),
                                meters),
                        home.root().resolve("served-models"),
                        1L << 30,
                        GuardSettings.defaults(),
                        new ModelMeters(meters),
                        new ModelStates(meters),
                        InstantSource.system());
        models.begin();
        return models;
    }

    private void refused(String why) {
        try (ServedModels models = serving()) {
            assertThatThrownBy(() -> models.load("adder"))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(RegistryError.MODEL_REFUSED))
                    .hasMessageContaining(why);
        }
        assertThat(audited).containsExactly("model.refused adder/1");
        String[] verify = {"model", "verify", "adder/1", "--home", home.root().toString()};
        assertThat(Main.execute(verify)).isEqualTo(1);
    }

    private void sql(String change) throws SQLException {
        try (Connection registry = DriverManager.getConnection("jdbc:sqlite:" + home.registry());
                Statement statement = registry.createStatement()) {
            assertThat(statement.executeUpdate(change)).isEqualTo(1);
        }
    }

    @Test
    void isLoadedWhenItIsAsSigned() {
        try (ServedModels models = serving()) {
            models.load("adder");
        }
        assertThat(audited).isEmpty();
        String[] verify = {"model", "verify", "--home", home.root().toString()};
        assertThat(Main.execute(verify)).isZero();
    }

    @Test
    void isRefusedWithoutSignatureUntilSomebodySigns() throws SQLException {
        sql("DELETE FROM model_signature");
        refused("not signed");
        String[] sign = {"model", "sign", "adder/1", "--home", home.root().toString()};
        assertThat(Main.execute(sign)).isZero();
        try (AuditLog log =
                AuditLog.open(home.audit(), AuditSettings.DEFAULT, InstantSource.system())) {
            AuditEntry told = log.read(AuditQuery.newest(1)).getFirst();
            assertThat(told.action()).isEqualTo("model.signed");
            assertThat(told.subject()).isEqualTo("adder/1");
            assertThat(told.evidence()).containsEntry("key", keys().signer().fingerprint());
        }
        audited.clear();
        isLoadedWhenItIsAsSigned();
    }

    @Test
    void isRefusedWithAFlippedBit() throws IOException {
        ModelVersion version = releases.models().getFirst();
        Path file = artifacts.open(version.artifact()).directory().resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 2;
        Files.write(file, bytes);
        refused("was changed");
    }

    @Test
    void isRefusedWithOtherParameters() throws SQLException {
        sql(
                "UPDATE model SET json = replace(json, '\"createdBy\":\"import\"',"
                        + " '\"createdBy\":\"nobody\"')");
        refused("changed since it was signed: model.json");
    }

    @Test
    void isRefusedUnderAnotherVersion() throws SQLException {
        sql("UPDATE model_signature SET version = 2");
        sql(
                "INSERT INTO model(name, version, created, json)"
                        + " SELECT name, 2, created, json FROM model");
        assertThatThrownBy(() ->
                        keys().models(releases, artifacts).admit(releases.models().get(1).ref()))
                .hasMessageContaining("its signature is that of adder/1");
    }
}
