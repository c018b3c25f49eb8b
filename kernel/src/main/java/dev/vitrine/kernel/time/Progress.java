package dev.vitrine.kernel.time;

/**
 * Told by long work how far it is. Implementations show it (a bar, a log line, a line to the parent
 * process) and never slow the work down: calls are cheap and may be made often.
 */
public interface Progress {
    /** Shows nothing. */
    Progress NONE =
            new Progress() {
                @Override
                public void start(String step, String unit, long total) {}

                @Override
                public void advance(long done) {}

                @Override
                public void finish(String summary) {}
            };

    /**
     * Begins a step.
     *
     * @param unit what is counted, in the plural ("events", "users")
     * @param total how many there will be; 0 when unknown
     */
    void start(String step, String unit, long total);

    /** Sets how many are done in the current step (absolute, not the increment). */
    void advance(long done);

    /** Ends the current step with one line for people. */
    void finish(String summary);
}
