package dev.vitrine.deployment.rollout.judge;

/**
 * What a candidate is compared by, and which part of a stage's false alarms each may cause. Clicks
 * get the largest part because they say least: one request in twenty is clicked, so a tenth fewer
 * clicks take 100,000 requests to see, while a tenth more latency takes a thousand.
 */
public enum Signal {
    /** How long an answer takes: every rank counts, by Mann and Whitney. */
    LATENCY("latency", .12),
    /** Answers that take longer than a stated time. */
    SLOW("slow answers", .08),
    /** Requests that failed. */
    ERRORS("errors", .12),
    /** Answers without a result. */
    EMPTY("empty answers", .08),
    /** As {@link #EMPTY}, for each user group by itself. */
    GROUP_EMPTY("empty answers of a user group", .08),
    /** How much of what is live's answer is in the candidate's to the same request. */
    OVERLAP("overlap", .02),
    /** How many different products are shown. */
    COVERAGE("coverage", .02),
    /** How differently scores are spread. */
    SCORE_DRIFT("score drift", .02),
    /** Clicks on what was answered. */
    CLICKS("clicks", .4),
    /** Purchases of what was answered. */
    PURCHASES("purchases", .06);

    private final String words;
    private final double part;

    Signal(String words, double part) {
        this.words = words;
        this.part = part;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Of the false alarms of a stage; all parts add up to 1. */
    double part() {
        return part;
    }
}
