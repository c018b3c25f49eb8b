package dev.vitrine.training.text;

import ai.djl.ndarray.NDArray;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import java.util.List;
import java.util.SplittableRandom;

/** A network that turns texts into vectors, as {@link TextTrainer} fits it and as it serves. */
public interface TextNetwork {
    /** What progress calls it. */
    String name();

    Parameters parameters();

    DropMask dropout();

    /** Reads texts once that are encoded many times. */
    Texts read(List<String> texts);

    /** As it serves. */
    GraphBuilder graph();

    /** The encoder that a graph of {@link #graph} makes. */
    TextEncoder encoder(OnnxSession session);

    /** Texts that were read. */
    interface Texts {
        /**
         * Encodes some of them for a step of training.
         *
         * @param places in the list that was read
         * @param random what is left out by chance
         * @return [places, width], each of length one
         */
        NDArray vectors(int[] places, SplittableRandom random);
    }
}
