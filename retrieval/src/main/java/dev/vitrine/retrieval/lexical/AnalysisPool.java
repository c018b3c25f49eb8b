package dev.vitrine.retrieval.lexical;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;

/**
 * Lends out a bounded number of {@link TextAnalysis}, so that threads of any kind can share them.
 */
final class AnalysisPool {
    private final ArrayBlockingQueue<TextAnalysis> idle = new ArrayBlockingQueue<>(32);

    List<Word> words(String text) {
        return with(analysis -> analysis.words(text));
    }

    <T> T with(Function<TextAnalysis, T> work) {
        TextAnalysis analysis = idle.poll();
        if (analysis == null) {
            analysis = new TextAnalysis();
        }
        T result = work.apply(analysis);
        // After an exception it is not given back: its state is unknown.
        idle.offer(analysis);
        return result;
    }
}
