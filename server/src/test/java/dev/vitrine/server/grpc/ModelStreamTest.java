package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import dev.vitrine.server.grpc.wire.InferParameter;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import dev.vitrine.server.grpc.wire.ModelStreamInferResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code ModelStreamInfer} over a socket. */
class ModelStreamTest {
    private static final TestGrpc GRPC = TestGrpc.local();

    @AfterAll
    static void stop() {
        GRPC.close();
    }

    private static final class Answers implements StreamObserver<ModelStreamInferResponse> {
        final List<ModelStreamInferResponse> all = new ArrayList<>();
        final CompletableFuture<List<ModelStreamInferResponse>> end = new CompletableFuture<>();

        @Override
        public void onNext(ModelStreamInferResponse value) {
            all.add(value);
        }

        @Override
        public void onError(Throwable t) {
            end.completeExceptionally(t);
        }

        @Override
        public void onCompleted() {
            end.complete(all);
        }
    }

    private static List<ModelStreamInferResponse> ask(List<ModelInferRequest> requests)
            throws Exception {
        Answers answers = new Answers();
        StreamObserver<ModelInferRequest> to =
                GRPCInferenceServiceGrpc.newStub(GRPC.channel).modelStreamInfer(answers);
        requests.forEach(to::onNext);
        to.onCompleted();
        return answers.end.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersComeInTheOrderOfTheRequests() throws Exception {
        List<ModelInferRequest> requests = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String model = i == 3 ? "slow" : "echo";
            requests.add(TestGrpc.raw(model, i, 2).setId("q" + i).build());
        }
        List<ModelStreamInferResponse> answers = ask(requests);
        assertThat(answers).hasSize(200);
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).getErrorMessage()).isEmpty();
            assertThat(answers.get(i).getInferResponse().getId()).isEqualTo("q" + i);
            assertThat(answers.get(i).getInferResponse().getRawOutputContents(0))
                    .isEqualTo(TestGrpc.bytes(i, 2));
        }
    }

    @Test
    void anErrorIsAnAnswerAndTheStreamGoesOn() throws Exception {
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        List<ModelStreamInferResponse> answers =
                ask(
                        List.of(
                                TestGrpc.raw("nobody", 1, 2).setId("lost").build(),
                                TestGrpc.raw("echo", 1, 2).clearRawInputContents().build(),
                                TestGrpc.raw("echo", 1, 2)
                                        .putParameters("triton_enable_empty_final_response", yes)
                                        .build()));
        assertThat(answers.get(0).getErrorMessage()).contains("nobody");
        assertThat(answers.get(0).getInferResponse().getId()).isEqualTo("lost");
        assertThat(answers.get(1).getErrorMessage()).contains("needs 2 elements");
        assertThat(answers.get(2).getErrorMessage()).isEmpty();
        assertThat(
                        answers.get(2)
                                .getInferResponse()
                                .getParametersOrThrow("triton_final_response")
                                .getBoolParam())
                .isTrue();
    }

    @Test
    void anEmptyStreamEnds() throws Exception {
        assertThat(ask(List.of())).isEmpty();
    }
}
