package dev.vitrine.inference.host;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens sessions. A session that has threads of its own, or a device's driver has, starts them
 * where it is opened, and they take over how that thread is scheduled. Whoever loads gives way to
 * all others; threads that answer requests must not. Such sessions are therefore opened on a thread
 * that was started by whoever made this, all others by the caller.
 */
final class SessionOpener implements AutoCloseable {
    private final ThreadPoolExecutor thread;

    /** Its thread starts here: later it would be a child of whoever loads first. */
    SessionOpener() {
        this.thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("model-opener").daemon().factory());
        thread.prestartCoreThread();
    }

    /** As {@link OnnxSession#open}. */
    OnnxSession open(ModelSpec spec) {
        SessionSettings settings = spec.settings();
        if (settings.threads() == 1 && settings.device() == SessionSettings.Device.CPU) {
            return OnnxSession.open(spec.file(), settings);
        }
        try {
            return CompletableFuture.supplyAsync(
                            () -> OnnxSession.open(spec.file(), settings), thread)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
