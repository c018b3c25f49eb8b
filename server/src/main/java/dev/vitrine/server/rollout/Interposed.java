package dev.vitrine.server.rollout;

import java.util.function.Supplier;

/**
 * Stands between a release and whoever it answers. A server has {@link #NOTHING} there, and no
 * setting puts anything else in; tests and measurements start one whose releases do harm, counted
 * and judged as if the release did it.
 */
public interface Interposed {
    /** Every answer as the release gives it. */
    Interposed NOTHING =
            new Interposed() {
                @Override
                public <T> T answer(String release, Visitor visitor, Supplier<T> plain) {
                    return plain.get();
                }
            };

    /**
     * An answer in place of the plain one.
     *
     * @param release that answers
     * @param visitor who asks, or whose request a copy is of
     * @param plain gives the release's own answer
     */
    <T> T answer(String release, Visitor visitor, Supplier<T> plain);
}
