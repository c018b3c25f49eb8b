package dev.vitrine.benchmarks.story;

/**
 * One shelf that somebody asked for.
 *
 * @param key places the shopper in a rollout
 * @param due when it was to be asked for, by {@link System#nanoTime}
 * @param millis from the moment it was due to the answer
 * @param failed not answered with 200, or a click on it was not taken
 * @param empty answered with nothing
 * @param release that answered; empty where it failed
 * @param clicked whether something of it was clicked
 */
public record Visit(
        String key,
        long due,
        double millis,
        boolean failed,
        boolean empty,
        String release,
        boolean clicked) {}
