package dev.vitrine.deployment.experiment;

/** What may be said of a treatment at this look and every other one. */
public enum Verdict {
    /** The metric is higher than the control's. */
    HIGHER,
    /** The metric is lower than the control's. */
    LOWER,
    /** Neither is shown; the interval says how large a difference can still be. */
    NOT_SHOWN,
    /** Too few visitors to say anything. */
    EARLY,
    /** Arms have not the visitors they should have: no figure is to be believed. */
    MISMATCH
}
