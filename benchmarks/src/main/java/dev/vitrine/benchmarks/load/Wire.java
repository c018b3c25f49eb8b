package dev.vitrine.benchmarks.load;

import java.nio.ByteBuffer;

/** How prepared requests go over a connection. */
public interface Wire {
    /** How many different requests there are. */
    int requests();

    /** What is said over a new connection. */
    Talk open();

    /** What became of a request. */
    enum Outcome {
        /** An answer with what was asked for. */
        ANSWERED,
        /** Turned away because there is too much to do. */
        REFUSED,
        /** Given up at the deadline that the caller stated. */
        EXPIRED,
        /** Any other error, a broken connection among them. */
        FAILED
    }

    /** One connection's requests, one after another. Not for several threads. */
    interface Talk {
        /** Has all bytes of a request sent, {@code number} from 0. */
        void ask(int number, Out out);

        /**
         * Takes bytes that came; what it leaves is offered again with those behind it.
         *
         * @return whether the answer to the last request is whole; then {@link #outcome} says which
         */
        boolean heard(ByteBuffer in, Out out);

        Outcome outcome();

        /** Whether the other side takes no more requests over this connection. */
        boolean ended();

        /** The body of the last answer when bodies are kept; empty otherwise. */
        byte[] body();
    }

    /** Where bytes to be sent go, in order. */
    interface Out {
        /** The buffer is the receiver's, from its position to its limit. */
        void send(ByteBuffer bytes);
    }
}
