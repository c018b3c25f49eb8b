package dev.vitrine.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a measurement found: numbers by name (camelCase, unit last), with spread, and notes. */
public final class Figures {
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, double[]> spread = new LinkedHashMap<>();
    private final StringBuilder notes = new StringBuilder();

    public Figures put(String name, double value) {
        values.put(name, value);
        return this;
    }

    /** A median with the smallest and largest value that was seen. */
    public Figures put(String name, double value, double least, double most) {
        values.put(name, value);
        spread.put(name, new double[] {least, most});
        return this;
    }

    public Figures putAll(Map<String, Double> more) {
        values.putAll(more);
        return this;
    }

    /** Adds a sentence about how the figures came to be. */
    public Figures note(String sentence) {
        if (notes.length() > 0) {
            notes.append(' ');
        }
        notes.append(sentence);
        return this;
    }

    public Map<String, Double> values() {
        return Map.copyOf(values);
    }

    /** The names in the order in which they were put. */
    public Iterable<Map.Entry<String, Double>> inOrder() {
        return values.entrySet();
    }

    public Map<String, double[]> spread() {
        return spread;
    }

    public String notes() {
        return notes.toString();
    }
}
