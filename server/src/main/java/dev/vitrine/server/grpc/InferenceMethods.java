package dev.vitrine.server.grpc;

import com.google.protobuf.Message;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.BuildVersion;
import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.audit.Audit;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.vitrine.server.grpc.wire.ModelConfigRequest;
import dev.vitrine.server.grpc.wire.ModelConfigResponse;
import dev.vitrine.server.grpc.wire.ModelMetadataRequest;
import dev.vitrine.server.grpc.wire.ModelMetadataResponse;
import dev.vitrine.server.grpc.wire.ModelReadyRequest;
import dev.vitrine.server.grpc.wire.ModelReadyResponse;
import dev.vitrine.server.grpc.wire.ModelStatisticsRequest;
import dev.vitrine.server.grpc.wire.ModelStatisticsResponse;
import dev.vitrine.server.grpc.wire.RepositoryIndexRequest;
import dev.vitrine.server.grpc.wire.RepositoryIndexResponse;
import dev.vitrine.server.grpc.wire.RepositoryModelLoadRequest;
import dev.vitrine.server.grpc.wire.RepositoryModelLoadResponse;
import dev.vitrine.server.grpc.wire.RepositoryModelUnloadRequest;
import dev.vitrine.server.grpc.wire.RepositoryModelUnloadResponse;
import dev.vitrine.server.grpc.wire.ServerLiveRequest;
import dev.vitrine.server.grpc.wire.ServerLiveResponse;
import dev.vitrine.server.grpc.wire.ServerMetadataRequest;
import dev.vitrine.server.grpc.wire.ServerMetadataResponse;
import dev.vitrine.server.grpc.wire.ServerReadyRequest;
import dev.vitrine.server.grpc.wire.ServerReadyResponse;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.Unserved;
import dev.vitrine.server.telemetry.Health;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.Supplier;

/** Every method but those that run models. */
final class InferenceMethods extends GRPCInferenceServiceImplBase {
    private final InferencePort models;
    private final Health health;
    private final Audit audit;
    private final CallGate gate;

    InferenceMethods(InferencePort models, Health health, Audit audit, CallGate gate) {
        this.models = models;
        this.health = health;
        this.audit = audit;
        this.gate = gate;
    }

    private <T extends Message> void answer(StreamObserver<T> to, Supplier<T> answer) {
        boolean trusted = AccessInterceptor.caller().role().includes(Role.OPERATOR);
        try {
            gate.work(() -> {
                try {
                    T message = answer.get();
                    to.onNext(message);
                    to.onCompleted();
                } catch (RuntimeException | Error e) {
                    fail(to, e, trusted);
                }
            });
        } catch (VitrineException e) {
            fail(to, e, trusted);
        }
    }

    private static void fail(StreamObserver<?> to, Throwable error, boolean trusted) {
        to.onError(GrpcErrors.thrown(GrpcErrors.status(error, trusted)));
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> to) {
        answer(to, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> to) {
        answer(
                to,
                () ->
                        ServerReadyResponse.newBuilder()
                                .setReady(health.problems().isEmpty())
                                .build());
    }

    @Override
    public void serverMetadata(
            ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> to) {
        answer(
                to,
                () ->
                        ServerMetadataResponse.newBuilder()
                                .setName("vitrine")
                                .setVersion(BuildVersion.text())
                                .addAllExtensions(InferencePort.EXTENSIONS)
                                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> to) {
        answer(to, () -> ModelReadyResponse.newBuilder().setReady(isReady(request)).build());
    }

    /** A model that does not answer is not ready; that is no error. */
    private boolean isReady(ModelReadyRequest request) {
        try {
            models.model(request.getName(), ModelRuns.Version.number(request.getVersion()));
            return true;
        } catch (VitrineException e) {
            if (e.code() == InferenceError.MODEL_UNKNOWN
                    || e.code() == InferenceError.MODEL_NOT_READY) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void modelMetadata(
            ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> to) {
        answer(
                to,
                () -> {
                    InferencePort.Served model =
                            models.model(
                                    request.getName(),
                                    ModelRuns.Version.number(request.getVersion()));
                    ModelMetadataResponse.Builder answer =
                            ModelMetadataResponse.newBuilder()
                                    .setName(model.name())
                                    .setPlatform(InferencePort.PLATFORM);
                    model.versions().forEach(v -> answer.addVersions(Long.toString(v)));
                    model.signature().inputs().forEach(port -> answer.addInputs(tensor(port)));
                    model.signature().outputs().forEach(port -> answer.addOutputs(tensor(port)));
                    return answer.build();
                });
    }

    private static ModelMetadataResponse.TensorMetadata tensor(Port port) {
        ModelMetadataResponse.TensorMetadata.Builder tensor =
                ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName(port.name())
                        .setDatatype(port.type().name());
        for (long size : port.shape()) {
            tensor.addShape(size);
        }
        return tensor.build();
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> to) {
        answer(
                to,
                () ->
                        ModelDetails.config(
                                models.model(
                                        request.getName(),
                                        ModelRuns.Version.number(request.getVersion()))));
    }

    @Override
    public void modelStatistics(
            ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> to) {
        answer(
                to,
                () ->
                        ModelDetails.statistics(
                                models.statistics(
                                        request.getName(),
                                        ModelRuns.Version.number(request.getVersion()))));
    }

    @Override
    public void repositoryIndex(
            RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> to) {
        answer(
                to,
                () -> {
                    RepositoryIndexResponse.Builder answer = RepositoryIndexResponse.newBuilder();
                    for (InferencePort.Listed each : models.repository()) {
                        if (!request.getReady() || each.isReady()) {
                            answer.addModelsBuilder()
                                    .setName(each.name())
                                    .setVersion(each.version())
                                    .setState(each.state())
                                    .setReason(each.reason());
                        }
                    }
                    return answer.build();
                });
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> to) {
        Caller caller = AccessInterceptor.caller();
        answer(
                to,
                () -> {
                    for (String name : request.getParametersMap().keySet()) {
                        Unserved.refuseOfLoad(name);
                    }
                    audited(caller, "load", request.getModelName());
                    models.load(request.getModelName());
                    return RepositoryModelLoadResponse.getDefaultInstance();
                });
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request,
            StreamObserver<RepositoryModelUnloadResponse> to) {
        Caller caller = AccessInterceptor.caller();
        answer(
                to,
                () -> {
                    audited(caller, "unload", request.getModelName());
                    models.unload(request.getModelName());
                    return RepositoryModelUnloadResponse.getDefaultInstance();
                });
    }

    private void audited(Caller caller, String what, String model) {
        audit.record(caller.name(), "gRPC " + what, model, Map.of("role", caller.role().wire()));
    }
}
