package dev.vitrine.server.pipeline;

/** The main class of the training child JVM. */
final class TrainingMain {
    private TrainingMain() {}
}
