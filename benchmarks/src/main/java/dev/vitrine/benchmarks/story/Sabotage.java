package dev.vitrine.benchmarks.story;

/** What a release does to those whom it answers. */
public enum Sabotage {
    /** Nothing: it is as good as what is live. */
    NONE("good"),
    /** Every answer takes 80 ms longer. */
    SLOW("slow"),
    /** Each product of an answer is another one, as if two tables of numbers had slipped. */
    SHUFFLED("shuffled"),
    /** One request in fifty fails. */
    FAILING("failing"),
    /** Nothing for those who are logged in. */
    EMPTY_FOR_GROUP("emptyForGroup");

    /** The user group that {@link #EMPTY_FOR_GROUP} leaves empty. */
    public static final String GROUP = "loggedIn";

    private final String wire;

    Sabotage(String wire) {
        this.wire = wire;
    }

    /** In names of figures. */
    public String wire() {
        return wire;
    }
}
