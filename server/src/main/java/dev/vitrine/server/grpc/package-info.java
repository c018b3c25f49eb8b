/**
 * Answers the Open Inference Protocol over gRPC. Read first: GrpcServer, then ModelInferCalls and
 * the pair InferReader and InferAnswer, which are the messages that cost. Knows models by the
 * InferencePort alone; {@code grpc.wire} is made from the .proto files at build time.
 */
@NullMarked
package dev.vitrine.server.grpc;

import org.jspecify.annotations.NullMarked;
