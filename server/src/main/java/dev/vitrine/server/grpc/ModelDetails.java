package dev.vitrine.server.grpc;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.server.grpc.wire.DataType;
import dev.vitrine.server.grpc.wire.InferBatchStatistics;
import dev.vitrine.server.grpc.wire.InferStatistics;
import dev.vitrine.server.grpc.wire.ModelConfig;
import dev.vitrine.server.grpc.wire.ModelConfigResponse;
import dev.vitrine.server.grpc.wire.ModelInput;
import dev.vitrine.server.grpc.wire.ModelInstanceGroup;
import dev.vitrine.server.grpc.wire.ModelOutput;
import dev.vitrine.server.grpc.wire.ModelStatistics;
import dev.vitrine.server.grpc.wire.ModelStatisticsResponse;
import dev.vitrine.server.grpc.wire.ModelTransactionPolicy;
import dev.vitrine.server.grpc.wire.ModelVersionPolicy;
import dev.vitrine.server.grpc.wire.StatisticDuration;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.telemetry.RunCounts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Configuration and statistics in the messages that clients of Triton read. */
final class ModelDetails {
    private ModelDetails() {}

    static ModelConfigResponse config(InferencePort.Served model) {
        ModelConfig.Builder config =
                ModelConfig.newBuilder()
                        .setName(model.name())
                        .setPlatform(InferencePort.PLATFORM)
                        .setBackend("onnxruntime")
                        .setDefaultModelFilename("model.onnx")
                        .setVersionPolicy(
                                ModelVersionPolicy.newBuilder()
                                        .setLatest(
                                                ModelVersionPolicy.Latest.newBuilder()
                                                        .setNumVersions(1)))
                        .addInstanceGroup(
                                ModelInstanceGroup.newBuilder()
                                        .setName(model.name())
                                        .setCount(1)
                                        .setKind(ModelInstanceGroup.Kind.KIND_CPU))
                        .setModelTransactionPolicy(ModelTransactionPolicy.getDefaultInstance());
        for (Port port : model.signature().inputs()) {
            config.addInput(
                    ModelInput.newBuilder()
                            .setName(port.name())
                            .setDataType(type(port.type()))
                            .addAllDims(dims(port)));
        }
        for (Port port : model.signature().outputs()) {
            config.addOutput(
                    ModelOutput.newBuilder()
                            .setName(port.name())
                            .setDataType(type(port.type()))
                            .addAllDims(dims(port)));
        }
        return ModelConfigResponse.newBuilder().setConfig(config).build();
    }

    private static List<Long> dims(Port port) {
        return Arrays.stream(port.shape()).boxed().collect(Collectors.toList());
    }

    private static DataType type(TensorType type) {
        return switch (type) {
            case BOOL -> DataType.TYPE_BOOL;
            case UINT8 -> DataType.TYPE_UINT8;
            case UINT16 -> DataType.TYPE_UINT16;
            case UINT32 -> DataType.TYPE_UINT32;
            case UINT64 -> DataType.TYPE_UINT64;
            case INT8 -> DataType.TYPE_INT8;
            case INT16 -> DataType.TYPE_INT16;
            case INT32 -> DataType.TYPE_INT32;
            case INT64 -> DataType.TYPE_INT64;
            case FP16 -> DataType.TYPE_FP16;
            case BF16 -> DataType.TYPE_BF16;
            case FP32 -> DataType.TYPE_FP32;
            case FP64 -> DataType.TYPE_FP64;
            case BYTES -> DataType.TYPE_STRING;
        };
    }

    static ModelStatisticsResponse statistics(List<InferencePort.Counted> versions) {
        ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
        for (InferencePort.Counted version : versions) {
            RunCounts runs = version.runs();
            ModelStatistics.Builder one =
                    all.addModelStatsBuilder()
                            .setName(version.model())
                            .setVersion(Long.toString(version.version()))
                            .setLastInference(runs.lastMillis())
                            .setInferenceCount(runs.succeeded())
                            .setExecutionCount(runs.runs())
                            .setInferenceStats(
                                    InferStatistics.newBuilder()
                                            .setSuccess(
                                                    duration(runs.succeeded(), runs.totalNanos()))
                                            .setFail(duration(runs.failed(), 0))
                                            .setQueue(duration(runs.succeeded(), runs.queueNanos()))
                                            .setComputeInput(
                                                    duration(runs.succeeded(), runs.batchNanos()))
                                            .setComputeInfer(
                                                    duration(runs.succeeded(), runs.runNanos()))
                                            .setComputeOutput(duration(runs.succeeded(), 0))
                                            .setCacheHit(
                                                    duration(
                                                            version.cache().hits(),
                                                            version.cache().hitNanos()))
                                            .setCacheMiss(
                                                    duration(
                                                            version.cache().misses(),
                                                            version.cache().missNanos())));
            for (RunCounts.Batch batch : runs.batches()) {
                one.addBatchStats(
                        InferBatchStatistics.newBuilder()
                                .setBatchSize(batch.requests())
                                .setComputeInput(duration(batch.runs(), batch.batchNanos()))
                                .setComputeInfer(duration(batch.runs(), batch.nanos()))
                                .setComputeOutput(duration(batch.runs(), 0)));
            }
        }
        return all.build();
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}
