package dev.vitrine.inference.batch;

/** There was no turn for a thread that {@link NeverWaits}; nothing has happened. */
public final class TurnsTaken extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The only one: it has nothing to tell, and no trace. */
    public static final TurnsTaken NOW = new TurnsTaken();

    private TurnsTaken() {
        super("all turns are taken", null, false, false);
    }
}
