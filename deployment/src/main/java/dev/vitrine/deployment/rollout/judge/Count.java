package dev.vitrine.deployment.rollout.judge;

/** What is counted of the visitors of an arm. */
public enum Count {
    REQUESTS,
    FAILED,
    SLOW,
    EMPTY,
    CLICKS,
    PURCHASES
}
