package dev.vitrine.inference.batch;

import dev.vitrine.inference.session.Scratch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * What goes with a turn: memory for the tensors of its run, and the thread for runs that are long,
 * which begins when the first is. The turn that was given back last is taken first, so that a lone
 * caller's runs find what they need in the caches of one processor.
 *
 * @param scratch memory for one run
 * @param thread runs one after another
 */
record Turn(Scratch scratch, ExecutorService thread) {
    static Turn of(long scratchBytes, ThreadFactory threads) {
        return new Turn(new Scratch(scratchBytes), Executors.newSingleThreadExecutor(threads));
    }
}
