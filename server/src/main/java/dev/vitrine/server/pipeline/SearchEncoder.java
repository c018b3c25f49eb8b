package dev.vitrine.server.pipeline;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.text.PooledTextEncoder;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;

/** An encoder that search may get, as training asks it: in a session of its own. */
sealed interface SearchEncoder extends AutoCloseable {
    TextEncoder encoder();

    @Override
    void close();

    /**
     * One that was learned from the shop.
     *
     * @param features what its texts are made of
     * @param width of its vectors
     */
    record Own(OnnxSession session, TextFeatures features, int width) implements SearchEncoder {
        @Override
        public TextEncoder encoder() {
            return new PooledTextEncoder(session::run, features, width);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** One that was imported, and named for the shop's search. */
    record Imported(LoadedEncoder loaded) implements SearchEncoder {
        @Override
        public TextEncoder encoder() {
            return loaded;
        }

        @Override
        public void close() {
            loaded.close();
        }
    }
}
