package dev.vitrine.data.cleaning;

import dev.vitrine.data.event.LoggedEvent;

/** Receives every event of the log that a rule sets aside. */
public interface FindingSink {
    /** Forgets what was set aside; it stays counted, and in the log. */
    FindingSink NONE = (finding, event) -> {};

    void setAside(Finding finding, LoggedEvent event);
}
