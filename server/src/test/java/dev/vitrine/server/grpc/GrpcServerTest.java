package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.grpc.wire.DataType;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import dev.vitrine.server.grpc.wire.InferParameter;
import dev.vitrine.server.grpc.wire.InferTensorContents;
import dev.vitrine.server.grpc.wire.ModelConfig;
import dev.vitrine.server.grpc.wire.ModelConfigRequest;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import dev.vitrine.server.grpc.wire.ModelInferResponse;
import dev.vitrine.server.grpc.wire.ModelMetadataRequest;
import dev.vitrine.server.grpc.wire.ModelMetadataResponse;
import dev.vitrine.server.grpc.wire.ModelReadyRequest;
import dev.vitrine.server.grpc.wire.ModelRepositoryParameter;
import dev.vitrine.server.grpc.wire.ModelStatistics;
import dev.vitrine.server.grpc.wire.ModelStatisticsRequest;
import dev.vitrine.server.grpc.wire.RepositoryIndexRequest;
import dev.vitrine.server.grpc.wire.RepositoryModelLoadRequest;
import dev.vitrine.server.grpc.wire.RepositoryModelUnloadRequest;
import dev.vitrine.server.grpc.wire.ServerLiveRequest;
import dev.vitrine.server.grpc.wire.ServerMetadataRequest;
import dev.vitrine.server.grpc.wire.ServerReadyRequest;
import dev.vitrine.server.protocol.InferCall;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every method of one answer, asked by grpc-java's own stub over a socket. */
class GrpcServerTest {
    private static final TestGrpc GRPC = TestGrpc.local();

    @AfterAll
    static void stop() {
        GRPC.close();
    }

