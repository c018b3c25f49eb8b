package dev.vitrine.data.intake;

/**
 * Where a record came from.
 *
 * @param file the file as the shop names it (relative to the data directory), or what stands in for
 *     one, such as {@code request}
 * @param line line or row from 1; for a request the place in the list from 1
 */
public record Origin(String file, long line) {
    @Override
    public String toString() {
        return file + " line " + line;
    }
}
