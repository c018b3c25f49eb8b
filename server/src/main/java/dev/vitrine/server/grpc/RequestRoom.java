package dev.vitrine.server.grpc;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;

/**
 * What one request may take of the memory. Some things are far smaller on the wire than in memory:
 * an empty text has two bytes there, a small number one.
 */
final class RequestRoom {
    private static final int MOST_TEXTS = 1 << 20;

    private final int most;
    private int bytes;
    private int texts;

    /**
     * @param most bytes of numbers
     */
    RequestRoom(int most) {
        this.most = most;
    }

    /**
     * @throws VitrineException BODY_TOO_LARGE when there is no room for so many more
     */
    void bytes(long more) {
        if (more > most - bytes) {
            throw new VitrineException(
                    ServerError.BODY_TOO_LARGE,
                    "the elements of the inputs take more than " + most + " bytes");
        }
        bytes += (int) more;
    }

    /**
     * @throws VitrineException BODY_TOO_LARGE when there is no room for so many more
     */
    void texts(long more) {
        if (more > MOST_TEXTS - texts) {
            throw new VitrineException(
                    ServerError.BODY_TOO_LARGE,
                    "the inputs have more than " + MOST_TEXTS + " texts");
        }
        texts += (int) more;
    }
}