    @Test
    void theServerTellsOfItself() {
        assertThat(GRPC.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(GRPC.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        var metadata = GRPC.stub().serverMetadata(ServerMetadataRequest.getDefaultInstance());
        assertThat(metadata.getName()).isEqualTo("vitrine");
        assertThat(metadata.getExtensionsList()).contains("model_repository");
        assertThat(
                        HealthGrpc.newBlockingStub(GRPC.channel)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void modelsTellWhatTheyTake() {
        ModelMetadataResponse echo =
                GRPC.stub()
                        .modelMetadata(ModelMetadataRequest.newBuilder().setName("echo").build());
        assertThat(echo.getVersionsList()).containsExactly("3");
        assertThat(echo.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(echo.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(echo.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
        assertThat(ready("echo", "3")).isTrue();
        assertThat(ready("echo", "4")).isFalse();
        assertThat(ready("nobody", "")).isFalse();
        Status unknown =
                TestGrpc.refused(() ->
                        GRPC.stub()
                                .modelMetadata(
                                        ModelMetadataRequest.newBuilder()
                                                .setName("nobody")
                                                .build()));
        assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.getDescription()).contains("nobody");
        assertThat(TestGrpc.refused(() -> ready("echo", "newest")).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private static boolean ready(String model, String version) {
        return GRPC.stub()
                .modelReady(
                        ModelReadyRequest.newBuilder().setName(model).setVersion(version).build())
                .getReady();
    }

    @Test
    void modelsTellHowTheyAreSetUpAndWhatTheyCost() {
        ModelConfig config =
                GRPC.stub()
                        .modelConfig(ModelConfigRequest.newBuilder().setName("echo").build())
                        .getConfig();
        assertThat(config.getName()).isEqualTo("echo");
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(1).getDataType()).isEqualTo(DataType.TYPE_STRING);
        assertThat(config.getInput(0).getDimsList()).containsExactly(-1L, 2L);
        ModelStatistics cost =
                GRPC.stub()
                        .modelStatistics(
                                ModelStatisticsRequest.newBuilder()
                                        .setName("echo")
                                        .setVersion("3")
                                        .build())
                        .getModelStats(0);
        assertThat(cost.getInferenceCount()).isEqualTo(5);
        assertThat(cost.getExecutionCount()).isEqualTo(4);
        assertThat(cost.getInferenceStats().getSuccess().getNs()).isEqualTo(10_000);
        assertThat(cost.getInferenceStats().getComputeInput().getNs()).isEqualTo(400);
        assertThat(cost.getInferenceStats().getFail().getCount()).isEqualTo(2);
        assertThat(cost.getBatchStats(1).getBatchSize()).isEqualTo(2);
        assertThat(cost.getBatchStats(1).getComputeInfer().getNs()).isEqualTo(2_000);
        assertThat(
                        GRPC.stub()
                                .modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                                .getModelStatsCount())
                .isEqualTo(1);
    }

    @Test
    void rawRequestsAreAnsweredRaw() {
        ModelInferResponse answer =
                GRPC.stub().modelInfer(TestGrpc.raw("echo", 1, 2, 3, 4).build());
        assertThat(answer.getModelName()).isEqualTo("echo");
        assertThat(answer.getModelVersion()).isEqualTo("3");
        assertThat(answer.getId()).isEqualTo("q-7");
        assertThat(answer.getOutputs(0).getName()).isEqualTo("same-x");
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(answer.getOutputs(0).hasContents()).isFalse();
        assertThat(answer.getRawOutputContents(0)).isEqualTo(TestGrpc.bytes(1, 2, 3, 4));
    }

    @Test
    void typedRequestsAreAnsweredForBothKindsOfClient() {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder()
                        .setModelName("echo")
                        .addInputs(
                                TestGrpc.input("x", "FP32", 2)
                                        .setContents(
                                                InferTensorContents.newBuilder()
                                                        .addFp32Contents(1.5f)
                                                        .addFp32Contents(-2)));
        ModelInferResponse answer = GRPC.stub().modelInfer(request.build());
        assertThat(answer.getOutputs(0).getContents().getFp32ContentsList())
                .containsExactly(1.5f, -2f);
        assertThat(answer.getRawOutputContents(0)).isEqualTo(TestGrpc.bytes(1.5f, -2));
        InferParameter no = InferParameter.newBuilder().setBoolParam(false).build();
        ModelInferResponse typed =
                GRPC.stub().modelInfer(request.putParameters("binary_data_output", no).build());
        assertThat(typed.getRawOutputContentsCount()).isZero();
        assertThat(typed.getOutputs(0).getContents().getFp32ContentsCount()).isEqualTo(2);
    }

    @Test
    void whatTheCallerSaysReachesTheRun() {
        GRPC.models.calls.clear();
        GRPC.stub()
                .withDeadlineAfter(3, TimeUnit.SECONDS)
                .modelInfer(
                        TestGrpc.raw("echo", 1, 2)
                                .setModelVersion("3")
                                .putParameters(
                                        "priority",
                                        InferParameter.newBuilder().setUint64Param(2).build())
                                .addOutputs(
                                        ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                                .setName("same-x"))
                                .build());
        InferCall call = Objects.requireNonNull(GRPC.models.calls.poll());
        assertThat(call.version()).hasValue(3);
        assertThat(call.priority()).isEqualTo(2);
        assertThat(call.client()).isEmpty();
        assertThat(call.timeout()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(call.request().outputs().getFirst().name()).isEqualTo("same-x");
        assertThat(Objects.requireNonNull(call.request().inputs().get("x")).type())
                .isEqualTo(TensorType.FP32);
        GRPC.stub()
                .modelInfer(
                        TestGrpc.raw("echo", 1, 2)
                                .putParameters(
                                        "timeout",
                                        InferParameter.newBuilder().setInt64Param(250_000).build())
                                .build());
        assertThat(Objects.requireNonNull(GRPC.models.calls.poll()).timeout())
                .isEqualTo(Duration.ofMillis(250));
        TestGrpc.refused(() ->
                GRPC.stub()
                        .modelInfer(TestGrpc.raw("nobody", 1, 2).setModelVersion("new").build()));
        assertThat(Objects.requireNonNull(GRPC.models.calls.poll()).label()).hasValue("new");
    }

    @Test
    void saysWhichStepOfTheLadderAnswered() {
        ModelInferRequest.Builder request = TestGrpc.raw("echo", 1, 2);
        assertThat(GRPC.stub().modelInfer(request.build()).getParametersMap()).isEmpty();
        request.putParameters("priority", InferParameter.newBuilder().setInt64Param(9).build());
        ModelInferResponse answer = GRPC.stub().modelInfer(request.build());
        assertThat(answer.getParametersOrThrow("served_by").getStringParam()).isEqualTo("smaller");
        assertThat(answer.getModelName()).isEqualTo("smaller");
        assertThat(answer.getModelVersion()).isEqualTo("7");
    }

    @Test
    void aCallerWhoGivesUpEndsTheRun() {
        GRPC.models.calls.clear();
        Status status =
                TestGrpc.refused(() ->
                        GRPC.stub()
                                .withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                                .modelInfer(TestGrpc.raw("slow", 1, 2).build()));
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        InferCall call = Objects.requireNonNull(GRPC.models.calls.poll());
        assertThat(call.timeout()).isLessThan(Duration.ofMillis(51));
        for (int i = 0; i < 100 && !call.cancellation().isCancelled(); i++) {
            assertThat(sleep(10)).isTrue();
        }
        assertThat(call.cancellation().isCancelled()).isTrue();
    }

    private static boolean sleep(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void errorsHaveTheCodesThatClientsExpect() {
        assertThat(
                        TestGrpc.refused(() ->
                                        GRPC.stub()
                                                .modelInfer(TestGrpc.raw("nobody", 1, 2).build()))
                                .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(
                        TestGrpc.refused(() ->
                                        GRPC.stub().modelInfer(TestGrpc.raw("busy", 1, 2).build()))
                                .getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        Status wrong =
                TestGrpc.refused(() ->
                        GRPC.stub()
                                .modelInfer(
                                        TestGrpc.raw("echo", 1, 2)
                                                .setRawInputContents(0, ByteString.EMPTY)
                                                .build()));
        assertThat(wrong.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(wrong.getDescription()).contains("'x'").contains("needs 8 bytes, found 0");
    }

    /** Each is smaller than a message may be; together they are larger than their room. */
    @Test
    void messagesTakeNoMoreThanTheirRoomTogether() throws Exception {
        ModelInferRequest large = TestGrpc.raw("slow", new float[200_000]).build();
        var first = GRPCInferenceServiceGrpc.newFutureStub(GRPC.channel).modelInfer(large);
        awaitBodies(800_000);
        Status second = TestGrpc.refused(() -> GRPC.stub().modelInfer(large));
        assertThat(second.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(second.getDescription()).contains("try again soon");
        GRPC.stub().modelInfer(TestGrpc.raw("echo", 1, 2).build());
        assertThat(first.get(20, TimeUnit.SECONDS).getModelName()).isEqualTo("slow");
        awaitBodies(0);
        assertThat(GRPC.stub().modelInfer(large).getModelName()).isEqualTo("slow");
        awaitBodies(0);
    }

    private static void awaitBodies(long least) {
        for (int i = 0; i < 400 && !isHeld(least); i++) {
            assertThat(sleep(1)).isTrue();
        }
        assertThat(isHeld(least)).as("%s bytes held", GRPC.bodies.taken()).isTrue();
    }

    private static boolean isHeld(long least) {
        return least == 0 ? GRPC.bodies.taken() == 0 : GRPC.bodies.taken() >= least;
    }

    @Test
    void theRepositoryIsListedAndChanged() {
        var all = GRPC.stub().repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
        assertThat(all.getModelsCount()).isEqualTo(2);
        assertThat(all.getModels(1).getState()).isEqualTo("UNAVAILABLE");
        var ready =
                GRPC.stub()
                        .repositoryIndex(
                                RepositoryIndexRequest.newBuilder().setReady(true).build());
        assertThat(ready.getModelsList()).extracting(m -> m.getName()).containsExactly("echo");
        GRPC.stub()
                .repositoryModelLoad(
                        RepositoryModelLoadRequest.newBuilder().setModelName("echo").build());
        GRPC.stub()
                .repositoryModelUnload(
                        RepositoryModelUnloadRequest.newBuilder().setModelName("echo").build());
        assertThat(GRPC.models.changes).containsExactly("load echo", "unload echo");
        Status upload =
                TestGrpc.refused(() ->
                        GRPC.stub()
                                .repositoryModelLoad(
                                        RepositoryModelLoadRequest.newBuilder()
                                                .setModelName("mine")
                                                .putParameters(
                                                        "file:1/model.onnx",
                                                        ModelRepositoryParameter.newBuilder()
                                                                .setBytesParam(ByteString.EMPTY)
                                                                .build())
                                                .build()));
        assertThat(upload.getDescription()).contains("not taken over the network");
    }

    @Test
    void methodsThatOnlyOthersHaveSayWhy() {
        for (String method : List.of("SystemSharedMemoryStatus", "TraceSetting", "LogSettings")) {
            Status status = TestGrpc.refused(() -> other(method));
            assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(status.getDescription()).startsWith(method + ": ");
        }
        assertThat(TestGrpc.refused(() -> other("Dance")).getDescription())
                .isEqualTo("Dance is no method of this server");
    }

    private static void other(String method) {
        MethodDescriptor<ServerLiveRequest, ?> descriptor =
                GRPCInferenceServiceGrpc.getServerLiveMethod().toBuilder()
                        .setFullMethodName("inference.GRPCInferenceService/" + method)
                        .build();
        ClientCalls.blockingUnaryCall(
                GRPC.channel,
                descriptor,
                CallOptions.DEFAULT,
                ServerLiveRequest.getDefaultInstance());
    }

    @Test
    void keysAndRolesAreThoseOfHttp() {
        SecureRandom random = new SecureRandom();
        String pages = ApiKeys.newSecret(Role.STOREFRONT, random);
        String operator = ApiKeys.newSecret(Role.OPERATOR, random);
        AccessSettings access =
                new AccessSettings(
                        List.of(
                                new KeySettings(
                                        "pages", "storefront", ApiKeys.hash(pages), List.of(), 0),
                                new KeySettings(
                                        "op", "operator", ApiKeys.hash(operator), List.of(), 0)),
                        List.of(),
                        null);
        ModelInferRequest request = TestGrpc.raw("echo", 1, 2).build();
        try (TestGrpc keyed = new TestGrpc(access)) {
            assertThat(TestGrpc.refused(() -> keyed.stub().modelInfer(request)).getCode())
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(
                            TestGrpc.refused(() ->
                                            keyed.stub("authorization", "Bearer " + pages)
                                                    .modelInfer(request))
                                    .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(
                            TestGrpc.refused(() ->
                                            keyed.stub("authorization", "Bearer " + pages)
                                                    .repositoryIndex(
                                                            RepositoryIndexRequest
                                                                    .getDefaultInstance()))
                                    .getCode())
                    .isEqualTo(Status.Code.PERMISSION_DENIED);
            keyed.stub("authorization", "Bearer " + operator).modelInfer(request);
            keyed.stub("x-api-key", operator).modelInfer(request);
            assertThat(keyed.models.calls).extracting(InferCall::client).containsOnly("op");
            assertThat(keyed.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                    .isTrue();
        }
    }

    @Test
    void anotherNameOfTheMachineIsRefusedWithoutKeys() {
        CallOptions rebound = CallOptions.DEFAULT.withAuthority("shop.example");
        Status status =
                TestGrpc.refused(() ->
                        ClientCalls.blockingUnaryCall(
                                GRPC.channel,
                                GRPCInferenceServiceGrpc.getModelInferMethod(),
                                rebound,
                                TestGrpc.raw("echo", 1, 2).build()));
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void portsAreFoundOrRefused() {
        int taken = GRPC.server.port();
        assertThatThrownBy(() -> start(new GrpcPort.Fixed(taken), 0, "127.0.0.1"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("--grpc-port");
        assertThat(start(new GrpcPort.Off(), 0, "127.0.0.1")).isEmpty();
        try (GrpcServer beside =
                start(new GrpcPort.Beside(), taken - GrpcPort.BESIDE, "127.0.0.1").orElseThrow()) {
            assertThat(beside.port()).isNotEqualTo(taken).isPositive();
        }
        assertThatThrownBy(() -> start(new GrpcPort.Fixed(0), 0, "0.0.0.0"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("keys with roles");
        assertThatThrownBy(() -> GrpcPort.of("70000")).hasMessageContaining("or off");
        assertThat(GrpcPort.of("off")).isEqualTo(new GrpcPort.Off());
    }

    private static Optional<GrpcServer> start(GrpcPort port, int httpPort, String host) {
        return GrpcServer.start(
                host,
                port,
                httpPort,
                TestGrpc.settings(),
                AccessSettings.local(),
                GRPC.telemetry,
                GRPC.audit,
                GRPC.bodies,
                GRPC.models);
    }
}
