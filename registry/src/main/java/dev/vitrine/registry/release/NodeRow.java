package dev.vitrine.registry.release;

/**
 * The last that a node told the registry.
 *
 * @param name of the node; no two have the same
 * @param place where the node's state lies, machine and directory, by which two are told apart that
 *     were given the same name
 * @param life of the process
 * @param sequence rises with every report; an older one changes nothing
 * @param content in a form that its owner reads
 */
public record NodeRow(String name, String place, long life, long sequence, String content) {}
